/* SPDX-License-Identifier: MIT */
/* Short forms over qjsp_alloc. Thread rules are those of the allocator. */
#ifndef QJSP_BASE_ALLOC_H
#define QJSP_BASE_ALLOC_H

#include <qjspool/status.h>

#include <string.h>

static inline void *qjsp__malloc(const qjsp_alloc *a, size_t size)
{
    return a->realloc(a->ud, NULL, size);
}

static inline void *qjsp__calloc(const qjsp_alloc *a, size_t size)
{
    void *ptr = a->realloc(a->ud, NULL, size);

    if (ptr != NULL)
        memset(ptr, 0, size);
    return ptr;
}

static inline void *qjsp__realloc(const qjsp_alloc *a, void *ptr, size_t size)
{
    return a->realloc(a->ud, ptr, size);
}

static inline void qjsp__free(const qjsp_alloc *a, void *ptr)
{
    if (ptr != NULL)
        a->realloc(a->ud, ptr, 0);
}

#endif
