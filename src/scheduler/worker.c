/* SPDX-License-Identifier: MIT */
/* The life of a worker; who gets which is in dispatch.c. */
#include "scheduler/worker.h"

#include "base/alloc.h"
#include "scheduler/scheduler.h"

static void worker_set_state(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_worker_state state)
{
    s->nstate[w->state]--;
    s->nstate[state]++;
    w->state = state;
}

static void worker_emit(qjsp_sched *s, const qjsp__sched_worker *w, qjsp_action_kind kind)
{
    qjsp__actions_push(&s->actions, (qjsp_action){ .kind = kind, .worker = w->id });
}

qjsp__sched_worker *qjsp__sched_worker_find(const qjsp_sched *s, uint32_t id)
{
    return qjsp__map_get(&s->worker_ids, id);
}

static qjsp__sched_worker *worker_new(qjsp_sched *s)
{
    qjsp__list *node = qjsp__list_first(&s->free_slots);
    qjsp__sched_worker *w = QJSP_LIST_ENTRY(node, qjsp__sched_worker, node);

    /* after 4 billion workers the ids begin again, past those that still live */
    do
        s->last_worker++;
    while (s->last_worker == 0 || qjsp__sched_worker_find(s, s->last_worker) != NULL);
    qjsp__list_remove(&w->node);
    w->id = s->last_worker;
    worker_set_state(s, w, QJSP__WORKER_STARTING);
    qjsp__map_put(&s->worker_ids, w->id, w);
    s->nworkers++;
    return w;
}

void qjsp__sched_worker_spawn(qjsp_sched *s)
{
    worker_emit(s, worker_new(s), QJSP_ACT_SPAWN);
}

/* If it is idle and not pinned. */
static void worker_leave_idle(qjsp_sched *s, qjsp__sched_worker *w)
{
    s->nidle -= !qjsp__list_is_empty(&w->node);
    qjsp__list_remove(&w->node);
}

void qjsp__sched_worker_remove(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_deadline_disarm(s, &w->deadline);
    qjsp__map_remove(&s->worker_ids, w->id);
    worker_set_state(s, w, QJSP__WORKER_FREE);
    s->nworkers--;
    w->id = 0;
    w->running = 0;
    w->ending = 0;
    w->will_renew = false;
    w->is_renewing = false;
    qjsp__sched_line_update(s, w);
    worker_leave_idle(s, w);
    qjsp__list_insert(&s->free_slots, &w->node);
}

/* One that was interrupted by its deadline is over, whether it began or not. */
bool qjsp__sched_worker_has_begun(const qjsp__sched_worker *w)
{
    return w->task != NULL && !(w->is_renewing && w->state == QJSP__WORKER_BUSY);
}

static void worker_arm_run(qjsp_sched *s, qjsp__sched_worker *w)
{
    if (w->task->run_us != 0)
        qjsp__sched_deadline_arm(s, &w->deadline, QJSP__DEADLINE_RUN, w->task->run_us);
}

static void worker_arm_grace(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_deadline_disarm(s, &w->deadline);
    qjsp__sched_deadline_arm(s, &w->deadline, QJSP__DEADLINE_GRACE, s->opt.grace_us);
}

/* As far as is known: is_doubtful, if it was called back. */
static void worker_begin(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_task *t)
{
    qjsp__sched_task_start(s, t, w);
    w->task = t;
    w->running = t->id;
    worker_set_state(s, w, QJSP__WORKER_BUSY);
    worker_arm_run(s, w);
    qjsp__sched_line_begin(s, w, t->is_recalled);
    t->is_recalled = false;
}

void qjsp__sched_worker_run(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_task *t)
{
    qjsp_action act = {
        .kind = QJSP_ACT_RUN,
        .worker = w->id,
        .task = t->id,
        .session = t->session == NULL ? 0 : t->session->id,
    };

    worker_leave_idle(s, w);
    qjsp__sched_deadline_disarm(s, &w->deadline);
    worker_begin(s, w, t);
    qjsp__actions_push(&s->actions, act);
}

/* A ghost, of which the worker knows nothing yet: it must hear that it is not wanted. */
static void worker_begin_ghost(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_task *t)
{
    qjsp_status end = t->end;

    w->running = t->id;
    worker_set_state(s, w, QJSP__WORKER_BUSY);
    qjsp__free(s->alloc, t);
    qjsp__sched_line_begin(s, w, true);
    qjsp__sched_worker_interrupt(s, w, end);
}

void qjsp__sched_worker_interrupt(qjsp_sched *s, qjsp__sched_worker *w, qjsp_status why)
{
    qjsp_action act = {
        .kind = QJSP_ACT_INTERRUPT,
        .worker = w->id,
        .task = w->running,
        .status = why,
    };

    if (w->state == QJSP__WORKER_INTERRUPTED)
        return;
    worker_set_state(s, w, QJSP__WORKER_INTERRUPTED);
    if (!w->is_renewing || s->is_aborted) /* else with UP: until then it cannot answer */
        worker_arm_grace(s, w);
    qjsp__sched_hold_recall_all(s, w); /* first, or an obedient worker would be on with them */
    qjsp__actions_push(&s->actions, act);
}

static void worker_end_session(qjsp_sched *s, qjsp__sched_worker *w, uint64_t session)
{
    qjsp__actions_push(&s->actions, (qjsp_action){
                                        .kind = QJSP_ACT_END_SESSION,
                                        .worker = w->id,
                                        .session = session,
                                    });
}

/* The most recently used one is taken first: its memory is warm, and the others can end. */
static void worker_join_idle(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__list_insert(s->idle.next, &w->node);
    s->nidle++;
    if (s->opt.idle_us != 0)
        qjsp__sched_deadline_arm(s, &w->deadline, QJSP__DEADLINE_IDLE, s->opt.idle_us);
}

static void worker_begin_renewal(qjsp_sched *s, qjsp__sched_worker *w)
{
    w->will_renew = false;
    w->is_renewing = true;
    worker_set_state(s, w, QJSP__WORKER_RENEWING);
    qjsp__sched_line_update(s, w);
}

/* Nothing is kept behind a renewal: others may get to it earlier. */
void qjsp__sched_worker_renew(qjsp_sched *s, qjsp__sched_worker *w, uint64_t task)
{
    if (w->state == QJSP__WORKER_STARTING || w->will_renew || w->is_renewing)
        return;
    w->will_renew = w->running != 0 && w->running == task;
    w->is_renewing = !w->will_renew;
    qjsp__sched_hold_recall_all(s, w);
    if (w->will_renew)
        return;
    if (!s->is_aborted)
        qjsp__sched_deadline_disarm(s, &w->deadline);
    if (w->state == QJSP__WORKER_IDLE) {
        worker_leave_idle(s, w);
        worker_begin_renewal(s, w);
    }
}

void qjsp__sched_worker_renewed(qjsp_sched *s, qjsp__sched_worker *w)
{
    bool has_renewed = w->is_renewing;

    w->will_renew = false; /* up without an answer: it has thought better of it */
    w->is_renewing = false;
    if (!has_renewed) {
        qjsp__sched_line_update(s, w);
    } else if (w->state == QJSP__WORKER_RENEWING) {
        qjsp__sched_worker_rest(s, w);
    } else if (w->state == QJSP__WORKER_INTERRUPTED) {
        worker_arm_grace(s, w);
    } else {
        w->task->started_us = s->now_us;
        worker_arm_run(s, w);
        qjsp__sched_line_begin(s, w, w->line.is_doubtful);
    }
}

static void worker_next(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_task *t = qjsp__sched_hold_take(s, w);

    if (t->end == QJSP_OK)
        worker_begin(s, w, t);
    else
        worker_begin_ghost(s, w, t);
}

void qjsp__sched_worker_rest(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_deadline_disarm(s, &w->deadline);
    w->running = 0;
    /* after an abort nothing will need it: it is stopped instead */
    if ((w->will_renew || w->is_renewing) && !s->is_aborted) {
        worker_begin_renewal(s, w);
        return;
    }
    w->will_renew = false;
    w->is_renewing = false;
    worker_set_state(s, w, QJSP__WORKER_IDLE);
    if (w->line.count > 0) {
        worker_next(s, w);
        return;
    }
    qjsp__sched_line_update(s, w);
    if (w->session != NULL) {
        qjsp__sched_session_pump(s, w->session);
        return;
    }
    if (w->ending != 0)
        worker_end_session(s, w, w->ending);
    w->ending = 0;
    worker_join_idle(s, w);
}

void qjsp__sched_worker_unrun(qjsp_sched *s, qjsp__sched_worker *w)
{
    if (w->task != NULL)
        qjsp__sched_task_requeue(s, w->task);
    w->task = NULL;
    qjsp__sched_worker_rest(s, w);
}

void qjsp__sched_worker_stop(qjsp_sched *s, qjsp__sched_worker *w)
{
    worker_emit(s, w, QJSP_ACT_STOP);
    qjsp__sched_worker_remove(s, w);
}

/* The session (if any) does not survive its worker. */
static void worker_drop(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_session *session = w->session;

    w->session = NULL;
    qjsp__sched_hold_release(s, w);
    qjsp__sched_worker_remove(s, w);
    s->counts.worker_restarts++;
    if (session != NULL) {
        s->npinned--;
        qjsp__sched_session_die(s, session, QJSP_ERR_CRASHED);
    }
}

/* A task that is still here was interrupted by its own deadline: others are settled at once. */
void qjsp__sched_worker_give_up(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp_action act = { .kind = QJSP_ACT_REPLACE, .worker = w->id };

    if (w->task != NULL)
        qjsp__sched_task_settle(s, w->task, QJSP_ERR_TIMEOUT);
    worker_drop(s, w);
    if (qjsp__sched_is_spawn_due(s) || (!s->is_closing && s->nworkers < s->opt.min_workers))
        act.new_worker = worker_new(s)->id;
    qjsp__actions_push(&s->actions, act);
}

/* Some drivers interrupt by killing: then the deadline is what ended the task. */
static void lose_task(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_task *t = w->task;

    if (!qjsp__sched_worker_has_begun(w) && t->session == NULL) {
        w->task = NULL;
        qjsp__sched_task_requeue(s, t);
    } else {
        qjsp__sched_task_settle(
            s, t, w->state == QJSP__WORKER_INTERRUPTED ? QJSP_ERR_TIMEOUT : QJSP_ERR_CRASHED);
    }
}

void qjsp__sched_worker_lose(qjsp_sched *s, qjsp__sched_worker *w)
{
    if (w->task != NULL)
        lose_task(s, w);
    worker_drop(s, w);
}

void qjsp__sched_worker_pin(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_session *session)
{
    worker_leave_idle(s, w);
    qjsp__sched_deadline_disarm(s, &w->deadline);
    w->session = session;
    s->npinned++;
}

void qjsp__sched_worker_unpin(qjsp_sched *s, qjsp__sched_worker *w)
{
    w->ending = w->session->id;
    w->session = NULL;
    s->npinned--;
    if (w->state == QJSP__WORKER_IDLE)
        qjsp__sched_worker_rest(s, w);
}
