/* SPDX-License-Identifier: MIT */
/* Events into the scheduler, and its actions carried out. All under pool->lock. */
#define _POSIX_C_SOURCE 200809L
#include "pool/clock.h"
#include "pool/pool.h"
#include "pool/worker.h"

static qjsp__worker *find_worker(qjsp_pool *pool, uint32_t id)
{
    qjsp__id_node *node = qjsp__id_map_get(&pool->workers, id);

    return node == NULL ? NULL : QJSP_CONTAINER_OF(node, qjsp__worker, node);
}

static qjsp__task *find_task(qjsp_pool *pool, uint64_t id)
{
    qjsp__id_node *node = qjsp__id_map_get(&pool->tasks, id);

    return node == NULL ? NULL : QJSP_CONTAINER_OF(node, qjsp__task, node);
}

static void spawn(qjsp_pool *pool, uint32_t id)
{
    /* Told to the scheduler once its actions are drained. */
    if (qjsp__worker_start(pool, id) != QJSP_OK)
        pool->failed[pool->nfailed++] = id;
}

static void run(qjsp__worker *w, qjsp__task *task)
{
    if (w != NULL && task != NULL)
        qjsp__worker_run(w, task);
}

static void replace(qjsp_pool *pool, const qjsp_action *act)
{
    qjsp__worker *w = find_worker(pool, act->worker);

    if (w != NULL) {
        qjsp__id_map_remove(&pool->workers, act->worker);
        qjsp__worker_abandon(w);
        pthread_cond_broadcast(&pool->quiet);
    }
    if (act->new_worker != 0)
        spawn(pool, act->new_worker);
}

static void settle(qjsp_pool *pool, const qjsp_action *act, qjsp__list *settled)
{
    qjsp__task *task = find_task(pool, act->task);

    if (task == NULL)
        return;
    if (pool->boot_error != NULL && pool->boot_error->result.status == act->status) {
        task->offer = pool->boot_error;
        pool->boot_error = NULL;
    }
    qjsp__task_settle(task, act);
    qjsp__pool_hand_over(pool, task, settled);
}

static void change_session(qjsp_pool *pool, const qjsp_action *act, qjsp__session_state state)
{
    qjsp__id_node *node = qjsp__id_map_get(&pool->sessions, act->session);
    qjsp__session *session = QJSP_CONTAINER_OF(node, qjsp__session, node);

    if (node == NULL)
        return;
    session->state = state;
    session->status = act->status;
    pthread_cond_signal(&session->cond);
}

static void perform(qjsp_pool *pool, const qjsp_action *act, qjsp__list *settled)
{
    /* NULL where the action names none, and for a worker that qjsp_pool_free gave up itself. */
    qjsp__worker *w = find_worker(pool, act->worker);

    switch (act->kind) {
    case QJSP_ACT_SPAWN: spawn(pool, act->worker); break;
    case QJSP_ACT_RUN: run(w, find_task(pool, act->task)); break;
    case QJSP_ACT_INTERRUPT:
        if (w != NULL)
            qjsp__worker_interrupt(w, act->status);
        break;
    case QJSP_ACT_REPLACE: replace(pool, act); break;
    case QJSP_ACT_STOP:
        if (w != NULL)
            qjsp__worker_stop(w);
        break;
    case QJSP_ACT_SETTLE: settle(pool, act, settled); break;
    case QJSP_ACT_SESSION_OPENED: change_session(pool, act, QJSP__SESSION_OPEN); break;
    case QJSP_ACT_SESSION_FAILED: change_session(pool, act, QJSP__SESSION_FAILED); break;
    case QJSP_ACT_SESSION_DEAD: change_session(pool, act, QJSP__SESSION_DEAD); break;
    case QJSP_ACT_END_SESSION:
        if (w != NULL)
            qjsp__worker_end_session(w);
        break;
    case QJSP_ACT_RECALL: break; /* never: hold_limit is 0 */
    case QJSP_ACT_DRAINED:
        break; /* join counts deliveries instead: they come after the last settling */
    }
}

static void drain(qjsp_pool *pool, qjsp__list *settled)
{
    qjsp_action act;

    while (qjsp_sched_next_action(pool->sched, &act))
        perform(pool, &act, settled);
}

/* Reports workers that could not be started; each report may lead to further starts. */
static void report_failed_starts(qjsp_pool *pool, uint64_t now_us, qjsp__list *settled)
{
    while (pool->nfailed > 0) {
        qjsp_event ev = {
            .kind = QJSP_EV_WORKER_FAILED,
            .worker = pool->failed[--pool->nfailed],
            .status = QJSP_ERR_SYSTEM,
        };

        if (qjsp_sched_handle(pool->sched, &ev, now_us) != QJSP_OK)
            continue; /* never fails */
        drain(pool, settled);
    }
}

qjsp_status qjsp__pool_feed(qjsp_pool *pool, const qjsp_event *ev, qjsp__list *settled)
{
    uint64_t now_us = qjsp__now_us();
    qjsp_status st = qjsp_sched_handle(pool->sched, ev, now_us);

    drain(pool, settled);
    report_failed_starts(pool, now_us, settled);
    qjsp__keeper_poke(pool);
    return st;
}

void qjsp__pool_feed_deadline(qjsp_pool *pool, qjsp__list *settled)
{
    uint64_t now_us = qjsp__now_us();

    qjsp_sched_handle_deadline(pool->sched, now_us);
    drain(pool, settled);
    report_failed_starts(pool, now_us, settled);
}
