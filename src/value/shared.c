/* SPDX-License-Identifier: MIT */
/* The table of shareable items. */
#include "value/shared.h"

void qjsp__shared_init(qjsp__shared *s, const qjsp_alloc *alloc)
{
    qjsp_buffer_init(&s->offsets, alloc, 0);
}

void qjsp__shared_fini(qjsp__shared *s)
{
    qjsp_buffer_fini(&s->offsets);
}

size_t qjsp__shared_offset(const qjsp__shared *s, size_t index)
{
    /* the buffer's memory is aligned as malloc's and holds nothing else */
    return ((const size_t *)(const void *)s->offsets.data)[index];
}

qjsp_status qjsp__shared_index(qjsp__shared *s, size_t offset, size_t *index)
{
    size_t low = 0, high = qjsp__shared_count(s);

    if (high == 0 || qjsp__shared_offset(s, high - 1) < offset) {
        *index = high;
        qjsp_buffer_append(&s->offsets, &offset, sizeof offset);
        return s->offsets.status;
    }
    while (high - low > 1) { /* offset of low <= offset < offset of high */
        size_t middle = low + (high - low) / 2;
        if (qjsp__shared_offset(s, middle) <= offset)
            low = middle;
        else
            high = middle;
    }
    *index = low;
    return QJSP_OK;
}
