/* SPDX-License-Identifier: MIT */
/* The tasks of a session end before the session does: that is the order of all actions here. */
#include "scheduler/session.h"

#include "base/alloc.h"
#include "scheduler/scheduler.h"

static void session_emit(qjsp_sched *s, const qjsp__sched_session *session, qjsp_action_kind kind,
                         qjsp_status status)
{
    qjsp_action act = { .kind = kind, .session = session->id, .status = status };

    if (session->worker != NULL && kind == QJSP_ACT_SESSION_OPENED)
        act.worker = session->worker->id;
    qjsp__actions_push(&s->actions, act);
}

qjsp_status qjsp__sched_session_new(qjsp_sched *s, uint64_t id)
{
    qjsp__sched_session *session;

    if (!qjsp__map_reserve(&s->sessions, s->alloc, s->sessions.count + 1))
        return QJSP_ERR_NOMEM;
    session = qjsp__malloc(s->alloc, sizeof *session);
    if (session == NULL)
        return QJSP_ERR_NOMEM;
    *session = (qjsp__sched_session){ .id = id, .state = QJSP__SESSION_OPENING };
    qjsp__list_init(&session->waiting);
    qjsp__list_init(&session->in_openings);
    qjsp__list_insert(&s->openings, &session->in_openings);
    qjsp__map_put(&s->sessions, id, session);
    s->nopenings++;
    return QJSP_OK;
}

qjsp__sched_session *qjsp__sched_session_find(const qjsp_sched *s, uint64_t id)
{
    return qjsp__map_get(&s->sessions, id);
}

qjsp__sched_session *qjsp__sched_session_first(const qjsp_sched *s)
{
    qjsp__list *node = qjsp__list_first(&s->openings);

    return node == NULL ? NULL : QJSP_LIST_ENTRY(node, qjsp__sched_session, in_openings);
}

static qjsp__sched_task *session_first_task(const qjsp__sched_session *session)
{
    qjsp__list *node = qjsp__list_first(&session->waiting);

    return node == NULL ? NULL : QJSP_LIST_ENTRY(node, qjsp__sched_task, in_session);
}

static void session_settle_waiting(qjsp_sched *s, qjsp__sched_session *session, qjsp_status status)
{
    for (;;) {
        qjsp__sched_task *t = session_first_task(session);

        if (t == NULL)
            return;
        qjsp__sched_task_settle(s, t, status);
    }
}

static void session_leave_openings(qjsp_sched *s, qjsp__sched_session *session)
{
    qjsp__list_remove(&session->in_openings);
    s->nopenings--;
}

static void session_forget(qjsp_sched *s, qjsp__sched_session *session)
{
    qjsp__map_remove(&s->sessions, session->id);
    qjsp__free(s->alloc, session);
}

void qjsp__sched_session_start(qjsp_sched *s, qjsp__sched_session *session, qjsp__sched_worker *w)
{
    session_leave_openings(s, session);
    session->state = QJSP__SESSION_OPEN;
    session->worker = w;
    qjsp__sched_worker_pin(s, w, session);
    session_emit(s, session, QJSP_ACT_SESSION_OPENED, QJSP_OK);
    qjsp__sched_session_pump(s, session);
}

/* After CLOSE nobody can submit to it: its worker may serve those that still wait. */
static void session_release(qjsp_sched *s, qjsp__sched_session *session)
{
    qjsp__sched_worker *w = session->worker;

    qjsp__sched_session_die(s, session, QJSP_ERR_CLOSED);
    qjsp__sched_worker_unpin(s, w);
}

void qjsp__sched_session_pump(qjsp_sched *s, qjsp__sched_session *session)
{
    qjsp__sched_task *t = session_first_task(session);

    if (session->state != QJSP__SESSION_OPEN || session->worker->state != QJSP__WORKER_IDLE)
        return;
    if (t != NULL)
        qjsp__sched_worker_run(s, session->worker, t);
    else if (s->is_closing)
        session_release(s, session);
}

void qjsp__sched_session_fail(qjsp_sched *s, qjsp__sched_session *session, qjsp_status status)
{
    session_leave_openings(s, session);
    session_settle_waiting(s, session, status);
    session_emit(s, session, QJSP_ACT_SESSION_FAILED, status);
    session_forget(s, session);
}

void qjsp__sched_session_die(qjsp_sched *s, qjsp__sched_session *session, qjsp_status status)
{
    session->state = QJSP__SESSION_DEAD;
    session->worker = NULL;
    session_settle_waiting(s, session, status);
    session_emit(s, session, QJSP_ACT_SESSION_DEAD, status);
}

/* Its running task first: it is the oldest. */
static void session_stop_running(qjsp_sched *s, qjsp__sched_worker *w, qjsp_status status)
{
    if (w->task != NULL)
        qjsp__sched_task_settle(s, w->task, status);
    if (w->running != 0)
        qjsp__sched_worker_interrupt(s, w, status);
}

void qjsp__sched_session_close(qjsp_sched *s, qjsp__sched_session *session)
{
    qjsp__sched_worker *w = session->worker;

    if (session->state == QJSP__SESSION_OPENING) {
        qjsp__sched_session_fail(s, session, QJSP_ERR_CANCELED);
        return;
    }
    if (session->state == QJSP__SESSION_OPEN) {
        session_stop_running(s, w, QJSP_ERR_CANCELED);
        session_settle_waiting(s, session, QJSP_ERR_CANCELED);
        qjsp__sched_worker_unpin(s, w);
    }
    session_forget(s, session);
}

void qjsp__sched_session_abort(qjsp_sched *s, qjsp__sched_session *session)
{
    qjsp__sched_worker *w = session->worker;

    session_stop_running(s, w, QJSP_ERR_CLOSED);
    qjsp__sched_session_die(s, session, QJSP_ERR_CLOSED);
    qjsp__sched_worker_unpin(s, w);
}
