/* SPDX-License-Identifier: MIT */
/*
 * An allocator that knows what it gave away. An isolate takes all its host-side
 * memory from one, so that nothing leaks when the engine is left by a jump
 * (isolate/fault.h). One thread at a time.
 */
#ifndef QJSP_ISOLATE_TRACKER_H
#define QJSP_ISOLATE_TRACKER_H

#include <qjspool/status.h>

#include "base/list.h"

typedef struct qjsp__tracker {
    qjsp_alloc alloc; /* hand out its address; the tracker must not move */
    const qjsp_alloc *parent;
    qjsp__list blocks;
} qjsp__tracker;

void qjsp__tracker_init(qjsp__tracker *t, const qjsp_alloc *parent);
void qjsp__tracker_fini(qjsp__tracker *t); /* frees all that was not freed */

#endif
