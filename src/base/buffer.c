/* SPDX-License-Identifier: MIT */
/* The growable byte buffer of <qjspool/buffer.h>. */
#include <qjspool/buffer.h>

#include <stdarg.h>
#include <stdio.h>

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

void qjsp_buffer_printf(qjsp_buffer *buf, const char *format, ...)
{
    va_list args, again;
    int len;
    uint8_t *at;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    /* vsnprintf writes a NUL as well: take the room for it, then give it back */
    at = len < 0 ? NULL : qjsp_buffer_extend(buf, (size_t)len + 1);
    if (at != NULL) {
        vsnprintf((char *)at, (size_t)len + 1, format, again);
        buf->len--;
    }
    va_end(again);
}

qjsp_bytes qjsp_buffer_peek(const qjsp_buffer *buf)
{
    return (qjsp_bytes){ buf->data, buf->len };
}
