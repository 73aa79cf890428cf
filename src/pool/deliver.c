/* SPDX-License-Identifier: MIT */
/* What becomes of settled tasks: callback, completion queue, or whoever waits. */
#include "pool/pool.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "pool/spin.h"

/* Any thread, lock held or not. */
static bool close_tasks(qjsp_pool *pool, uint64_t n)
{
    return atomic_fetch_sub(&pool->nopen, n) == n && atomic_load(&pool->njoiners) > 0;
}

/* Caller holds pool->lock. */
static void raise_event(qjsp_pool *pool)
{
    if (pool->event_fd >= 0)
        (void)!eventfd_write(pool->event_fd, 1);
}

static void push_done(qjsp_pool *pool, qjsp__task *task)
{
    bool was_empty = qjsp__list_is_empty(&pool->done);

    qjsp__list_insert(&pool->done, &task->link);
    if (was_empty)
        raise_event(pool);
}

void qjsp__pool_hand_over(qjsp_pool *pool, qjsp__task *task, qjsp__list *settled)
{
    if (task->on_done != NULL) {
        qjsp__id_map_remove(&pool->tasks, task->node.id);
        qjsp__list_insert(settled, &task->link);
        return; /* open until its callback has returned */
    }
    if (task->delivery == QJSP_DELIVER_QUEUE) {
        qjsp__id_map_remove(&pool->tasks, task->node.id);
        push_done(pool, task);
    } else if (task->waiter != NULL) {
        atomic_store(&task->waiter->is_settled, true);
        pthread_cond_signal(&task->waiter->cond);
    }
    if (close_tasks(pool, 1))
        pthread_cond_broadcast(&pool->quiet);
}

void qjsp__pool_deliver(qjsp_pool *pool, qjsp__list *settled)
{
    qjsp__list *node;
    uint64_t n = 0;

    for (; (node = qjsp__list_first(settled)) != NULL; n++) {
        qjsp__task *task = QJSP_LIST_ENTRY(node, qjsp__task, link);

        qjsp__list_remove(node);
        task->on_done(task->ud, task->node.id, &task->result->result);
        qjsp__task_unref(task);
    }
    if (n > 0 && close_tasks(pool, n)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_broadcast(&pool->quiet);
        pthread_mutex_unlock(&pool->lock);
    }
}

void qjsp__pool_wait_quiet(qjsp_pool *pool)
{
    atomic_fetch_add(&pool->njoiners, 1);
    while (atomic_load(&pool->nopen) > 0)
        pthread_cond_wait(&pool->quiet, &pool->lock);
    atomic_fetch_sub(&pool->njoiners, 1);
}

/* Gives the result of a settled task away, and the task up. */
static qjsp_result *take_result(qjsp__task *task)
{
    qjsp_result *result = &task->result->result;

    qjsp__task_unref(task);
    return result;
}

bool qjsp_pool_take(qjsp_pool *pool, uint64_t *id, qjsp_result **result)
{
    qjsp__task *task = NULL;
    qjsp__list *node;
    eventfd_t count;

    pthread_mutex_lock(&pool->lock);
    node = qjsp__list_first(&pool->done);
    if (node != NULL) {
        qjsp__list_remove(node);
        task = QJSP_LIST_ENTRY(node, qjsp__task, link);
        if (pool->event_fd >= 0 && qjsp__list_is_empty(&pool->done))
            (void)!eventfd_read(pool->event_fd, &count);
    }
    pthread_mutex_unlock(&pool->lock);
    if (task == NULL)
        return false;
    if (id != NULL)
        *id = task->node.id;
    *result = take_result(task);
    return true;
}

int qjsp_pool_get_eventfd(qjsp_pool *pool)
{
    int fd;

    pthread_mutex_lock(&pool->lock);
    if (pool->event_fd < 0) {
        pool->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (!qjsp__list_is_empty(&pool->done))
            raise_event(pool);
    }
    fd = pool->event_fd;
    pthread_mutex_unlock(&pool->lock);
    return fd;
}

/* Takes a settled task out of the table, after waiting for it. Caller holds pool->lock, which
 * is dropped meanwhile. */
static void wait_settled(qjsp_pool *pool, qjsp__task *task)
{
    qjsp__waiter waiter = { .is_settled = task->result != NULL };

    pthread_cond_init(&waiter.cond, NULL);
    task->waiter = &waiter;
    pthread_mutex_unlock(&pool->lock);
    qjsp__spin(&waiter.is_settled);
    pthread_mutex_lock(&pool->lock);
    while (task->result == NULL)
        pthread_cond_wait(&waiter.cond, &pool->lock);
    pthread_cond_destroy(&waiter.cond);
    qjsp__id_map_remove(&pool->tasks, task->node.id);
}

qjsp_status qjsp_pool_wait(qjsp_pool *pool, uint64_t id, qjsp_result **result)
{
    qjsp__task *task = NULL;
    qjsp__id_node *node;

    pthread_mutex_lock(&pool->lock);
    node = qjsp__id_map_get(&pool->tasks, id);
    if (node != NULL)
        task = QJSP_CONTAINER_OF(node, qjsp__task, node);
    if (task != NULL &&
        (task->on_done != NULL || task->delivery != QJSP_DELIVER_WAIT || task->waiter != NULL))
        task = NULL;
    if (task != NULL)
        wait_settled(pool, task);
    pthread_mutex_unlock(&pool->lock);
    if (task == NULL)
        return QJSP_ERR_INVALID;
    *result = take_result(task);
    return QJSP_OK;
}
