/* SPDX-License-Identifier: MIT */
/*
 * Sessions: each pins one worker, on which its tasks run one after another.
 *
 *   OPENING -> OPEN -> (closed, forgotten)
 *      \          \--> DEAD -> (closed, forgotten)
 *       \-> (failed, forgotten)
 */
#ifndef QJSP_SCHEDULER_SESSION_H
#define QJSP_SCHEDULER_SESSION_H

#include <qjspool/scheduler.h>

#include "base/list.h"

typedef struct qjsp__sched_worker qjsp__sched_worker;

typedef enum qjsp__sched_session_state {
    QJSP__SESSION_OPENING, /* waits for a worker, in s->openings */
    QJSP__SESSION_OPEN,
    QJSP__SESSION_DEAD, /* its worker is gone; the driver has yet to close it */
} qjsp__sched_session_state;

typedef struct qjsp__sched_session {
    uint64_t id;
    qjsp__sched_session_state state;
    qjsp__sched_worker *worker; /* when OPEN */
    qjsp__list waiting;         /* tasks, oldest first */
    qjsp__list in_openings;
} qjsp__sched_session;

/* Queues the opening. NOMEM: nothing changed. */
QJSP_NODISCARD qjsp_status qjsp__sched_session_new(qjsp_sched *s, uint64_t id);
/* NULL: unknown, failed or closed. */
qjsp__sched_session *qjsp__sched_session_find(const qjsp_sched *s, uint64_t id);
/* Of those that wait for a worker, the oldest; NULL: none. */
qjsp__sched_session *qjsp__sched_session_first(const qjsp_sched *s);

/* Pins w, which is idle. */
void qjsp__sched_session_start(qjsp_sched *s, qjsp__sched_session *session, qjsp__sched_worker *w);
/* Gives its worker, if that is idle, the next task; while closing and out of tasks,
 * gives the worker back. */
void qjsp__sched_session_pump(qjsp_sched *s, qjsp__sched_session *session);
/* It never opens: settles its tasks, and forgets it. */
void qjsp__sched_session_fail(qjsp_sched *s, qjsp__sched_session *session, qjsp_status status);
/* It has lost its worker: settles the tasks that wait. It stays until it is closed. */
void qjsp__sched_session_die(qjsp_sched *s, qjsp__sched_session *session, qjsp_status status);
/* The driver is done with it, in any state. Frees it. */
void qjsp__sched_session_close(qjsp_sched *s, qjsp__sched_session *session);
/* Takes its worker away for good, and settles everything with CLOSED. */
void qjsp__sched_session_abort(qjsp_sched *s, qjsp__sched_session *session);

#endif
