/* SPDX-License-Identifier: MIT */
/*
 * Many pieces in one block of memory. The same code runs twice: once on an empty
 * pack, which only measures, and once on a pack with room, which copies.
 * Between the two: qjsp__pack_total. All return NULL while measuring.
 */
#ifndef QJSP_POOL_PACK_H
#define QJSP_POOL_PACK_H

#include <qjspool/status.h>
#include <stdalign.h>
#include <string.h>

#include "base/checked.h"

typedef struct qjsp__pack {
    uint8_t *base; /* NULL: measuring */
    size_t len;
    bool has_overflowed;
} qjsp__pack;

static inline qjsp__pack qjsp__pack_into(void *base)
{
    return (qjsp__pack){ .base = base };
}

/* Size of a block that begins with `header` bytes (a multiple of the strictest
 * alignment); false: too large to exist. */
static inline bool qjsp__pack_total(const qjsp__pack *pack, size_t header, size_t *out)
{
    return !pack->has_overflowed && qjsp__size_add(pack->len, header, out);
}

static inline void *qjsp__pack_extend(qjsp__pack *pack, size_t len)
{
    void *at = pack->base == NULL ? NULL : pack->base + pack->len;

    if (!qjsp__size_add(pack->len, len, &pack->len))
        pack->has_overflowed = true;
    return at;
}

/* Arrays come before bytes and strings, so that they lie aligned. */
static inline void *qjsp__pack_array(qjsp__pack *pack, size_t count, size_t size)
{
    size_t len = 0;

    if (count == 0)
        return NULL;
    if (!qjsp__size_mul(count, size, &len) || len > SIZE_MAX - alignof(max_align_t))
        pack->has_overflowed = true;
    else
        pack->len = qjsp__size_round_up(pack->len, alignof(max_align_t));
    return qjsp__pack_extend(pack, len);
}

static inline qjsp_bytes qjsp__pack_bytes(qjsp__pack *pack, qjsp_bytes from)
{
    uint8_t *at = qjsp__pack_extend(pack, from.len);

    if (at != NULL && from.len > 0)
        memcpy(at, from.data, from.len);
    return (qjsp_bytes){ .data = at, .len = from.len };
}

/* NULL stays NULL. */
static inline const char *qjsp__pack_string(qjsp__pack *pack, const char *from)
{
    qjsp_bytes bytes = { .data = (const uint8_t *)from };

    if (from == NULL)
        return NULL;
    bytes.len = strlen(from) + 1;
    return (const char *)qjsp__pack_bytes(pack, bytes).data;
}

#endif
