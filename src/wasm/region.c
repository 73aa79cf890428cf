/* SPDX-License-Identifier: MIT */
/* What region_posix.c is elsewhere: linear memory instead of mappings. */
#include "arena/region.h"

#include <string.h>

#include "base/checked.h"

enum { PAGE = 64 * 1024 };

/* Pages of the linear memory read as zero and cost the host nothing until they are touched. */
qjsp_status qjsp__region_init(qjsp__region *out, size_t size)
{
    size_t pages, previous;

    *out = (qjsp__region){ 0 };
    if (size > SIZE_MAX - PAGE)
        return QJSP_ERR_NOMEM;
    pages = qjsp__size_round_up(size, PAGE) / PAGE;
    previous = __builtin_wasm_memory_grow(0, pages);
    if (previous == SIZE_MAX)
        return QJSP_ERR_NOMEM;
    *out = (qjsp__region){ .base = (uint8_t *)(previous * PAGE), .size = pages * PAGE };
    return QJSP_OK;
}

/* Memory never shrinks: it goes with the instance, which has one isolate in its life. */
void qjsp__region_fini(qjsp__region *r)
{
    *r = (qjsp__region){ 0 };
}

void qjsp__region_discard(const qjsp__region *r, size_t from, size_t to)
{
    memset(r->base + from, 0, to - from);
}
