/* SPDX-License-Identifier: MIT */
/* The growable byte buffer of <qjspool/buffer.h>. */
#include <qjspool/buffer.h>

#include "base/alloc.h"
#include "base/checked.h"

enum { BUFFER_FIRST_CAP = 64 };

void qjsp_buffer_init(qjsp_buffer *buf, const qjsp_alloc *alloc, size_t limit)
{
    *buf = (qjsp_buffer){
        .limit = limit == 0 ? SIZE_MAX : limit,
        .alloc = alloc == NULL ? qjsp_alloc_default() : alloc,
    };
}

void qjsp_buffer_fini(qjsp_buffer *buf)
{
    if (buf->data != NULL)
        qjsp__free(buf->alloc, buf->data);
    buf->data = NULL;
    buf->len = 0;
    buf->cap = 0;
    buf->status = QJSP_OK;
}

void qjsp_buffer_clear(qjsp_buffer *buf)
{
    buf->len = 0;
    buf->status = QJSP_OK;
}

static qjsp_status buffer_grow(qjsp_buffer *buf, size_t need)
{
    size_t cap = qjsp__size_max(buf->cap, BUFFER_FIRST_CAP);
    uint8_t *data;

    while (cap < need) {
        if (!qjsp__size_mul(cap, 2, &cap))
            return QJSP_ERR_NOMEM;
    }
    data = qjsp__realloc(buf->alloc, buf->data, cap);
    if (data == NULL)
        return QJSP_ERR_NOMEM;
    buf->data = data;
    buf->cap = cap;
    return QJSP_OK;
}

uint8_t *qjsp_buffer_extend(qjsp_buffer *buf, size_t len)
{
    size_t need;
    uint8_t *at;

    if (buf->status != QJSP_OK)
        return NULL;
    if (!qjsp__size_add(buf->len, len, &need) || need > buf->limit) {
        buf->status = QJSP_ERR_LIMIT;
        return NULL;
    }
    if (need > buf->cap || buf->data == NULL) {
        buf->status = buffer_grow(buf, need);
        if (buf->status != QJSP_OK)
            return NULL;
    }
    at = buf->data + buf->len;
    buf->len = need;
    return at;
}

void qjsp_buffer_append(qjsp_buffer *buf, const void *data, size_t len)
{
    uint8_t *at = len == 0 ? NULL : qjsp_buffer_extend(buf, len);

    if (at != NULL)
        memcpy(at, data, len);
}

qjsp_bytes qjsp_buffer_peek(const qjsp_buffer *buf)
{
    return (qjsp_bytes){ buf->data, buf->len };
}
