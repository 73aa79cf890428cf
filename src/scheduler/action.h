/* SPDX-License-Identifier: MIT */
/*
 * The output queue: a ring of actions that waits to be drained.
 *
 * Room is reserved before an event is handled, never while: an action that
 * was decided cannot be refused. How much one call can need is in
 * scheduler.h, next to the reasons.
 */
#ifndef QJSP_SCHEDULER_ACTION_H
#define QJSP_SCHEDULER_ACTION_H

#include <qjspool/scheduler.h>

typedef struct qjsp__actions {
    qjsp_action *ring;
    size_t head; /* the oldest */
    size_t count;
    size_t cap;
} qjsp__actions;

/* Makes room for n more than wait now; false, and nothing changed, without memory. */
bool qjsp__actions_reserve(qjsp__actions *a, const qjsp_alloc *alloc, size_t n);
void qjsp__actions_fini(qjsp__actions *a, const qjsp_alloc *alloc);

/* Room was reserved; ends the process if it was not, since losing a SETTLE would
 * leave someone waiting for ever. */
void qjsp__actions_push(qjsp__actions *a, qjsp_action act);
bool qjsp__actions_take(qjsp__actions *a, qjsp_action *out);

#endif
