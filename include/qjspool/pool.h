/* SPDX-License-Identifier: MIT */
/*
 * A pool: many isolates on many threads behind one queue.
 *
 * Tasks are submitted from any thread and end exactly once, each in one of
 * three ways that its submitter chose: a callback, the completion queue
 * (with an eventfd to poll), or qjsp_pool_wait. Guests that do not come back are abandoned after a grace
 * time: their slot gets a new worker and nobody else waits for them.
 *
 * Every function here may be called from any thread unless it says otherwise.
 */
#ifndef QJSPOOL_POOL_H
#define QJSPOOL_POOL_H

#include <qjspool/isolate.h>
#include <qjspool/scheduler.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qjsp_pool qjsp_pool;

/* One asynchronous host call; see qjsp_async_fn. */
typedef struct qjsp_call qjsp_call;

/*
 * Starts an asynchronous host function. Runs on a worker's thread and must
 * not block for long. It takes `call`: sooner or later, on any thread, exactly one of
 * qjsp_call_return and qjsp_call_throw must be made on it, also when the task
 * or the pool is gone by then (it then only frees).
 */
typedef void qjsp_async_fn(void *ud, qjsp_call *call);

QJSP_API qjsp_bytes qjsp_call_peek_args(const qjsp_call *call); /* CBOR array */
QJSP_API uint64_t qjsp_call_get_task(const qjsp_call *call);
/* Both take `call`. value: CBOR, copied; empty: undefined. */
QJSP_API void qjsp_call_return(qjsp_call *call, qjsp_bytes value);
QJSP_API void qjsp_call_throw(qjsp_call *call, const char *name, const char *message);

typedef struct qjsp_pool_function {
    const char *name;     /* as in qjsp_host_function */
    qjsp_host_fn *call;   /* blocking; exactly one of the two is set */
    qjsp_async_fn *start; /* asynchronous */
    void *ud;
} qjsp_pool_function;

/* A console call of a guest. On the worker's thread; lines of one task come in
 * order, several tasks at once. args as in qjsp_console_fn. */
typedef void qjsp_pool_console_fn(void *ud, qjsp_console_level level, qjsp_bytes args,
                                  uint64_t task, uint32_t worker);

typedef struct qjsp_pool_options {
    uint32_t workers;     /* 1..QJSP_SCHED_MAX_WORKERS; default: the CPUs of this process */
    uint32_t min_workers; /* stay when idle; default 0 */
    uint32_t prewarm;     /* workers to start at once; default 0: with the first task */
    uint32_t queue_limit; /* waiting tasks; submit fails past it; 0: no limit; default 65,536 */
    uint64_t timeout_ms;  /* for tasks that name none, and the bootstrap; 0: none; default 0 */
    uint64_t queue_timeout_ms; /* likewise, while waiting; default 0: none */
    uint64_t grace_ms;         /* from interrupt to abandoning; default 100 */
    uint64_t idle_timeout_ms;  /* 0: workers never end by themselves; default 0 */

    /* Of each isolate. host_functions, on_console and console_ud of it are
     * ignored: the fields below take their place. Everything it points to is copied. A store that is
     * made for one of its mounts is shared by all workers. */
    qjsp_isolate_options isolate;
    qjsp_bytes bootstrap;                /* source; copied; empty: none */
    const char *bootstrap_filename;      /* NULL: "bootstrap.js" */
    const qjsp_pool_function *functions; /* copied */
    size_t nfunctions;
    qjsp_pool_console_fn *on_console; /* NULL: dropped */
    void *console_ud;
    const qjsp_alloc *alloc; /* thread-safe; borrowed until the last worker has ended (an
                                abandoned one may outlive the pool) and the last result and
                                qjsp_call are freed; NULL: libc */
} qjsp_pool_options;

QJSP_API void qjsp_pool_options_init(qjsp_pool_options *opt);

/*
 * qjsp_pool_new makes a pool; workers start lazily, or now if prewarm says so. It does not wait for them: a bootstrap that
 * throws is the result of each task that would have run there.
 *
 * QJSP_ERR_INVALID  an option is out of range
 * QJSP_ERR_SYSTEM   a mount's directory cannot be opened, or a thread cannot be had; errno says why
 * QJSP_ERR_NOMEM
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_pool_new(qjsp_pool **out, const qjsp_pool_options *opt);

/* qjsp_pool_close takes nothing new; returns at once; may be called twice. */
QJSP_API void qjsp_pool_close(qjsp_pool *pool);

/* qjsp_pool_join closes and waits until every task has ended and its callback returned. Never from a
 * callback or host function. */
QJSP_API void qjsp_pool_join(qjsp_pool *pool);

/*
 * qjsp_pool_free ends all: waiting and running tasks end with QJSP_ERR_CLOSED
 * (their callbacks run before it returns), threads are joined, stuck ones abandoned after the
 * grace time. Results that were not taken are freed; ones that were taken stay valid.
 * A host function that blocks its worker at that moment may go on after the return; none
 * is called any more.
 * No other call may be running or follow. Never from a callback or host function. NULL is fine.
 */
QJSP_API void qjsp_pool_free(qjsp_pool *pool);

/* Receives a result; runs exactly once for an accepted task, on a thread of the pool, never
 * within a call of the user's, and with no lock held. Takes `result`. It may submit and
 * cancel; it must not wait, open a session, join or free, nor block for long: that thread
 * has other work. */
typedef void qjsp_done_fn(void *ud, uint64_t id, qjsp_result *result);

/* What becomes of the result when on_done is NULL. */
typedef enum qjsp_delivery {
    QJSP_DELIVER_WAIT = 0, /* kept until qjsp_pool_wait asks for it */
    QJSP_DELIVER_QUEUE,    /* put on the completion queue, see qjsp_pool_take */
} qjsp_delivery;

typedef struct qjsp_submit {
    qjsp_task task;            /* copied; kind EVAL, CALL or PASS */
    uint64_t session;          /* 0: none */
    int32_t priority;          /* higher first, FIFO within one */
    uint64_t queue_timeout_ms; /* 0: the pool's */
    qjsp_delivery delivery;
    qjsp_done_fn *on_done;
    void *ud;
} qjsp_submit;

QJSP_API void qjsp_submit_init(qjsp_submit *submit);

/*
 * qjsp_pool_submit queues a task. *id is set before any callback can run; NULL if nobody
 * needs it. Never blocks on JavaScript.
 *
 * QJSP_ERR_LIMIT    queue_limit tasks are waiting; nothing was queued
 * QJSP_ERR_CLOSED   qjsp_pool_close was called
 * QJSP_ERR_INVALID  no such session; BOOT task
 * QJSP_ERR_NOMEM    nothing was queued
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_pool_submit(qjsp_pool *pool, const qjsp_submit *submit,
                                                     uint64_t *id);

/* qjsp_pool_submit_batch submits in order under one lock, as many as it can: *accepted tells how
 * many, ids[i] theirs; the status is that of the first that failed. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_pool_submit_batch(qjsp_pool *pool,
                                                           const qjsp_submit *submits, size_t n,
                                                           uint64_t *ids, size_t *accepted);

/* qjsp_pool_cancel ends a task with QJSP_ERR_CANCELED, at once. True if that is how it will end;
 * false when it has ended already, or never was. */
QJSP_API bool qjsp_pool_cancel(qjsp_pool *pool, uint64_t id);

/*
 * qjsp_pool_wait blocks until the task ends and gives its result to the
 * caller. QJSP_ERR_INVALID: no such task with QJSP_DELIVER_WAIT, or another wait has it.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_pool_wait(qjsp_pool *pool, uint64_t id,
                                                   qjsp_result **result);

/* qjsp_pool_run submits and waits: the simplest way. delivery and on_done of `submit` are
 * ignored. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_pool_run(qjsp_pool *pool, const qjsp_submit *submit,
                                                  qjsp_result **result);

/* qjsp_pool_take removes the oldest entry of the completion queue; false when it is empty.
 * id may be NULL. */
QJSP_API bool qjsp_pool_take(qjsp_pool *pool, uint64_t *id, qjsp_result **result);

/* qjsp_pool_get_eventfd returns a descriptor that is readable while the completion queue is
 * not empty; it belongs to the pool, and only the pool reads or writes it. Made at the first
 * call; -1, and errno says why, when the system has none left. */
QJSP_API int qjsp_pool_get_eventfd(qjsp_pool *pool);

/* qjsp_result_free frees a result that a pool gave. NULL is fine. */
QJSP_API void qjsp_result_free(qjsp_result *result);

/*
 * qjsp_pool_open_session pins a worker, waiting for a busy one if need be; state lives
 * from task to task until qjsp_pool_close_session. Tasks of one session run one after the
 * other, in order. Never from a callback or host function, which may be what keeps it busy.
 *
 * QJSP_ERR_LIMIT    every worker is pinned
 * QJSP_ERR_CLOSED, QJSP_ERR_NOMEM
 * QJSP_ERR_EXCEPTION  the worker could not start (bootstrap threw)
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_pool_open_session(qjsp_pool *pool, uint64_t *session);

/* qjsp_pool_close_session cancels what it still runs, and gives the worker
 * back with its state wiped. Unknown ids are ignored. */
QJSP_API void qjsp_pool_close_session(qjsp_pool *pool, uint64_t session);

/* False once the session was closed or its worker died. */
QJSP_API bool qjsp_pool_is_session_alive(qjsp_pool *pool, uint64_t session);

QJSP_API void qjsp_pool_get_stats(qjsp_pool *pool, qjsp_sched_stats *out);

#ifdef __cplusplus
}
#endif
#endif
