/* SPDX-License-Identifier: MIT */
/* Session openings go before tasks: an opening that waits holds back all tasks of its session. */
#include "scheduler/dispatch.h"

#include "scheduler/scheduler.h"

/* Of those that renew, the ones that no session waits for. They are rare, and not counted
 * but searched for. */
static size_t count_renewing(const qjsp_sched *s)
{
    size_t n = 0;

    if (s->nstate[QJSP__WORKER_RENEWING] == 0)
        return 0;
    for (uint32_t i = 0; i < s->opt.max_workers; i++)
        n += s->workers[i].state == QJSP__WORKER_RENEWING && s->workers[i].session == NULL;
    return n;
}

bool qjsp__sched_is_spawn_due(const qjsp_sched *s)
{
    size_t nwork = s->nopenings + s->queue.count + s->holds.nheld;
    size_t nready = s->nstate[QJSP__WORKER_STARTING] + s->nidle;

    if (nwork <= nready || s->nworkers == s->opt.max_workers)
        return false;
    if (nwork <= nready + count_renewing(s))
        return false;
    return !s->is_spawn_held || s->nworkers == s->npinned;
}

static qjsp__sched_worker *idle_first(const qjsp_sched *s)
{
    qjsp__list *node = qjsp__list_first(&s->idle);

    return node == NULL ? NULL : QJSP_LIST_ENTRY(node, qjsp__sched_worker, node);
}

/* False: w stays idle. */
static bool worker_feed(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_session *session = qjsp__sched_session_first(s);
    qjsp__sched_task *t = qjsp__sched_task_first(s);

    if (session != NULL)
        qjsp__sched_session_start(s, session, w);
    else if (t != NULL)
        qjsp__sched_worker_run(s, w, t);
    return session != NULL || t != NULL;
}

/* While closing no work can arrive any more, so that nobody will need an idle worker: only
 * what is held may come back, and then there must be one. */
static void stop_idle(qjsp_sched *s)
{
    for (qjsp__sched_worker *w = idle_first(s); w != NULL; w = idle_first(s))
        qjsp__sched_worker_stop(s, w);
}

static void finish_closing(qjsp_sched *s)
{
    if (s->holds.nheld == 0)
        stop_idle(s);
    if (s->is_drained || s->tasks.count > 0 || s->nworkers > 0)
        return;
    s->is_drained = true;
    qjsp__actions_push(&s->actions, (qjsp_action){ .kind = QJSP_ACT_DRAINED });
}

void qjsp__sched_dispatch(qjsp_sched *s)
{
    qjsp__sched_worker *w = idle_first(s);

    while (w != NULL && worker_feed(s, w))
        w = idle_first(s);
    if (s->nopenings == 0 && s->queue.count == 0 && s->holds.nheld == 0)
        s->is_spawn_held = false;
    while (qjsp__sched_is_spawn_due(s))
        qjsp__sched_worker_spawn(s);
    qjsp__sched_hold(s);
    if (s->is_closing)
        finish_closing(s);
}
