/* SPDX-License-Identifier: MIT */
/* The life of a pool: new, close, join, free. */
#define _GNU_SOURCE
#include "pool/pool.h"

#include <unistd.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/clock.h"
#include "pool/thread.h"
#include "pool/worker.h"

/* ---- memory ---- */

void qjsp__pool_ref(qjsp_pool *pool)
{
    atomic_fetch_add_explicit(&pool->refs, 1, memory_order_relaxed);
}

void qjsp__pool_unref(qjsp_pool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->refs, 1, memory_order_acq_rel) != 1)
        return;
    pthread_cond_destroy(&pool->quiet);
    pthread_mutex_destroy(&pool->lock);
    qjsp__free(pool->alloc, pool);
}

/* Holders of this lock do little: spinning beats sleeping. */
static bool lock_init(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attr;
    bool is_made;

    if (pthread_mutexattr_init(&attr) != 0)
        return false;
#ifdef PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
    (void)pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
#endif
    is_made = pthread_mutex_init(lock, &attr) == 0;
    pthread_mutexattr_destroy(&attr);
    return is_made;
}

static bool locks_init(qjsp_pool *pool)
{
    if (!lock_init(&pool->lock))
        return false;
    if (!qjsp__cond_init(&pool->quiet))
        goto fail_quiet;
    if (!qjsp__cond_init(&pool->keeper.cond))
        goto fail_keeper;
    return true;
fail_keeper:
    pthread_cond_destroy(&pool->quiet);
fail_quiet:
    pthread_mutex_destroy(&pool->lock);
    return false;
}

static qjsp_pool *pool_alloc(const qjsp_alloc *alloc)
{
    qjsp_pool *pool = qjsp__calloc(alloc, sizeof *pool);

    if (pool == NULL)
        return NULL;
    if (!locks_init(pool)) {
        qjsp__free(alloc, pool);
        return NULL;
    }
    atomic_init(&pool->refs, 1);
    pool->alloc = alloc;
    pool->event_fd = -1;
    qjsp__id_map_init(&pool->tasks, alloc);
    qjsp__id_map_init(&pool->workers, alloc);
    qjsp__id_map_init(&pool->sessions, alloc);
    qjsp__list_init(&pool->deferred);
    qjsp__list_init(&pool->done);
    qjsp__list_init(&pool->ended);
    return pool;
}

/* ---- new ---- */

static qjsp_status make_scheduler(qjsp_pool *pool)
{
    const qjsp_pool_options *from = &pool->config->opt;
    qjsp_sched_options opt;

    qjsp_sched_options_init(&opt);
    opt.max_workers = from->workers;
    opt.min_workers = from->min_workers;
    opt.queue_limit = from->queue_limit;
    opt.idle_us = qjsp__u64_mul_sat(from->idle_timeout_ms, QJSP_US_PER_MS);
    opt.grace_us = qjsp__u64_mul_sat(from->grace_ms, QJSP_US_PER_MS);
    if (opt.grace_us == 0)
        opt.grace_us = 1;
    opt.alloc = pool->alloc;
    return qjsp_sched_new(&pool->sched, &opt);
}

static qjsp_status prewarm(qjsp_pool *pool)
{
    qjsp_event ev = { .kind = QJSP_EV_PREWARM, .worker = pool->config->opt.prewarm };
    qjsp_status st = QJSP_OK;

    pthread_mutex_lock(&pool->lock);
    if (ev.worker > 0)
        st = qjsp__pool_feed(pool, &ev, &pool->deferred);
    pthread_mutex_unlock(&pool->lock);
    return st;
}

static qjsp_status furnish(qjsp_pool *pool)
{
    qjsp_status st = make_scheduler(pool);

    if (st != QJSP_OK)
        return st;
    /* one SPAWN for each slot can be under way */
    pool->failed = qjsp__calloc(pool->alloc, pool->config->opt.workers * sizeof *pool->failed);
    if (pool->failed == NULL)
        return QJSP_ERR_NOMEM;
    st = qjsp__keeper_start(pool);
    return st == QJSP_OK ? prewarm(pool) : st;
}

qjsp_status qjsp_pool_new(qjsp_pool **out, const qjsp_pool_options *opt)
{
    qjsp__config *config = NULL;
    qjsp_pool *pool;
    qjsp_status st = qjsp__config_new(&config, opt);

    if (st != QJSP_OK)
        return st;
    pool = pool_alloc(config->alloc);
    if (pool == NULL) {
        qjsp__config_unref(config);
        return QJSP_ERR_NOMEM;
    }
    pool->config = config;
    st = furnish(pool);
    if (st != QJSP_OK) {
        qjsp_pool_free(pool);
        return st;
    }
    *out = pool;
    return QJSP_OK;
}

/* ---- the end ---- */

/* Caller holds pool->lock. */
static void shut(qjsp_pool *pool, qjsp_event_kind kind)
{
    qjsp_event ev = { .kind = kind };

    if (pool->sched != NULL)
        (void)!qjsp__pool_feed(pool, &ev, &pool->deferred);
}

void qjsp_pool_close(qjsp_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    shut(pool, QJSP_EV_CLOSE);
    pthread_mutex_unlock(&pool->lock);
}

void qjsp_pool_join(qjsp_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    shut(pool, QJSP_EV_CLOSE);
    qjsp__pool_wait_quiet(pool);
    pthread_mutex_unlock(&pool->lock);
}

static void stop_worker(void *ud, qjsp__id_node *node)
{
    (void)ud;
    qjsp__worker_stop(QJSP_CONTAINER_OF(node, qjsp__worker, node));
}

/* Workers get the grace time to go, those included that the scheduler does not watch over
 * (they are starting); then they are on their own. Caller holds pool->lock. */
static void dismiss_workers(qjsp_pool *pool)
{
    uint64_t grace_us = qjsp__u64_mul_sat(pool->config->opt.grace_ms, QJSP_US_PER_MS);
    struct timespec until = qjsp__timespec_of_us(qjsp__u64_add_sat(qjsp__now_us(), grace_us));
    qjsp__id_node *node;
    int rc = 0;

    qjsp__id_map_each(&pool->workers, stop_worker, NULL);
    while (pool->workers.count > 0 && rc == 0)
        rc = pthread_cond_timedwait(&pool->quiet, &pool->lock, &until);
    while ((node = qjsp__id_map_any(&pool->workers)) != NULL) {
        qjsp__id_map_remove(&pool->workers, node->id);
        qjsp__worker_abandon(QJSP_CONTAINER_OF(node, qjsp__worker, node));
    }
}

static void free_tasks(qjsp_pool *pool)
{
    qjsp__id_node *node;
    qjsp__list *link;

    while ((node = qjsp__id_map_any(&pool->tasks)) != NULL) {
        qjsp__task *task = QJSP_CONTAINER_OF(node, qjsp__task, node);

        qjsp__id_map_remove(&pool->tasks, node->id);
        qjsp__list_insert(&pool->done, &task->link);
    }
    while ((link = qjsp__list_first(&pool->done)) != NULL) {
        qjsp__task *task = QJSP_LIST_ENTRY(link, qjsp__task, link);

        qjsp__list_remove(link);
        qjsp__box_free(task->result);
        qjsp__task_unref(task);
    }
}

static void free_sessions(qjsp_pool *pool)
{
    qjsp__id_node *node;

    while ((node = qjsp__id_map_any(&pool->sessions)) != NULL) {
        qjsp__id_map_remove(&pool->sessions, node->id);
        qjsp__session_free(QJSP_CONTAINER_OF(node, qjsp__session, node), pool->alloc);
    }
}

void qjsp_pool_free(qjsp_pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    shut(pool, QJSP_EV_ABORT);
    dismiss_workers(pool);
    qjsp__pool_wait_quiet(pool); /* a callback may still be running, even on a lost worker */
    pthread_mutex_unlock(&pool->lock);
    qjsp__keeper_stop(pool);
    pthread_mutex_lock(&pool->lock);
    qjsp__pool_reap(pool);
    pthread_mutex_unlock(&pool->lock);
    free_tasks(pool);
    free_sessions(pool);
    qjsp__id_map_fini(&pool->tasks);
    qjsp__id_map_fini(&pool->workers);
    qjsp__id_map_fini(&pool->sessions);
    if (pool->event_fd >= 0)
        close(pool->event_fd);
    qjsp_sched_free(pool->sched);
    qjsp__free(pool->alloc, pool->failed);
    qjsp__config_unref(pool->config);
    pthread_cond_destroy(&pool->keeper.cond);
    qjsp__pool_unref(pool);
}

void qjsp_pool_get_stats(qjsp_pool *pool, qjsp_sched_stats *out)
{
    pthread_mutex_lock(&pool->lock);
    qjsp_sched_get_stats(pool->sched, out);
    pthread_mutex_unlock(&pool->lock);
}
