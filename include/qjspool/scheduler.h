/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: which task runs on which worker, and what is overdue.
 *
 * Rule 1: it decides; it never acts. Drivers carry out the actions.
 * Rule 2: time is an argument. Rule 3: it calls nobody back.
 * After each handle call, drain qjsp_sched_next_action until it is false.
 * Ids only: payloads never enter. Task, session and worker ids are not 0 and never
 * reused; tasks and sessions are numbered by the driver, workers by the scheduler.
 *
 * Events may come late: those about a task, session or worker that is gone (or a DONE
 * for a task that does not run there) are ignored. An INTERRUPT can come late likewise:
 * it names its task, and a worker that is past that task ignores it. The actions for
 * one worker are carried out in order.
 *
 * Held tasks (hold_limit; none by default). Where a worker can see what comes next, such
 * as in shared memory, it need not wait for the driver between two tasks: while all
 * workers are busy, waiting tasks without a session are lined up on them, evenly, by
 * further RUNs. A worker runs its tasks in the order of their RUNs.
 *   - With DONE, the next in line is the running one: its wait ends, its run_us begins.
 *   - Until then it is waiting: it counts as queued, can be cancelled and can time out.
 *     But its turn is settled: no task overtakes it, whatever its priority.
 *   - RECALL asks for one back: when the task before it has run for hold_us, or is
 *     INTERRUPTed; for a worker that is idle; all of them, when a session must wait for
 *     its worker; and for one that was just settled. The driver takes it out of the
 *     worker's line and answers RECALLED, at once or later: it returns to its place in
 *     the queue, or is forgotten. If the worker had begun it, the driver answers nothing:
 *     its DONE is on the way.
 *   - So a task that was settled may be begun all the same. With the DONE before it comes
 *     an INTERRUPT that names it, with the status it was settled with.
 *   - INTERRUPT can name a task that the worker has yet to begin. It must not run then,
 *     or be stopped as it begins, and is answered with DONE like any other.
 *   - What a lost worker had not begun goes back to its place in the queue.
 *
 * Renewals. A worker may have to make itself anew between two tasks, which takes as long as
 * starting does. It says so by RENEWING, best before the DONE of the task that is the cause:
 * nothing is given to it until it is UP again, and what it held is called back. What it was
 * given before RENEWING came seems to run, but has not begun: its run_us begins with UP, its
 * queue_us has ended. An INTERRUPT for it can be answered after UP only; the grace time
 * begins then.
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

enum { QJSP_SCHED_MAX_WORKERS = 4096, QJSP_SCHED_MAX_HOLD = 1024 };

typedef struct qjsp_sched_options {
    uint32_t max_workers; /* 1..QJSP_SCHED_MAX_WORKERS; default 4 */
    uint32_t min_workers; /* workers that idle_us never ends; at most max_workers; default 0 */
    uint32_t
        queue_limit; /* waiting tasks, sessions' and held ones included; 0: no limit; default 0 */
    uint32_t hold_limit; /* tasks in line behind a worker's running one; at most
                          * QJSP_SCHED_MAX_HOLD; 0: none; default 0 */
    uint64_t idle_us;    /* an idle worker above min_workers ends after this; 0: never; default 0 */
    uint64_t grace_us;   /* from INTERRUPT to REPLACE; default 100,000; at least 1 */
    uint64_t hold_us;    /* how long a task may run before what is held behind it is called
                        * back; default 2,000; at least 1, unless hold_limit is 0 */
    const qjsp_alloc *alloc; /* borrowed until free; NULL: libc's */
} qjsp_sched_options;

QJSP_API void qjsp_sched_options_init(qjsp_sched_options *opt);

/*
 * qjsp_sched_new makes a scheduler; about 300 bytes for each of max_workers are
 * allocated at once. QJSP_ERR_INVALID: an option is out of its range. QJSP_ERR_NOMEM.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_sched_new(qjsp_sched **out, const qjsp_sched_options *opt);
QJSP_API void qjsp_sched_free(qjsp_sched *s);

typedef enum qjsp_event_kind {
    /* A task arrives. Fields: task, session (0: none), priority, run_us, queue_us.
     * Fails with QJSP_ERR_CLOSED, _INVALID (id in use or 0, no such session), _LIMIT
     * (queue_limit tasks wait, even if this one could run at once), _NOMEM. A task of a
     * session whose worker died is accepted and settled CRASHED at once. */
    QJSP_EV_SUBMIT,

    /* task. It is settled CANCELED at once. If it runs, its worker is INTERRUPTed, and
     * takes nothing new before it answers DONE. */
    QJSP_EV_CANCEL,

    /* worker: a SPAWN or REPLACE is ready for tasks, or one that was RENEWING is again. */
    QJSP_EV_WORKER_UP,

    /* worker, status: a SPAWN or REPLACE came to nothing. The next waiting task without a
     * session that is not held (else the oldest session opening) is settled with `status`
     * (OK: CRASHED), so that a pool that cannot start never spins. While other workers that
     * are not pinned exist, they get to what waits: no further start is tried until one
     * comes up or nothing waits. One that was RENEWING: as DOWN. */
    QJSP_EV_WORKER_FAILED,

    /* worker, task, status: the task has ended there. If it was settled meanwhile, this
     * only frees the worker. After INTERRUPT with TIMEOUT, the statuses CANCELED and
     * TIMEOUT mean TIMEOUT; any other is the task's own end. */
    QJSP_EV_WORKER_DONE,

    /* worker: died. Its task (if any) is settled CRASHED (TIMEOUT if that is why it was
     * INTERRUPTed), its session is dead, what it held waits again, and so does what a
     * RENEWING one had not begun. One that was starting: as FAILED with CRASHED. */
    QJSP_EV_WORKER_DOWN,

    /* session: pin an idle worker, else a new one, else the next that comes free (before
     * any waiting task). Tasks may be submitted to it from now on. Fails with
     * QJSP_ERR_CLOSED, _INVALID (id in use or 0), _LIMIT (all max_workers are pinned, or
     * promised to sessions that wait), _NOMEM. */
    QJSP_EV_SESSION_OPEN,

    /* session: its tasks are settled CANCELED and a running one is INTERRUPTed; the
     * worker goes back to the pool after END_SESSION. If it was opening: SESSION_FAILED
     * with CANCELED. The id is unknown from now on. */
    QJSP_EV_SESSION_CLOSE,

    /* Take nothing new; what waits, is held and runs goes on. A session ends (SESSION_DEAD,
     * END_SESSION) after its last task, a worker (STOP) as soon as nothing waits for it.
     * Repeated: ignored. */
    QJSP_EV_CLOSE,

    /* CLOSE, and settle all with CLOSED, INTERRUPT what runs, STOP all workers; those
     * that start, run or are RENEWING: when they answer, or at the end of the grace time
     * REPLACE without a new one. */
    QJSP_EV_ABORT,

    /* Spawn until `worker` (a count here) workers exist, at most max_workers. Fails with
     * QJSP_ERR_CLOSED. */
    QJSP_EV_PREWARM,

    /* worker, task: RECALL came in time, the worker will never begin it. May come after
     * the DONE of the task before it. Ignored if it was not asked for. */
    QJSP_EV_RECALLED,

    /* worker, task: it makes itself anew, once it has answered `task` (0: it has answered
     * all that it began), and says UP again. */
    QJSP_EV_WORKER_RENEWING,
} qjsp_event_kind;

typedef struct qjsp_event {
    qjsp_event_kind kind;
    uint32_t worker;
    uint64_t task;
    uint64_t session;
    int32_t priority;   /* higher first; FIFO within one. Ignored within a session: strictly FIFO */
    uint64_t run_us;    /* from RUN (held: from the DONE before it); 0: none */
    uint64_t queue_us;  /* from SUBMIT until then; 0: none */
    qjsp_status status; /* DONE, FAILED */
} qjsp_event;

/* Fields that a kind does not name are 0. */
typedef enum qjsp_action_kind {
    /* worker: start one; answer UP or FAILED. */
    QJSP_ACT_SPAWN,
    /* worker, task, session: run it, after what it was told to run before; answer DONE. */
    QJSP_ACT_RUN,
    /* worker, task, status (TIMEOUT, CANCELED or CLOSED): stop it; it still answers DONE. */
    QJSP_ACT_INTERRUPT,
    /* worker: give this one up: it never answers again as far as the scheduler is
     * concerned. new_worker, if not 0 (work waits, or min_workers asks for it), takes its
     * slot: as SPAWN. */
    QJSP_ACT_REPLACE,
    /* worker: it is idle and no longer wanted; no answer. */
    QJSP_ACT_STOP,
    /* task, status: its one and only end. wait_us, run_us. */
    QJSP_ACT_SETTLE,
    /* session, worker. */
    QJSP_ACT_SESSION_OPENED,
    /* session, status: never opened; its tasks were settled before. The id is unknown
     * from now on. */
    QJSP_ACT_SESSION_FAILED,
    /* session, status: its worker died or was given up (CRASHED), or CLOSE or ABORT ended
     * it (CLOSED); its tasks were settled before. It stays until SESSION_CLOSE. */
    QJSP_ACT_SESSION_DEAD,
    /* session, worker: bring its state back to the snapshot before whatever comes next;
     * no answer. */
    QJSP_ACT_END_SESSION,
    /* Once, after CLOSE or ABORT: no task is left and every worker was told to STOP or
     * was given up. */
    QJSP_ACT_DRAINED,
    /* worker, task: unless the worker has begun it, take it back and answer RECALLED. */
    QJSP_ACT_RECALL,
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
 * apart from deadlines that have passed: those come first. Only SUBMIT and SESSION_OPEN
 * may fail for lack of memory: they reserve whatever a task or session can need later;
 * for workers qjsp_sched_new did. (If the actions of the last call were not drained, any
 * event may fail with QJSP_ERR_NOMEM, and deadlines may wait.)
 * now_us must not go backwards (it is clamped); deadlines past UINT64_MAX never come.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_sched_handle(qjsp_sched *s, const qjsp_event *ev,
                                                      uint64_t now_us);
/* Timeouts: at its run deadline a task is INTERRUPTed; it is settled TIMEOUT when the worker
 * answers, or at the end of the grace time, with REPLACE. Cancelled tasks are settled at once.
 * What hold_us calls back is called back here only, not by other events: a driver that has
 * answers of workers to report does so first, and nothing is called back for being late. */
QJSP_API void qjsp_sched_handle_deadline(qjsp_sched *s, uint64_t now_us);
QJSP_API bool qjsp_sched_next_action(qjsp_sched *s, qjsp_action *act);
/* UINT64_MAX: none. With held tasks it may have passed: then qjsp_sched_handle_deadline is due. */
QJSP_API uint64_t qjsp_sched_next_deadline(const qjsp_sched *s);

/* From a fixed-size histogram: within 4 % of the true value. Microseconds. */
typedef struct qjsp_sched_times {
    double mean;
    uint64_t p50, p95, p99, max;
} qjsp_sched_times;

typedef struct qjsp_sched_stats {
    uint32_t workers;      /* starting, idle and busy */
    uint32_t busy_workers; /* those that are RENEWING included */
    uint32_t idle_workers; /* neither starting, pinned nor busy */
    uint32_t sessions;     /* open and opening */
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
