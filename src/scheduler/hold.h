/* SPDX-License-Identifier: MIT */
/*
 * Held tasks: lined up behind the one that a worker runs, so that it goes from one to
 * the next without a round trip. None of this happens while hold_limit is 0.
 *
 *   queue -> held -> running
 *     ^       |
 *     +-------+   RECALLED, or the worker is gone
 *
 * A held task is a waiting one: it counts, can be cancelled, can time out. When that
 * happens it is settled, but stays in the line as a ghost until it is known whether
 * the worker has begun it: RECALLED frees it; if it becomes the first instead, its
 * worker is INTERRUPTed.
 *
 * Which lines are shortest, longest and oldest is kept in three heaps, so that each
 * decision costs O(log max_workers). A search through a line, at most hold_limit long, is
 * made only for what is called back.
 */
#ifndef QJSP_SCHEDULER_HOLD_H
#define QJSP_SCHEDULER_HOLD_H

#include <qjspool/scheduler.h>

#include "base/list.h"
#include "scheduler/minheap.h"

typedef struct qjsp__sched_task qjsp__sched_task;
typedef struct qjsp__sched_worker qjsp__sched_worker;

/* Of one worker. */
typedef struct qjsp__sched_line {
    qjsp__list tasks; /* in the order of their RUNs */
    uint32_t count;   /* of them, ghosts included */
    uint32_t nkept;   /* those that are neither ghosts nor called back */
    bool is_doubtful; /* the running task was called back before it seemed to begin */
    qjsp__minheap_node in_few;
    qjsp__minheap_node in_many;
    qjsp__minheap_node in_ends;
} qjsp__sched_line;

/* Of all workers. */
typedef struct qjsp__sched_holds {
    size_t nheld;       /* tasks, without ghosts */
    size_t nrecalled;   /* of them, those that are called back */
    qjsp__minheap few;  /* lines that may grow (or might have, until lately), by count */
    qjsp__minheap many; /* lines with nkept > 0, the largest first */
    qjsp__minheap ends; /* the same, by when their running task has run for hold_us */
} qjsp__sched_holds;

/* With the scheduler. */
bool qjsp__sched_holds_reserve(qjsp_sched *s);
void qjsp__sched_holds_fini(qjsp_sched *s);

/* After idle workers were fed and others are started: lines up what still waits, or
 * calls back what another should have. */
void qjsp__sched_hold(qjsp_sched *s);
/* Calls back all that waits behind a task that has run for hold_us. */
void qjsp__sched_hold_expire(qjsp_sched *s);

/* The first in w's line, which leaves it: a task, or a ghost that the caller frees. The
 * line is not empty, and line_begin follows. */
qjsp__sched_task *qjsp__sched_hold_take(qjsp_sched *s, qjsp__sched_worker *w);
/* w has begun a task, the state says so. */
void qjsp__sched_line_begin(qjsp_sched *s, qjsp__sched_worker *w, bool is_doubtful);
/* w's state has changed otherwise. */
void qjsp__sched_line_update(qjsp_sched *s, qjsp__sched_worker *w);

/* The newest first: should the worker be faster, it begins the oldest. */
void qjsp__sched_hold_recall_all(qjsp_sched *s, qjsp__sched_worker *w);
/* The driver has taken it back. Ignored if that was not asked. */
void qjsp__sched_hold_returned(qjsp_sched *s, qjsp__sched_worker *w, uint64_t task);
/* t, which is held, was just settled: it is a ghost from now on. */
void qjsp__sched_hold_settled(qjsp_sched *s, qjsp__sched_task *t, qjsp_status status);
void qjsp__sched_hold_settle_all(qjsp_sched *s, qjsp__sched_worker *w, qjsp_status status);
/* w is gone, and has not begun any: they wait again. */
void qjsp__sched_hold_release(qjsp_sched *s, qjsp__sched_worker *w);

#endif
