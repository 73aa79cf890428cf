/* SPDX-License-Identifier: MIT */
/*
 * Tasks that are not settled yet, each in exactly one place: the pool's queue
 * (no session), its session's queue, the line of a worker, or a worker.
 *
 *   submitted -> waiting -> running -> settled
 *                   \___________________/^   cancelled, timed out, closed
 *
 * A task that is held, in the line of a worker, is waiting all the same (hold.h).
 *
 * Settling ends a task for the scheduler, also while its worker is still busy
 * with it; the worker remembers by itself what it must answer. A task that was
 * held stays in its line as a ghost, for as long as its worker might begin it.
 */
#ifndef QJSP_SCHEDULER_TASK_H
#define QJSP_SCHEDULER_TASK_H

#include <qjspool/scheduler.h>

#include "base/list.h"
#include "scheduler/deadline.h"
#include "scheduler/minheap.h"

typedef struct qjsp__sched_session qjsp__sched_session;
typedef struct qjsp__sched_worker qjsp__sched_worker;

typedef struct qjsp__sched_task {
    uint64_t id;
    qjsp__sched_session *session;  /* NULL: none */
    qjsp__sched_worker *worker;    /* NULL: waiting */
    qjsp__sched_worker *holder;    /* waiting in the line of this one; NULL: in none */
    qjsp__minheap_node in_queue;   /* waiting without a session, and not held */
    qjsp__list in_session;         /* waiting in one */
    qjsp__list in_line;            /* held */
    bool is_recalled;              /* held, and RECALL is unanswered */
    qjsp_status end;               /* of a ghost; OK: it is none */
    uint64_t queue_key, queue_seq; /* its place in the queue, should it come back */
    qjsp__sched_deadline queue_end;
    uint64_t queue_end_us; /* UINT64_MAX: never */
    uint64_t run_us;       /* 0: no limit */
    uint64_t submitted_us;
    uint64_t started_us; /* when it has a worker */
} qjsp__sched_task;

/* Reserves all that the task can need, and lets it wait. NOMEM: nothing changed. */
QJSP_NODISCARD qjsp_status qjsp__sched_task_new(qjsp_sched *s, const qjsp_event *ev,
                                                qjsp__sched_session *session);
/* NULL: unknown or settled. */
qjsp__sched_task *qjsp__sched_task_find(const qjsp_sched *s, uint64_t id);
/* The next without a session: highest priority, then oldest. NULL: none waits. */
qjsp__sched_task *qjsp__sched_task_first(const qjsp_sched *s);
/* From waiting to running on w. */
void qjsp__sched_task_start(qjsp_sched *s, qjsp__sched_task *t, qjsp__sched_worker *w);
/* Held, or started too early: back to the place in the queue that it left, or to its end if
 * its queue deadline has passed meanwhile. It is in no line (any more). */
void qjsp__sched_task_requeue(qjsp_sched *s, qjsp__sched_task *t);
/* The task's one end, from anywhere. Frees it, or leaves a ghost to hold.c. */
void qjsp__sched_task_settle(qjsp_sched *s, qjsp__sched_task *t, qjsp_status status);

#endif
