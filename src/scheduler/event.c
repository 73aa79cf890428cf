/* SPDX-License-Identifier: MIT */
/* What each event changes; waiting work meets workers afterwards, in dispatch.c. */
#include "scheduler/event.h"

#include "scheduler/scheduler.h"

static bool queue_is_full(const qjsp_sched *s)
{
    return s->opt.queue_limit != 0 && s->nwaiting >= s->opt.queue_limit;
}

qjsp_status qjsp__sched_on_submit(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_session *session = qjsp__sched_session_find(s, ev->session);
    bool is_dead = session != NULL && session->state == QJSP__SESSION_DEAD;
    qjsp_status st;

    if (s->is_closing)
        return QJSP_ERR_CLOSED;
    if (ev->task == 0 || qjsp__sched_task_find(s, ev->task) != NULL)
        return QJSP_ERR_INVALID;
    if (ev->session != 0 && session == NULL)
        return QJSP_ERR_INVALID;
    if (!is_dead && queue_is_full(s)) /* in a dead session it will not wait */
        return QJSP_ERR_LIMIT;
    st = qjsp__sched_task_new(s, ev, session);
    if (st != QJSP_OK)
        return st;
    if (is_dead)
        qjsp__sched_task_settle(s, qjsp__sched_task_find(s, ev->task), QJSP_ERR_CRASHED);
    else if (session != NULL)
        qjsp__sched_session_pump(s, session);
    return QJSP_OK;
}

void qjsp__sched_on_cancel(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_task *t = qjsp__sched_task_find(s, ev->task);
    qjsp__sched_worker *w;

    if (t == NULL)
        return;
    w = t->worker;
    qjsp__sched_task_settle(s, t, QJSP_ERR_CANCELED);
    if (w != NULL)
        qjsp__sched_worker_interrupt(s, w, QJSP_ERR_CANCELED);
}

static bool is_starting(const qjsp__sched_worker *w)
{
    return w != NULL && w->state == QJSP__WORKER_STARTING;
}

void qjsp__sched_on_worker_up(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_worker *w = qjsp__sched_worker_find(s, ev->worker);

    if (w == NULL)
        return;
    if (is_starting(w) || w->is_renewing)
        s->is_spawn_held = false;
    if (is_starting(w))
        qjsp__sched_worker_rest(s, w);
    else
        qjsp__sched_worker_renewed(s, w);
}

void qjsp__sched_on_worker_renewing(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_worker *w = qjsp__sched_worker_find(s, ev->worker);

    if (w != NULL)
        qjsp__sched_worker_renew(s, w, ev->task);
}

/* The one that pays for a worker that did not start: without this, a pool whose
 * workers cannot start would try for ever. Held tasks need no other worker. */
static void settle_one(qjsp_sched *s, qjsp_status status)
{
    qjsp__sched_task *t = qjsp__sched_task_first(s);
    qjsp__sched_session *session = qjsp__sched_session_first(s);

    if (t != NULL)
        qjsp__sched_task_settle(s, t, status);
    else if (session != NULL)
        qjsp__sched_session_fail(s, session, status);
}

static void start_failed(qjsp_sched *s, qjsp__sched_worker *w, qjsp_status status)
{
    qjsp__sched_worker_remove(s, w);
    s->is_spawn_held = true;
    /* a task that never ran cannot have ended well, whatever the driver says */
    settle_one(s, status == QJSP_OK ? QJSP_ERR_CRASHED : status);
}

void qjsp__sched_on_worker_failed(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_worker *w = qjsp__sched_worker_find(s, ev->worker);

    if (is_starting(w))
        start_failed(s, w, ev->status);
    else if (w != NULL && w->is_renewing)
        qjsp__sched_worker_lose(s, w);
}

/* An answer to an interrupt for its deadline: only what is no more than an echo of
 * the interrupt is a timeout; a task that was just done keeps its own end. */
static qjsp_status done_status(const qjsp__sched_worker *w, qjsp_status status)
{
    if (w->state == QJSP__WORKER_INTERRUPTED && status == QJSP_ERR_CANCELED)
        return QJSP_ERR_TIMEOUT;
    return status;
}

void qjsp__sched_on_worker_done(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_worker *w = qjsp__sched_worker_find(s, ev->worker);

    if (w == NULL || w->running == 0 || w->running != ev->task)
        return; /* given up, or answered before */
    if (w->task != NULL)
        qjsp__sched_task_settle(s, w->task, done_status(w, ev->status));
    qjsp__sched_worker_rest(s, w);
}

void qjsp__sched_on_worker_down(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_worker *w = qjsp__sched_worker_find(s, ev->worker);

    if (is_starting(w)) {
        s->counts.worker_restarts++;
        start_failed(s, w, QJSP_ERR_CRASHED);
    } else if (w != NULL) {
        qjsp__sched_worker_lose(s, w);
    }
}

/* It may seem to run already: the answers to what was before it can be the faster ones. */
void qjsp__sched_on_recalled(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_worker *w = qjsp__sched_worker_find(s, ev->worker);

    if (w == NULL || ev->task == 0)
        return;
    if (w->running != ev->task)
        qjsp__sched_hold_returned(s, w, ev->task);
    else if (w->line.is_doubtful)
        qjsp__sched_worker_unrun(s, w);
}

qjsp_status qjsp__sched_on_session_open(qjsp_sched *s, const qjsp_event *ev)
{
    if (s->is_closing)
        return QJSP_ERR_CLOSED;
    if (ev->session == 0 || qjsp__sched_session_find(s, ev->session) != NULL)
        return QJSP_ERR_INVALID;
    if (s->npinned + s->nopenings >= s->opt.max_workers)
        return QJSP_ERR_LIMIT;
    return qjsp__sched_session_new(s, ev->session);
}

void qjsp__sched_on_session_close(qjsp_sched *s, const qjsp_event *ev)
{
    qjsp__sched_session *session = qjsp__sched_session_find(s, ev->session);

    if (session != NULL)
        qjsp__sched_session_close(s, session);
}

void qjsp__sched_on_close(qjsp_sched *s)
{
    if (s->is_closing)
        return;
    s->is_closing = true;
    for (uint32_t i = 0; i < s->opt.max_workers; i++)
        if (s->workers[i].session != NULL)
            qjsp__sched_session_pump(s, s->workers[i].session);
}

/* An idle worker needs nothing: dispatch stops it. */
static void worker_abort(qjsp_sched *s, qjsp__sched_worker *w)
{
    if (w->session != NULL)
        qjsp__sched_session_abort(s, w->session);
    qjsp__sched_hold_settle_all(s, w, QJSP_ERR_CLOSED);
    if (w->task != NULL)
        qjsp__sched_task_settle(s, w->task, QJSP_ERR_CLOSED);
    if (w->running != 0)
        qjsp__sched_worker_interrupt(s, w, QJSP_ERR_CLOSED);
    /* one that never comes up (again) must not hold the end */
    if ((w->state == QJSP__WORKER_STARTING || w->is_renewing) &&
        !qjsp__minheap_has(&w->deadline.node))
        qjsp__sched_deadline_arm(s, &w->deadline, QJSP__DEADLINE_GRACE, s->opt.grace_us);
}

void qjsp__sched_on_abort(qjsp_sched *s)
{
    if (s->is_aborted)
        return;
    s->is_closing = true;
    s->is_aborted = true;
    while (s->queue.count > 0)
        qjsp__sched_task_settle(s, qjsp__sched_task_first(s), QJSP_ERR_CLOSED);
    while (s->nopenings > 0)
        qjsp__sched_session_fail(s, qjsp__sched_session_first(s), QJSP_ERR_CLOSED);
    for (uint32_t i = 0; i < s->opt.max_workers; i++)
        worker_abort(s, &s->workers[i]);
}

qjsp_status qjsp__sched_on_prewarm(qjsp_sched *s, const qjsp_event *ev)
{
    if (s->is_closing)
        return QJSP_ERR_CLOSED;
    while (s->nworkers < ev->worker && s->nworkers < s->opt.max_workers)
        qjsp__sched_worker_spawn(s);
    return QJSP_OK;
}
