/* SPDX-License-Identifier: MIT */
/*
 * One worker: an isolate and the thread that drives it.
 *
 * This interface is all that the rest of the pool knows of workers: orders go down by the
 * functions of the first half, any thread and never blocking; news come up by those of the
 * second, from the worker's thread. A worker that is a process of its own would be another
 * implementation of the same orders and news.
 *
 * A worker may be abandoned at any time. From then on it has no pool: it may finish
 * what it is in, calls nothing of the user's any more, and frees itself.
 */
#ifndef QJSP_POOL_WORKER_H
#define QJSP_POOL_WORKER_H

#include "pool/pool.h"

typedef struct qjsp__worker qjsp__worker;

/* A host function as one worker's isolate knows it. */
typedef struct qjsp__hook {
    qjsp__worker *worker;
    uint32_t index; /* into config->opt.functions */
} qjsp__hook;

struct qjsp__worker {
    qjsp__id_node node; /* in pool->workers; guarded by pool->lock */
    qjsp__list link;    /* in pool->ended; guarded by pool->lock */

    _Atomic uint32_t refs; /* the thread's or the pool's, and one for each qjsp_call */
    const qjsp_alloc *alloc;
    qjsp__config *config; /* counted */
    qjsp_pool *pool;      /* counted until the thread has ended */
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t cond; /* mail has come */

    /* guarded by lock */
    qjsp__task *run;       /* the next task; holds a reference; NULL: none */
    qjsp_status stop_run;  /* why that must end before it begins; QJSP_OK: it need not */
    bool must_end_session; /* restore before anything else */
    bool must_stop;        /* end once nothing else is to do */
    _Atomic bool has_mail; /* run, must_end_session, must_stop or is_abandoned was set */
    bool is_up;            /* it has an isolate, and is not being given another */
    bool is_abandoned;     /* set under both locks, so either will do to read it */
    qjsp_status interrupt; /* why the task at hand must end; QJSP_OK: it need not */
    uint64_t generation;   /* of tasks begun; a call of an earlier one is void */
    qjsp__list inbox;      /* host calls that were returned */
    qjsp_isolate *iso;     /* changed under lock by the thread alone, which reads it without */

    /* the thread's own */
    uint64_t task_id;   /* what it runs; 0: the bootstrap */
    qjsp__hook hooks[]; /* one for each function of the pool */
};

/* ---- orders ---- */

/* qjsp__worker_start starts a worker, which will report up or failed. Caller holds pool->lock. */
QJSP_NODISCARD qjsp_status qjsp__worker_start(qjsp_pool *pool, uint32_t id);
void qjsp__worker_run(qjsp__worker *w, qjsp__task *task); /* takes a reference of its own */
void qjsp__worker_interrupt(qjsp__worker *w, qjsp_status reason);
void qjsp__worker_end_session(qjsp__worker *w);
/* Ends it when it is idle; what it starts up with is interrupted. */
void qjsp__worker_stop(qjsp__worker *w);
/* Caller holds pool->lock and has taken it out of pool->workers. */
void qjsp__worker_abandon(qjsp__worker *w);
/* Frees a worker that reported its end, after its thread. Takes `w`. No lock is held. */
void qjsp__worker_join(qjsp__worker *w);
void qjsp__worker_unref(qjsp__worker *w);

/* ---- news (report.c); false: the worker is abandoned, and nothing was told ---- */

bool qjsp__report_up(qjsp__worker *w, qjsp_status *status);
/* The task has ended here. Takes `offer` (NULL: no memory for it) and delivers what is settled. */
bool qjsp__report_done(qjsp__worker *w, qjsp__task *task, qjsp__box *offer);
/* As done, but the isolate is lost and the thread will end. */
bool qjsp__report_down(qjsp__worker *w, qjsp__task *task, qjsp__box *offer);
/* It makes a new isolate, and reports up or failed again. */
bool qjsp__report_renewing(qjsp__worker *w);
/* It did not come up (again); the thread will end. Takes `error` (may be NULL). */
bool qjsp__report_failed(qjsp__worker *w, qjsp_status status, qjsp__box *error);
/* The thread's last word: from here on it is to be joined. */
bool qjsp__report_ended(qjsp__worker *w);

#endif
