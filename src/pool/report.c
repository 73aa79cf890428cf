/* SPDX-License-Identifier: MIT */
/* What workers tell their pool. Worker threads only. */
#include "pool/pool.h"
#include "pool/worker.h"

/* Takes the pool's lock for a worker that still has a pool; false: it has none, and
 * nothing is locked. */
static bool enter(qjsp__worker *w)
{
    pthread_mutex_lock(&w->pool->lock);
    if (!w->is_abandoned)
        return true;
    pthread_mutex_unlock(&w->pool->lock);
    return false;
}

static void leave(qjsp__worker *w, qjsp__list *settled)
{
    pthread_mutex_unlock(&w->pool->lock);
    qjsp__pool_deliver(w->pool, settled);
}

bool qjsp__report_up(qjsp__worker *w, qjsp_status *status)
{
    qjsp_event ev = { .kind = QJSP_EV_WORKER_UP, .worker = (uint32_t)w->node.id };
    qjsp__list settled;

    qjsp__list_init(&settled);
    if (!enter(w))
        return false;
    *status = qjsp__pool_feed(w->pool, &ev, &settled);
    leave(w, &settled);
    return true;
}

/* Ids of tasks are not needed: a worker of this pool has answered all that it began. */
bool qjsp__report_renewing(qjsp__worker *w)
{
    qjsp_event ev = { .kind = QJSP_EV_WORKER_RENEWING, .worker = (uint32_t)w->node.id };
    qjsp__list settled;

    qjsp__list_init(&settled);
    if (!enter(w))
        return false;
    (void)!qjsp__pool_feed(w->pool, &ev, &settled);
    leave(w, &settled);
    return true;
}

/* DONE and DOWN never fail. The worker may have been given its next task when this returns. */
static bool report_end(qjsp__worker *w, qjsp__task *task, qjsp__box *offer, qjsp_event_kind kind)
{
    qjsp_event ev = {
        .kind = kind,
        .worker = (uint32_t)w->node.id,
        .task = task == NULL ? 0 : task->node.id,
        .status = offer == NULL ? QJSP_ERR_NOMEM : offer->result.status,
    };
    qjsp__list settled;

    qjsp__list_init(&settled);
    if (!enter(w)) {
        qjsp__box_free(offer);
        return false;
    }
    if (task != NULL)
        task->offer = offer;
    (void)!qjsp__pool_feed(w->pool, &ev, &settled);
    if (task != NULL) {
        offer = task->offer; /* NULL if it became the task's result */
        task->offer = NULL;
    }
    leave(w, &settled);
    qjsp__box_free(offer);
    return true;
}

bool qjsp__report_done(qjsp__worker *w, qjsp__task *task, qjsp__box *offer)
{
    return report_end(w, task, offer, QJSP_EV_WORKER_DONE);
}

bool qjsp__report_down(qjsp__worker *w, qjsp__task *task, qjsp__box *offer)
{
    return report_end(w, task, offer, QJSP_EV_WORKER_DOWN);
}

bool qjsp__report_failed(qjsp__worker *w, qjsp_status status, qjsp__box *error)
{
    qjsp_event ev = {
        .kind = QJSP_EV_WORKER_FAILED,
        .worker = (uint32_t)w->node.id,
        .status = status,
    };
    qjsp__list settled;

    qjsp__list_init(&settled);
    if (!enter(w)) {
        qjsp__box_free(error);
        return false;
    }
    w->pool->boot_error = error;
    (void)!qjsp__pool_feed(w->pool, &ev, &settled);
    error = w->pool->boot_error; /* NULL if a task got it */
    w->pool->boot_error = NULL;
    leave(w, &settled);
    qjsp__box_free(error);
    return true;
}

bool qjsp__report_ended(qjsp__worker *w)
{
    qjsp_pool *pool = w->pool;

    if (!enter(w))
        return false;
    qjsp__id_map_remove(&pool->workers, w->node.id);
    qjsp__list_insert(&pool->ended, &w->link);
    pthread_cond_broadcast(&pool->quiet);
    qjsp__keeper_poke(pool);
    pthread_mutex_unlock(&pool->lock);
    return true;
}
