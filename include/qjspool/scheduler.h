/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: which task runs on which worker, and what is overdue.
 *
 * Rule 1: it decides; it never acts. Drivers carry out the actions.
 * Rule 2: time is an argument. Rule 3: it calls nobody back.
 * After each handle call, drain qjsp_sched_next_action until it is false.
 * Ids only: payloads never enter. Task, session and worker ids are not 0 and never reused;
 * tasks and sessions are numbered by the driver, workers by the scheduler.
 *
 * One thread at a time. Memory functions are all it needs of libc; it is also
 * compiled to Wasm on its own.
 */
#ifndef QJSPOOL_SCHEDULER_H
#define QJSPOOL_SCHEDULER_H

#include <qjspool/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qjsp_sched qjsp_sched;

enum { QJSP_SCHED_MAX_WORKERS = 4096 };

typedef struct qjsp_sched_options {
    uint32_t max_workers;  /* 1..QJSP_SCHED_MAX_WORKERS; default 4 */
    uint32_t min_workers;  /* workers that idle_us never ends; default 0 */
    uint32_t queue_limit;  /* waiting tasks, sessions' included; 0: no limit; default 0 */
    uint64_t idle_us;      /* an idle worker above min_workers ends after this; 0: never; default 0 */
    uint64_t grace_us;     /* from INTERRUPT to REPLACE; default 100,000; at least 1 */
    const qjsp_alloc *alloc; /* borrowed until free; NULL: libc's */
} qjsp_sched_options;

QJSP_API void qjsp_sched_options_init(qjsp_sched_options *opt);

QJSP_API QJSP_NODISCARD qjsp_status qjsp_sched_new(qjsp_sched **out, const qjsp_sched_options *opt);
QJSP_API void qjsp_sched_free(qjsp_sched *s);

typedef enum qjsp_event_kind {
    /* A task arrives. Fields: task, session (0: none), priority, run_us, queue_us.
     * Fails with QJSP_ERR_LIMIT (queue full), _CLOSED, _NOMEM, _INVALID (id in use or 0, no such session).
     * A task of a session whose worker died is accepted and settled CRASHED at once. */
    QJSP_EV_SUBMIT,
    QJSP_EV_CANCEL,        /* task; unknown or settled ones are ignored */
    QJSP_EV_WORKER_UP,     /* worker: a SPAWN or REPLACE is ready for tasks */
    QJSP_EV_WORKER_FAILED, /* worker: a SPAWN or REPLACE came to nothing; the oldest waiting task (or session
                              opening) is settled with `status`, so that
                              a pool that cannot start never spins */
    QJSP_EV_WORKER_DONE,   /* worker, task, status: the task has ended there. One that was given up meanwhile only frees the worker */
    QJSP_EV_WORKER_DOWN,   /* worker: died; its task (if any) is settled CRASHED, its session is dead */
    QJSP_EV_SESSION_OPEN,  /* session: pin a worker. QJSP_ERR_LIMIT: all max_workers are pinned (or promised to sessions that wait) */
    QJSP_EV_SESSION_CLOSE, /* session: its waiting tasks are settled CANCELED, a running one is interrupted and
                              settled CANCELED; the worker goes back to the pool after END_SESSION */
    QJSP_EV_CLOSE,         /* take nothing new; what waits and runs goes on; repeated: ignored */
    QJSP_EV_ABORT,         /* CLOSE, and settle all with CLOSED, interrupt what runs, STOP all workers */
    QJSP_EV_PREWARM,       /* spawn until `worker` (a count here) workers exist, at most max_workers */
} qjsp_event_kind;

typedef struct qjsp_event {
    qjsp_event_kind kind;
    uint32_t worker;
    uint64_t task;
    uint64_t session;
    int32_t priority;   /* higher first; FIFO within one. Ignored within a session: strictly FIFO */
    uint64_t run_us;    /* from RUN; 0: none */
    uint64_t queue_us;  /* from SUBMIT to RUN; 0: none */
    qjsp_status status; /* DONE, FAILED */
} qjsp_event;

typedef enum qjsp_action_kind {
    QJSP_ACT_SPAWN,     /* worker: start one; answer UP or FAILED */
    QJSP_ACT_RUN,       /* worker, task, session: run it; answer DONE */
    QJSP_ACT_INTERRUPT, /* worker, task, status (TIMEOUT, CANCELED or CLOSED): stop it; it still answers DONE */
    QJSP_ACT_REPLACE,   /* worker: give this one up: it never answers again as far as the scheduler
                           is concerned. new_worker, if not 0, takes its slot: as SPAWN */
    QJSP_ACT_STOP,      /* worker: it is idle and no longer wanted; no answer */
    QJSP_ACT_SETTLE,    /* task, status: its one and only end. wait_us, run_us */
    QJSP_ACT_SESSION_OPENED,  /* session, worker */
    QJSP_ACT_SESSION_FAILED,  /* session, status: never opened */
    QJSP_ACT_SESSION_DEAD,    /* session: its worker died; it stays until SESSION_CLOSE */
    QJSP_ACT_END_SESSION,     /* session, worker: bring its state back to the snapshot before whatever comes next */
    QJSP_ACT_DRAINED,         /* once, after CLOSE or ABORT: no task is left and every worker was told to STOP or was given up */
} qjsp_action_kind;

typedef struct qjsp_action {
    qjsp_action_kind kind;
    uint32_t worker;
    uint32_t new_worker;
    uint64_t task;
    uint64_t session;
    qjsp_status status;
    uint64_t wait_us;
    uint64_t run_us;
} qjsp_action;

/*
 * qjsp_sched_handle takes one event. Failures leave the scheduler as it was,
 * apart from deadlines that have passed. Only SUBMIT, SESSION_OPEN, WORKER_UP and PREWARM may fail for lack of
 * memory: they reserve whatever a task or worker can need later. now_us must not go backwards (it is clamped).
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_sched_handle(qjsp_sched *s, const qjsp_event *ev,
                                                      uint64_t now_us);
/* Timeouts: at its run deadline a task is INTERRUPTed; it is settled TIMEOUT when the worker
 * answers, or at the end of the grace time, with REPLACE. Cancelled tasks are settled at once. */
QJSP_API void qjsp_sched_handle_deadline(qjsp_sched *s, uint64_t now_us);
QJSP_API bool qjsp_sched_next_action(qjsp_sched *s, qjsp_action *act);
/* UINT64_MAX: none. */
QJSP_API uint64_t qjsp_sched_next_deadline(const qjsp_sched *s);

/* From a fixed-size histogram: within 4 % of the true value. Microseconds. */
typedef struct qjsp_sched_times {
    double mean;
    uint64_t p50, p95, p99, max;
} qjsp_sched_times;

typedef struct qjsp_sched_stats {
    uint32_t workers;       /* starting, idle and busy */
    uint32_t busy_workers;
    uint32_t idle_workers;  /* neither pinned nor busy */
    uint32_t sessions;      /* open and opening */
    uint64_t queued_tasks;
    uint64_t submitted_tasks;
    uint64_t completed_tasks; /* settled OK */
    uint64_t failed_tasks;    /* settled otherwise, those below included */
    uint64_t timed_out_tasks;
    uint64_t cancelled_tasks;
    uint64_t crashed_tasks;
    uint64_t worker_restarts; /* REPLACE, and DOWN */
    qjsp_sched_times wait;    /* of tasks that ran */
    qjsp_sched_times run;
} qjsp_sched_stats;

QJSP_API void qjsp_sched_get_stats(const qjsp_sched *s, qjsp_sched_stats *out);

#ifdef __cplusplus
}
#endif
#endif
