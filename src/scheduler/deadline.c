/* SPDX-License-Identifier: MIT */
/* What happens when time runs out: one line for each kind. */
#include "scheduler/deadline.h"

#include "scheduler/scheduler.h"

void qjsp__sched_deadline_arm(qjsp_sched *s, qjsp__sched_deadline *d,
                              qjsp__sched_deadline_kind kind, uint64_t after_us)
{
    uint64_t at = qjsp__u64_add_sat(s->now_us, after_us);

    if (at == UINT64_MAX)
        return;
    d->kind = kind;
    qjsp__minheap_push(&s->deadlines, &d->node, at);
}

void qjsp__sched_deadline_disarm(qjsp_sched *s, qjsp__sched_deadline *d)
{
    qjsp__minheap_remove(&s->deadlines, &d->node);
}

/* A worker that min_workers keeps is not armed again: any worker above the
 * minimum that falls idle later has a deadline of its own. */
static void idle_end(qjsp_sched *s, qjsp__sched_worker *w)
{
    if (s->nworkers > s->opt.min_workers)
        qjsp__sched_worker_stop(s, w);
}

static void deadline_due(qjsp_sched *s, qjsp__sched_deadline *d)
{
    qjsp__sched_worker *w = QJSP_CONTAINER_OF(d, qjsp__sched_worker, deadline);

    switch (d->kind) {
    case QJSP__DEADLINE_QUEUE:
        qjsp__sched_task_settle(s, QJSP_CONTAINER_OF(d, qjsp__sched_task, queue_end),
                                QJSP_ERR_TIMEOUT);
        break;
    case QJSP__DEADLINE_RUN: qjsp__sched_worker_interrupt(s, w, QJSP_ERR_TIMEOUT); break;
    case QJSP__DEADLINE_GRACE: qjsp__sched_worker_give_up(s, w); break;
    case QJSP__DEADLINE_IDLE: idle_end(s, w); break;
    }
}

void qjsp__sched_deadline_expire(qjsp_sched *s)
{
    while (s->deadlines.count > 0 && qjsp__minheap_first_key(&s->deadlines) <= s->now_us) {
        qjsp__minheap_node *node = qjsp__minheap_first(&s->deadlines);
        qjsp__sched_deadline *d = QJSP_CONTAINER_OF(node, qjsp__sched_deadline, node);

        qjsp__minheap_remove(&s->deadlines, node);
        deadline_due(s, d);
    }
}
