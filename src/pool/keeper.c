/* SPDX-License-Identifier: MIT */
/*
 * The keeper: sleeps until the scheduler's next deadline, and is woken only when
 * that comes nearer, so that tasks with timeouts cost no wake-up each.
 */
#define _POSIX_C_SOURCE 200809L
#include "pool/clock.h"
#include "pool/pool.h"
#include "pool/thread.h"
#include "pool/worker.h"

/* Caller holds pool->lock. */
static bool has_chores(const qjsp_pool *pool)
{
    return !qjsp__list_is_empty(&pool->deferred) || !qjsp__list_is_empty(&pool->ended);
}

void qjsp__keeper_poke(qjsp_pool *pool)
{
    qjsp__keeper *keeper = &pool->keeper;

    if (keeper->wake_us == 0) /* awake: it looks for itself before it sleeps */
        return;
    if (!has_chores(pool) && qjsp_sched_next_deadline(pool->sched) >= keeper->wake_us)
        return;
    keeper->wake_us = 0;
    pthread_cond_signal(&keeper->cond);
}

void qjsp__pool_reap(qjsp_pool *pool)
{
    qjsp__list *node;

    while ((node = qjsp__list_first(&pool->ended)) != NULL) {
        qjsp__list_remove(node);
        pthread_mutex_unlock(&pool->lock);
        qjsp__worker_join(QJSP_LIST_ENTRY(node, qjsp__worker, link));
        pthread_mutex_lock(&pool->lock);
    }
}

/* Caller holds pool->lock; drops it meanwhile. */
static void deliver(qjsp_pool *pool, qjsp__list *settled)
{
    if (qjsp__list_is_empty(settled))
        return;
    pthread_mutex_unlock(&pool->lock);
    qjsp__pool_deliver(pool, settled);
    pthread_mutex_lock(&pool->lock);
}

static void do_chores(qjsp_pool *pool)
{
    qjsp__list settled;

    qjsp__list_init(&settled);
    qjsp__list_move(&settled, &pool->deferred);
    deliver(pool, &settled);
    qjsp__pool_reap(pool);
}

static void sleep_until(qjsp_pool *pool, uint64_t wake_us)
{
    struct timespec until = qjsp__timespec_of_us(wake_us);
    qjsp__keeper *keeper = &pool->keeper;

    keeper->wake_us = wake_us;
    if (wake_us == UINT64_MAX)
        pthread_cond_wait(&keeper->cond, &pool->lock);
    else
        pthread_cond_timedwait(&keeper->cond, &pool->lock, &until);
    keeper->wake_us = 0;
}

static void *keeper_main(void *arg)
{
    qjsp_pool *pool = arg;
    qjsp__list settled;

    qjsp__list_init(&settled);
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        uint64_t wake_us = qjsp_sched_next_deadline(pool->sched);

        if (has_chores(pool)) {
            do_chores(pool);
        } else if (pool->keeper.must_stop) {
            break;
        } else if (wake_us <= qjsp__now_us()) {
            qjsp__pool_feed_deadline(pool, &settled);
            deliver(pool, &settled);
        } else {
            sleep_until(pool, wake_us);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

qjsp_status qjsp__keeper_start(qjsp_pool *pool)
{
    qjsp_status st = qjsp__thread_start(&pool->keeper.thread, 0, keeper_main, pool);

    pool->keeper.is_started = st == QJSP_OK;
    return st;
}

void qjsp__keeper_stop(qjsp_pool *pool)
{
    if (!pool->keeper.is_started)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->keeper.must_stop = true;
    pthread_cond_signal(&pool->keeper.cond);
    pthread_mutex_unlock(&pool->lock);
    pthread_join(pool->keeper.thread, NULL);
    pool->keeper.is_started = false;
}
