/* SPDX-License-Identifier: MIT */
/*
 * Deadlines: what is due next. A deadline sits in the task or worker it is
 * about; each of them has at most one, so a heap with room for all of them
 * never has to grow later. The end of hold_us is not among them: see hold.h.
 */
#ifndef QJSP_SCHEDULER_DEADLINE_H
#define QJSP_SCHEDULER_DEADLINE_H

#include <qjspool/scheduler.h>

#include "scheduler/minheap.h"

typedef enum qjsp__sched_deadline_kind {
    QJSP__DEADLINE_QUEUE, /* of a task that waits */
    QJSP__DEADLINE_RUN,   /* of a worker, for the task that runs there */
    QJSP__DEADLINE_GRACE, /* of a worker that must answer or be given up */
    QJSP__DEADLINE_IDLE,  /* of a worker that has nothing to do */
} qjsp__sched_deadline_kind;

typedef struct qjsp__sched_deadline {
    qjsp__minheap_node node;
    qjsp__sched_deadline_kind kind;
} qjsp__sched_deadline;

/* `after_us` from now; one that saturates never comes. d is not armed. */
void qjsp__sched_deadline_arm(qjsp_sched *s, qjsp__sched_deadline *d,
                              qjsp__sched_deadline_kind kind, uint64_t after_us);
/* Also when it is not armed. */
void qjsp__sched_deadline_disarm(qjsp_sched *s, qjsp__sched_deadline *d);

/* Acts on everything that is due at s->now_us, the earliest first. */
void qjsp__sched_deadline_expire(qjsp_sched *s);

#endif
