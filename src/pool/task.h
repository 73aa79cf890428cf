/* SPDX-License-Identifier: MIT */
/*
 * The record of one submitted task: its copied source in one block with room
 * for a result, so that ending it can never fail for lack of memory.
 *
 * Counted: the pool holds it until it is delivered, the worker while it runs it, and a result that
 * lies in it until qjsp_result_free.
 */
#ifndef QJSP_POOL_TASK_H
#define QJSP_POOL_TASK_H

#include <pthread.h>
#include <qjspool/pool.h>
#include <stdatomic.h>

#include "base/list.h"
#include "pool/idmap.h"
#include "pool/result.h"

/* A thread in qjsp_pool_wait; on its stack. */
typedef struct qjsp__waiter {
    pthread_cond_t cond;
    _Atomic bool is_settled; /* set under pool->lock */
} qjsp__waiter;

typedef struct qjsp__task {
    _Atomic uint32_t refs;
    const qjsp_alloc *alloc;

    /* never changed after submit */
    qjsp_task work; /* what it points to lies behind this struct */
    uint64_t session;
    int32_t priority;
    uint64_t queue_timeout_ms;
    qjsp_delivery delivery;
    qjsp_done_fn *on_done;
    void *ud;

    /* guarded by the pool's lock */
    qjsp__id_node node;   /* in pool->tasks until settled, or taken by wait */
    qjsp__list link;      /* settled: in a list of those to deliver */
    qjsp__waiter *waiter; /* NULL: nobody waits */
    qjsp__box *offer;     /* the worker's result, until the scheduler's word on it */
    qjsp__box *result;    /* settled: what it came to */

    /* the pool's own word, written once by whoever settles it */
    qjsp__box own;
    qjsp__note note;
} qjsp__task;

/* qjsp__task_new copies a task. Of a source over `source_limit` (0: none) it keeps the
 * length only. NULL: no memory. */
qjsp__task *qjsp__task_new(const qjsp_submit *submit, size_t source_limit, const qjsp_alloc *alloc);
void qjsp__task_ref(qjsp__task *task);
void qjsp__task_unref(qjsp__task *task);

/* qjsp__task_settle decides the result: the worker's if it has one and it fits the scheduler's
 * word, else one that says what the scheduler decided. Caller holds the pool's lock. */
void qjsp__task_settle(qjsp__task *task, const qjsp_action *act);

#endif
