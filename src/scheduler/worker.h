/* SPDX-License-Identifier: MIT */
/*
 * Workers: which exist, what they do, and how they end.
 *
 *   free -> STARTING -> IDLE <-> BUSY -> INTERRUPTED -> IDLE
 *                         ^       \__________/
 *                         |            | it answers, and will renew
 *                         \-------- RENEWING <- IDLE
 *
 * Any state may end in a free slot: stopped (idle), given up (interrupted),
 * died, or never started. All slots are allocated with the scheduler, so a
 * replacement never lacks memory; ids are never reused, slots are.
 *
 * A worker can be pinned by a session. One whose session was closed while it
 * was busy owes END_SESSION (`ending`) but belongs to the pool again. One that
 * is busy with a task of no session may hold others, which it runs next (hold.h).
 *
 * RENEWING can come too late, when the worker was given another task or seems to have gone
 * on to the next in its line. Then it stays BUSY (or INTERRUPTED), and `is_renewing` says
 * that this task has not begun; so do the missing deadlines.
 */
#ifndef QJSP_SCHEDULER_WORKER_H
#define QJSP_SCHEDULER_WORKER_H

#include <qjspool/scheduler.h>

#include "base/list.h"
#include "scheduler/deadline.h"
#include "scheduler/hold.h"

typedef struct qjsp__sched_session qjsp__sched_session;
typedef struct qjsp__sched_task qjsp__sched_task;

typedef enum qjsp__sched_worker_state {
    QJSP__WORKER_FREE, /* the slot is empty */
    QJSP__WORKER_STARTING,
    QJSP__WORKER_IDLE,
    QJSP__WORKER_BUSY,
    QJSP__WORKER_INTERRUPTED, /* asked to stop; has not answered */
    QJSP__WORKER_RENEWING,    /* has no task, and is not UP again */
    QJSP__WORKER_NSTATES,
} qjsp__sched_worker_state;

typedef struct qjsp__sched_worker {
    uint32_t id;
    qjsp__sched_worker_state state;
    uint64_t running;             /* the id it must answer; 0: none */
    qjsp__sched_task *task;       /* that task; NULL: none, or settled meanwhile */
    qjsp__sched_session *session; /* that pins it; NULL: none */
    uint64_t ending;              /* session to END before anything else; 0: none */
    bool will_renew;              /* once it has answered what it runs */
    bool is_renewing;             /* until it is UP again: it has begun nothing */
    qjsp__sched_deadline deadline;
    /* what it runs next; empty unless it is busy or renewing, and while it is pinned */
    qjsp__sched_line line;
    qjsp__list node; /* in s->idle (idle and not pinned) or s->free_slots */
} qjsp__sched_worker;

/* NULL: there is none (any more). */
qjsp__sched_worker *qjsp__sched_worker_find(const qjsp_sched *s, uint32_t id);

/* Its task runs, as far as is known. False: it has none, or waits with it for its renewal. */
bool qjsp__sched_worker_has_begun(const qjsp__sched_worker *w);

/* Starts one more. There are less than max_workers. */
void qjsp__sched_worker_spawn(qjsp_sched *s);
/* Gives it task t; it is idle. */
void qjsp__sched_worker_run(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_task *t);
/* Asks it to stop what it runs, unless it was asked before, and starts the grace time. */
void qjsp__sched_worker_interrupt(qjsp_sched *s, qjsp__sched_worker *w, qjsp_status why);
/* Its task has ended, if it had one: on with its renewal, with what it holds, with its
 * session, or back to the pool. */
void qjsp__sched_worker_rest(qjsp_sched *s, qjsp__sched_worker *w);
/* It makes itself anew: after its answer to `task`, or at once. */
void qjsp__sched_worker_renew(qjsp_sched *s, qjsp__sched_worker *w, uint64_t task);
/* It is up again: what it seemed to run begins now. */
void qjsp__sched_worker_renewed(qjsp_sched *s, qjsp__sched_worker *w);
/* It was called back from what seemed to run there, in time. */
void qjsp__sched_worker_unrun(qjsp_sched *s, qjsp__sched_worker *w);
/* It is idle and not pinned, and ends. */
void qjsp__sched_worker_stop(qjsp_sched *s, qjsp__sched_worker *w);
/* The grace time is over: settles its task, and REPLACEs it. */
void qjsp__sched_worker_give_up(qjsp_sched *s, qjsp__sched_worker *w);
/* It died by itself: settles its task unless that has not begun, ends its session. */
void qjsp__sched_worker_lose(qjsp_sched *s, qjsp__sched_worker *w);
/* Empties the slot of a worker that has no task and no session. */
void qjsp__sched_worker_remove(qjsp_sched *s, qjsp__sched_worker *w);

/* Both ends of a pin. unpin: END_SESSION now, or when the worker has answered. */
void qjsp__sched_worker_pin(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_session *session);
void qjsp__sched_worker_unpin(qjsp_sched *s, qjsp__sched_worker *w);

#endif
