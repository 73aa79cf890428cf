/* SPDX-License-Identifier: MIT */
/*
 * The inside of a pool: the scheduler, the tables that turn its ids into things, and
 * the one lock around both.
 *
 * There is no dispatcher. Whoever has an event (a submitter, a worker that finished, the
 * keeper when a deadline passes) takes the lock, feeds the event to the scheduler and
 * carries out the actions that come of it. What must happen outside the lock (callbacks,
 * joins) is put on a list: a pool thread works through its own; all others leave theirs to
 * the keeper, so that no callback ever runs inside a call of the user's.
 *
 * Lock order: pool->lock before worker->lock. Nothing else is locked under either.
 */
#ifndef QJSP_POOL_POOL_H
#define QJSP_POOL_POOL_H

#include <pthread.h>
#include <qjspool/pool.h>
#include <stdatomic.h>

#include "base/list.h"
#include "pool/config.h"
#include "pool/idmap.h"
#include "pool/task.h"

struct qjsp__worker;

typedef enum qjsp__session_state {
    QJSP__SESSION_OPENING,
    QJSP__SESSION_OPEN,
    QJSP__SESSION_DEAD,   /* its worker died */
    QJSP__SESSION_FAILED, /* never opened; status says why */
} qjsp__session_state;

typedef struct qjsp__session {
    qjsp__id_node node; /* in pool->sessions */
    qjsp__session_state state;
    qjsp_status status;
    pthread_cond_t cond; /* its opener waits on it */
} qjsp__session;

/* The one thread that is there from the start, since a deadline must not depend on whether a
 * thread can be had by then: deadlines, callbacks that nobody else may run, and joining
 * workers that ended. */
typedef struct qjsp__keeper {
    pthread_t thread;
    pthread_cond_t cond;
    uint64_t wake_us; /* what it sleeps for; 0: it is awake */
    bool must_stop;
    bool is_started; /* of interest to new and free alone */
} qjsp__keeper;

struct qjsp_pool {
    /* The owner's, and one for each worker thread: an abandoned one may yet take the lock, to
     * learn that it is on its own. */
    _Atomic uint32_t refs;
    const qjsp_alloc *alloc; /* borrowed */
    qjsp__config *config;    /* counted; never changed */
    pthread_mutex_t lock;

    /* all below is guarded by lock */
    qjsp_sched *sched;
    qjsp__id_map tasks;
    qjsp__id_map workers;
    qjsp__id_map sessions;
    uint64_t last_task;
    uint64_t last_session;

    uint32_t *failed; /* workers that could not be started, to be reported; room for all */
    uint32_t nfailed;
    qjsp__box *boot_error; /* while WORKER_FAILED is handled: what the bootstrap threw */

    qjsp__list deferred; /* settled tasks whose callback the keeper runs */
    qjsp__list done;     /* the completion queue */
    int event_fd;        /* -1: nobody asked for one */
    qjsp__list ended;    /* workers whose threads are to be joined */
    qjsp__keeper keeper;

    /* Accepted tasks less those that are delivered, callback returned. Raised under the
     * lock, lowered anywhere. */
    _Atomic uint64_t nopen;
    _Atomic uint32_t njoiners; /* threads that wait for nopen to be 0; changed under the lock */
    pthread_cond_t quiet;      /* nopen is 0, or a worker has gone */
};

/* feed.c */

/*
 * qjsp__pool_feed gives an event to the scheduler and carries out what comes of it. Settled
 * tasks with a callback are added to `settled`. The status is the scheduler's.
 * Caller holds pool->lock.
 */
QJSP_NODISCARD qjsp_status qjsp__pool_feed(qjsp_pool *pool, const qjsp_event *ev,
                                           qjsp__list *settled);
/* The same for deadlines that have passed. Caller holds pool->lock. */
void qjsp__pool_feed_deadline(qjsp_pool *pool, qjsp__list *settled);

/* deliver.c */

/* Puts a settled task where its submitter wants it. Caller holds pool->lock. */
void qjsp__pool_hand_over(qjsp_pool *pool, qjsp__task *task, qjsp__list *settled);
/* Runs the callbacks of a list of settled tasks. Threads of the pool only; no lock is held. */
void qjsp__pool_deliver(qjsp_pool *pool, qjsp__list *settled);
/* Waits until all tasks are delivered. Caller holds pool->lock. */
void qjsp__pool_wait_quiet(qjsp_pool *pool);

/* keeper.c */
QJSP_NODISCARD qjsp_status qjsp__keeper_start(qjsp_pool *pool);
void qjsp__keeper_stop(qjsp_pool *pool); /* joins it; it has run what was deferred */
/* Wakes the keeper if there is work or an earlier deadline for it. Caller holds pool->lock. */
void qjsp__keeper_poke(qjsp_pool *pool);
/* Joins and frees workers that ended. Caller holds pool->lock; drops it meanwhile. */
void qjsp__pool_reap(qjsp_pool *pool);

/* session.c */
void qjsp__session_free(qjsp__session *session, const qjsp_alloc *alloc); /* NULL is fine */

/* pool.c */
void qjsp__pool_ref(qjsp_pool *pool);
void qjsp__pool_unref(qjsp_pool *pool);

#endif
