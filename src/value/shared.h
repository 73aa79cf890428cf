/* SPDX-License-Identifier: MIT */
/* Where the shareable items (tag 28) of one input begin, in order. */
#ifndef QJSP_VALUE_SHARED_H
#define QJSP_VALUE_SHARED_H

#include <qjspool/buffer.h>

typedef struct qjsp__shared {
    qjsp_buffer offsets; /* of size_t, ascending */
} qjsp__shared;

void qjsp__shared_init(qjsp__shared *s, const qjsp_alloc *alloc);
void qjsp__shared_fini(qjsp__shared *s);

static inline size_t qjsp__shared_count(const qjsp__shared *s)
{
    return s->offsets.len / sizeof(size_t);
}

/* index < count */
size_t qjsp__shared_offset(const qjsp__shared *s, size_t index);

/* The index of the shareable at `offset`, which is appended when it lies
 * behind all known ones. Offsets between known ones must be known. */
QJSP_NODISCARD qjsp_status qjsp__shared_index(qjsp__shared *s, size_t offset, size_t *index);

#endif
