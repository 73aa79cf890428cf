/* SPDX-License-Identifier: MIT */
/* Where a task waits, and how it leaves. */
#include "scheduler/task.h"

#include "base/alloc.h"
#include "scheduler/scheduler.h"

/* Smaller keys come first, so the highest priority is key 0. */
static uint64_t priority_key(int32_t priority)
{
    return (uint64_t)((int64_t)INT32_MAX - priority);
}

/* The queue has room for all tasks, as those that were held may come back to it. The heap of
 * deadlines has room for all workers at any time (see qjsp_sched_new), and for a task that
 * comes back from each of them. */
static bool task_reserve(qjsp_sched *s)
{
    return qjsp__map_reserve(&s->tasks, s->alloc, s->tasks.count + 1) &&
           qjsp__minheap_reserve(&s->queue, s->alloc, s->tasks.count + 1) &&
           qjsp__minheap_reserve(&s->deadlines, s->alloc,
                                 s->deadlines.count + (size_t)s->opt.max_workers * 2 + 1);
}

qjsp_status qjsp__sched_task_new(qjsp_sched *s, const qjsp_event *ev, qjsp__sched_session *session)
{
    qjsp__sched_task *t;

    if (!task_reserve(s))
        return QJSP_ERR_NOMEM;
    t = qjsp__malloc(s->alloc, sizeof *t);
    if (t == NULL)
        return QJSP_ERR_NOMEM;
    *t = (qjsp__sched_task){
        .id = ev->task,
        .session = session,
        .run_us = ev->run_us,
        .submitted_us = s->now_us,
        .queue_key = priority_key(ev->priority),
        .queue_seq = s->queue.next_seq,
        .queue_end_us = UINT64_MAX,
    };
    qjsp__list_init(&t->in_session);
    qjsp__list_init(&t->in_line);
    qjsp__map_put(&s->tasks, t->id, t);
    if (session != NULL)
        qjsp__list_insert(&session->waiting, &t->in_session);
    else
        qjsp__minheap_push(&s->queue, &t->in_queue, t->queue_key);
    if (ev->queue_us != 0) {
        t->queue_end_us = qjsp__u64_add_sat(s->now_us, ev->queue_us);
        qjsp__sched_deadline_arm(s, &t->queue_end, QJSP__DEADLINE_QUEUE, ev->queue_us);
    }
    s->nwaiting++;
    s->counts.submitted_tasks++;
    return QJSP_OK;
}

qjsp__sched_task *qjsp__sched_task_find(const qjsp_sched *s, uint64_t id)
{
    return qjsp__map_get(&s->tasks, id);
}

qjsp__sched_task *qjsp__sched_task_first(const qjsp_sched *s)
{
    qjsp__minheap_node *node = qjsp__minheap_first(&s->queue);

    return node == NULL ? NULL : QJSP_CONTAINER_OF(node, qjsp__sched_task, in_queue);
}

static void task_unqueue(qjsp_sched *s, qjsp__sched_task *t)
{
    qjsp__minheap_remove(&s->queue, &t->in_queue);
    qjsp__list_remove(&t->in_session);
    qjsp__sched_deadline_disarm(s, &t->queue_end);
    s->nwaiting--;
}

void qjsp__sched_task_start(qjsp_sched *s, qjsp__sched_task *t, qjsp__sched_worker *w)
{
    task_unqueue(s, t);
    t->worker = w;
    t->started_us = s->now_us;
}

/* One that had been started has no deadline any more: it gets it back. */
void qjsp__sched_task_requeue(qjsp_sched *s, qjsp__sched_task *t)
{
    s->nwaiting += t->worker != NULL;
    t->worker = NULL;
    t->is_recalled = false;
    qjsp__minheap_push_again(&s->queue, &t->in_queue, t->queue_key, t->queue_seq);
    if (t->queue_end_us <= s->now_us)
        qjsp__sched_task_settle(s, t, QJSP_ERR_TIMEOUT);
    else if (t->queue_end_us != UINT64_MAX && !qjsp__minheap_has(&t->queue_end.node))
        qjsp__sched_deadline_arm(s, &t->queue_end, QJSP__DEADLINE_QUEUE,
                                 t->queue_end_us - s->now_us);
}

void qjsp__sched_task_settle(qjsp_sched *s, qjsp__sched_task *t, qjsp_status status)
{
    bool has_run = t->worker != NULL && qjsp__sched_worker_has_begun(t->worker);
    qjsp_action act = {
        .kind = QJSP_ACT_SETTLE,
        .task = t->id,
        .status = status,
        .wait_us = (has_run ? t->started_us : s->now_us) - t->submitted_us,
        .run_us = has_run ? s->now_us - t->started_us : 0,
    };

    if (t->worker != NULL)
        t->worker->task = NULL;
    else
        task_unqueue(s, t);
    qjsp__actions_push(&s->actions, act);
    qjsp__sched_stats_settled(s, &act, has_run);
    qjsp__map_remove(&s->tasks, t->id);
    if (t->holder != NULL)
        qjsp__sched_hold_settled(s, t, status);
    else
        qjsp__free(s->alloc, t);
}
