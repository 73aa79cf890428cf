/* SPDX-License-Identifier: MIT */
/* Tasks in: submit, batch, run, cancel. Any thread. */
#include "base/checked.h"
#include "pool/pool.h"

enum { US_PER_MS = 1000 };

static bool is_valid(const qjsp_submit *submit)
{
    const qjsp_task *task = &submit->task;

    return (task->kind == QJSP_TASK_EVAL || task->kind == QJSP_TASK_CALL ||
            task->kind == QJSP_TASK_PASS) &&
           (submit->delivery == QJSP_DELIVER_WAIT || submit->delivery == QJSP_DELIVER_QUEUE) &&
           (task->source.data != NULL || task->source.len == 0) &&
           (task->args.data != NULL || task->args.len == 0) &&
           (task->globals.data != NULL || task->globals.len == 0);
}

static qjsp_status make_task(qjsp_pool *pool, const qjsp_submit *submit, qjsp__task **out)
{
    const qjsp_pool_options *opt = &pool->config->opt;
    qjsp__task *task;

    if (!is_valid(submit))
        return QJSP_ERR_INVALID;
    task = qjsp__task_new(submit, opt->isolate.source_limit, pool->alloc);
    if (task == NULL)
        return QJSP_ERR_NOMEM;
    if (task->work.timeout_ms == 0)
        task->work.timeout_ms = opt->timeout_ms;
    if (task->queue_timeout_ms == 0)
        task->queue_timeout_ms = opt->queue_timeout_ms;
    *out = task;
    return QJSP_OK;
}

/* Caller holds pool->lock. Takes `task` if it succeeds. */
static qjsp_status enqueue(qjsp_pool *pool, qjsp__task *task, uint64_t *id)
{
    qjsp_event ev = {
        .kind = QJSP_EV_SUBMIT,
        .task = ++pool->last_task,
        .session = task->session,
        .priority = task->priority,
        .run_us = qjsp__u64_mul_sat(task->work.timeout_ms, US_PER_MS),
        .queue_us = qjsp__u64_mul_sat(task->queue_timeout_ms, US_PER_MS),
    };
    qjsp_status st;

    task->node.id = ev.task;
    /* findable and counted before the scheduler may order it to run or to end */
    qjsp__id_map_put(&pool->tasks, &task->node);
    atomic_fetch_add(&pool->nopen, 1);
    st = qjsp__pool_feed(pool, &ev, &pool->deferred);
    if (st == QJSP_OK) {
        if (id != NULL)
            *id = ev.task;
        return QJSP_OK;
    }
    qjsp__id_map_remove(&pool->tasks, ev.task);
    if (atomic_fetch_sub(&pool->nopen, 1) == 1)
        pthread_cond_broadcast(&pool->quiet);
    return st;
}

qjsp_status qjsp_pool_submit(qjsp_pool *pool, const qjsp_submit *submit, uint64_t *id)
{
    qjsp__task *task = NULL;
    qjsp_status st = make_task(pool, submit, &task);

    if (st != QJSP_OK)
        return st;
    pthread_mutex_lock(&pool->lock);
    st = enqueue(pool, task, id);
    pthread_mutex_unlock(&pool->lock);
    if (st != QJSP_OK)
        qjsp__task_unref(task);
    return st;
}

/* Enqueues tasks of a list in order, until one fails; *accepted counts. */
static qjsp_status enqueue_list(qjsp_pool *pool, qjsp__list *tasks, uint64_t *ids, size_t *accepted)
{
    qjsp_status st = QJSP_OK;
    qjsp__list *node;

    pthread_mutex_lock(&pool->lock);
    while (st == QJSP_OK && (node = qjsp__list_first(tasks)) != NULL) {
        qjsp__list_remove(node);
        st = enqueue(pool, QJSP_LIST_ENTRY(node, qjsp__task, link),
                     ids == NULL ? NULL : &ids[*accepted]);
        if (st == QJSP_OK)
            ++*accepted;
        else
            qjsp__list_insert(tasks->next, node);
    }
    pthread_mutex_unlock(&pool->lock);
    return st;
}

qjsp_status qjsp_pool_submit_batch(qjsp_pool *pool, const qjsp_submit *submits, size_t n,
                                   uint64_t *ids, size_t *accepted)
{
    qjsp_status made = QJSP_OK, st;
    qjsp__list tasks;
    qjsp__list *node;

    qjsp__list_init(&tasks);
    for (size_t i = 0; i < n && made == QJSP_OK; i++) {
        qjsp__task *task = NULL;

        made = make_task(pool, &submits[i], &task);
        if (made == QJSP_OK)
            qjsp__list_insert(&tasks, &task->link);
    }
    *accepted = 0;
    st = enqueue_list(pool, &tasks, ids, accepted);
    while ((node = qjsp__list_first(&tasks)) != NULL) {
        qjsp__list_remove(node);
        qjsp__task_unref(QJSP_LIST_ENTRY(node, qjsp__task, link));
    }
    /* what could not be made comes after all that could */
    return st != QJSP_OK ? st : made;
}

qjsp_status qjsp_pool_run(qjsp_pool *pool, const qjsp_submit *submit, qjsp_result **result)
{
    qjsp_submit waited = *submit;
    uint64_t id;
    qjsp_status st;

    waited.on_done = NULL;
    waited.delivery = QJSP_DELIVER_WAIT;
    st = qjsp_pool_submit(pool, &waited, &id);
    return st == QJSP_OK ? qjsp_pool_wait(pool, id, result) : st;
}

bool qjsp_pool_cancel(qjsp_pool *pool, uint64_t id)
{
    qjsp_event ev = { .kind = QJSP_EV_CANCEL, .task = id };
    qjsp__task *task = NULL;
    qjsp__id_node *node;
    bool is_canceled = false;

    pthread_mutex_lock(&pool->lock);
    node = qjsp__id_map_get(&pool->tasks, id);
    if (node != NULL)
        task = QJSP_CONTAINER_OF(node, qjsp__task, node);
    if (task != NULL && task->result == NULL) {
        (void)!qjsp__pool_feed(pool, &ev, &pool->deferred);
        /* settled or not, nobody can free it while we hold the lock */
        is_canceled = task->result != NULL && task->result->result.status == QJSP_ERR_CANCELED;
    }
    pthread_mutex_unlock(&pool->lock);
    return is_canceled;
}
