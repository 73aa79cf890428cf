/* SPDX-License-Identifier: MIT */
/* An allocator that fails once, and knows what is still allocated. */
#ifndef QJSP_TESTS_OOM_H
#define QJSP_TESTS_OOM_H

#include <stdlib.h>

#include <qjspool/status.h>

#include "check.h"

typedef struct oom {
    size_t fail_at; /* which call fails, from 0 */
    size_t calls;
    size_t live;
} oom;

static inline void *oom_realloc(void *ud, void *ptr, size_t size)
{
    oom *o = ud;

    if (size == 0) {
        o->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (o->calls++ == o->fail_at)
        return NULL;
    o->live += ptr == NULL;
    return realloc(ptr, size);
}

static inline qjsp_alloc oom_alloc(oom *o)
{
    return (qjsp_alloc){ .realloc = oom_realloc, .ud = o };
}

/* Fails each allocation of body's in turn: it must say so, and leave nothing behind. */
static inline void oom_sweep(qjsp_status (*body)(const qjsp_alloc *))
{
    for (size_t i = 0;; i++) {
        oom o = { .fail_at = i };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp_status st = body(&alloc);

        CHECK_INT("nothing leaks", o.live, 0);
        if (o.calls <= i) {
            CHECK_STATUS("no failure", st, QJSP_OK);
            CHECK_TRUE("it allocates", i > 0);
            return;
        }
        CHECK_STATUS("failure", st, QJSP_ERR_NOMEM);
    }
}

#endif
