/* SPDX-License-Identifier: MIT */
/* Regions by mmap. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE, madvise */
#endif

#include "arena/region.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/checked.h"

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

qjsp_status qjsp__region_init(qjsp__region *out, size_t size)
{
    size_t page = page_size();
    void *base;

    *out = (qjsp__region){ 0 };
    if (size > SIZE_MAX - page)
        return QJSP_ERR_NOMEM;
    size = qjsp__size_round_up(size, page);
    base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                0);
    if (base == MAP_FAILED)
        return errno == ENOMEM ? QJSP_ERR_NOMEM : QJSP_ERR_SYSTEM;
#ifdef MADV_NOHUGEPAGE
    /* A small isolate would be charged 2 MiB for its first byte. It is advice:
     * kernels without huge pages refuse it, and that is as good. */
    (void)madvise(base, size, MADV_NOHUGEPAGE);
#endif
    *out = (qjsp__region){ .base = base, .size = size };
    return QJSP_OK;
}

void qjsp__region_fini(qjsp__region *r)
{
    if (r->base != NULL)
        (void)munmap(r->base, r->size);
    *r = (qjsp__region){ 0 };
}

void qjsp__region_discard(const qjsp__region *r, size_t from, size_t to)
{
    size_t page = page_size();
    size_t first = qjsp__size_round_up(from, page);
    size_t last = to & ~(page - 1);

    if (first >= last) {
        memset(r->base + from, 0, to - from);
        return;
    }
    memset(r->base + from, 0, first - from);
    memset(r->base + last, 0, to - last);
    /* Locked pages cannot be given back; what counts is that they are zero. */
    if (madvise(r->base + first, last - first, MADV_DONTNEED) != 0)
        memset(r->base + first, 0, last - first);
}
