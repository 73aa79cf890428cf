/* SPDX-License-Identifier: MIT */
#include "sched_model.h"

#include <stdlib.h>

#define REQUIRE(fact) ((fact) ? (void)0 : abort())

static bool is_live(const model_task *t)
{
    return t->place == WAITING || t->place == RUNNING;
}

static uint64_t later(const model *m, uint64_t us)
{
    return us > UINT64_MAX - m->now ? UINT64_MAX : m->now + us;
}

size_t model_count_waiting(const model *m)
{
    size_t n = 0;

    for (size_t i = 1; i < MODEL_NTASKS; i++)
        n += m->tasks[i].place == WAITING;
    return n;
}

static size_t count_workers(const model *m)
{
    size_t n = 0;

    for (size_t i = 1; i <= m->last_worker; i++)
        n += m->workers[i].place != NOWHERE;
    return n;
}

static uint32_t id_of(const model *m, const model_worker *w)
{
    return (uint32_t)(w - m->workers);
}

static bool has_line(const model_worker *w)
{
    return w->place == RUNNING || w->place == RENEWING;
}

/* In a line, and nobody has asked for it. */
static bool is_kept(const model_task *t)
{
    return t->holder != 0 && t->place == WAITING && !t->is_recalled;
}

static void task_recall(model_task *t)
{
    t->is_recalled = true;
    t->must_recall = t->holder;
}

static void recall_all(model *m, const model_worker *w)
{
    for (size_t i = 1; i < MODEL_NTASKS; i++)
        if (is_kept(&m->tasks[i]) && m->tasks[i].holder == id_of(m, w))
            task_recall(&m->tasks[i]);
}

static void task_end(model_task *t, qjsp_status status)
{
    if (!is_live(t))
        return;
    if (is_kept(t))
        task_recall(t);
    t->place = ENDING;
    t->want = status;
}

static void session_end_waiting(model *m, uint64_t session, qjsp_status status)
{
    for (size_t i = 1; i < MODEL_NTASKS; i++)
        if (m->tasks[i].place == WAITING && m->tasks[i].session == session)
            task_end(&m->tasks[i], status);
}

static void session_fail(model *m, uint64_t session, qjsp_status status)
{
    session_end_waiting(m, session, status);
    m->sessions[session].place = NOWHERE;
    m->sessions[session].must_fail = status;
}

static void session_die(model *m, uint64_t session, qjsp_status status)
{
    if (session == 0)
        return;
    session_end_waiting(m, session, status);
    m->sessions[session].place = ENDING;
    m->sessions[session].must_die = status;
}

static void worker_interrupt(model *m, model_worker *w, qjsp_status status)
{
    if (w->place != RUNNING || w->is_interrupted)
        return;
    w->is_interrupted = true;
    m->tasks[w->task].must_interrupt = status;
    m->tasks[w->task].interrupt_worker = id_of(m, w);
    recall_all(m, w);
    w->due = w->is_renewing && !m->is_aborted ? 0 : later(m, m->opt.grace_us);
    w->due_seq = m->seq++;
}

/* Its time begins. */
static void task_restart(model *m, model_worker *w)
{
    model_task *t = &m->tasks[w->task];

    w->started = t->started = m->now;
    w->due = t->run_us == 0 ? 0 : later(m, t->run_us);
    w->due_seq = m->seq++;
}

static void task_start(model *m, model_worker *w, uint64_t id)
{
    model_task *t = &m->tasks[id];

    w->task = id;
    w->is_doubtful = t->is_recalled;
    t->place = RUNNING;
    task_restart(m, w);
}

/* 0: nothing is in its line. */
static uint64_t first_in_line(const model *m, const model_worker *w)
{
    uint64_t first = 0;

    for (size_t i = 1; i < MODEL_NTASKS; i++)
        if (m->tasks[i].holder != 0 && m->tasks[i].holder == id_of(m, w) &&
            (first == 0 || m->tasks[i].line_seq < m->tasks[first].line_seq))
            first = i;
    return first;
}

/* False: nothing is in its line. */
static bool worker_next(model *m, model_worker *w)
{
    uint64_t id = first_in_line(m, w);
    model_task *t = &m->tasks[id];

    if (id == 0)
        return false;
    t->holder = 0;
    w->place = RUNNING;
    w->is_interrupted = false;
    if (t->place == WAITING) {
        task_start(m, w, id);
    } else {
        w->task = id;
        w->is_doubtful = true;
        worker_interrupt(m, w, t->want);
    }
    t->is_recalled = false;
    return true;
}

static void worker_idle(model *m, model_worker *w)
{
    bool must_renew = (w->will_renew || w->is_renewing) && !m->is_aborted;

    w->will_renew = w->is_renewing = false;
    if (must_renew) {
        *w = (model_worker){
            .place = RENEWING, .is_renewing = true, .session = w->session, .ending = w->ending
        };
        return;
    }
    if (worker_next(m, w))
        return;
    w->place = IDLE;
    w->task = 0;
    w->is_interrupted = false;
    w->due = m->opt.idle_us == 0 || w->session != 0 ? 0 : later(m, m->opt.idle_us);
    w->due_seq = m->seq++;
}

static void worker_end(model *m, model_worker *w)
{
    uint64_t session = w->session;

    for (size_t i = 1; i < MODEL_NTASKS; i++)
        if (m->tasks[i].holder == id_of(m, w))
            m->tasks[i].holder = 0, m->tasks[i].is_recalled = false;
    *w = (model_worker){ .must_replace = w->must_replace };
    session_die(m, session, QJSP_ERR_CRASHED);
}

static void idle_due(model *m, model_worker *w)
{
    w->due = 0;
    if (count_workers(m) > m->opt.min_workers)
        *w = (model_worker){ .must_stop = true };
}

static void worker_due(model *m, model_worker *w)
{
    if (w->place == IDLE) {
        idle_due(m, w);
        return;
    }
    if (w->place == RUNNING && !w->is_interrupted) {
        worker_interrupt(m, w, QJSP_ERR_TIMEOUT);
        return;
    }
    if (w->task != 0)
        task_end(&m->tasks[w->task], QJSP_ERR_TIMEOUT);
    w->must_replace = true;
    worker_end(m, w);
}

/* The earliest deadline that has passed; false: none has. */
static bool pass_one(model *m)
{
    uint64_t due = m->now, seq = UINT64_MAX;
    model_task *t = NULL;
    model_worker *w = NULL;

    for (size_t i = 1; i < MODEL_NTASKS; i++) {
        model_task *it = &m->tasks[i];

        if (it->place == WAITING && it->due != UINT64_MAX &&
            (it->due < due || (it->due == due && it->due_seq < seq)))
            t = it, due = it->due, seq = it->due_seq;
    }
    for (size_t i = 1; i <= m->last_worker; i++) {
        model_worker *it = &m->workers[i];

        if (it->due != 0 && it->due != UINT64_MAX &&
            (it->due < due || (it->due == due && it->due_seq < seq)))
            w = it, due = it->due, seq = it->due_seq;
    }
    if (w != NULL)
        worker_due(m, w);
    else if (t != NULL)
        task_end(t, QJSP_ERR_TIMEOUT);
    return w != NULL || t != NULL;
}

void model_pass(model *m, uint64_t now)
{
    if (now > m->now)
        m->now = now;
    while (pass_one(m))
        ;
}

void model_pass_holds(model *m)
{
    for (size_t i = 1; i <= m->last_worker; i++)
        if (m->workers[i].place == RUNNING && m->now - m->workers[i].started >= m->opt.hold_us)
            recall_all(m, &m->workers[i]);
}

uint64_t model_recalled(const model *m, uint32_t worker)
{
    if (m->workers[worker].is_doubtful)
        return m->workers[worker].task;
    for (size_t i = 1; worker != 0 && i < MODEL_NTASKS; i++)
        if (m->tasks[i].holder == worker && m->tasks[i].is_recalled)
            return i;
    return 0;
}

static qjsp_status on_submit(model *m, const qjsp_event *ev)
{
    model_session *session = &m->sessions[ev->session];
    model_task *t = &m->tasks[ev->task];
    bool is_dead = ev->session != 0 && session->place == ENDING;

    if (m->is_closing)
        return QJSP_ERR_CLOSED;
    if (ev->task == 0 || is_live(t) || (ev->session != 0 && session->place == NOWHERE))
        return QJSP_ERR_INVALID;
    if (!is_dead && m->opt.queue_limit != 0 && model_count_waiting(m) >= m->opt.queue_limit)
        return QJSP_ERR_LIMIT;
    *t = (model_task){ .place = WAITING,
                       .session = ev->session,
                       .priority = ev->priority,
                       .seq = m->seq++,
                       .submitted = m->now,
                       .run_us = ev->run_us,
                       .started = UINT64_MAX,
                       .due = ev->queue_us == 0 ? UINT64_MAX : later(m, ev->queue_us),
                       .due_seq = m->seq++ };
    if (is_dead)
        task_end(t, QJSP_ERR_CRASHED);
    return QJSP_OK;
}

static void on_cancel(model *m, uint64_t id)
{
    model_task *t = &m->tasks[id];
    bool is_running = t->place == RUNNING;

    task_end(t, QJSP_ERR_CANCELED);
    for (size_t i = 1; is_running && i <= m->last_worker; i++)
        if (m->workers[i].task == id)
            worker_interrupt(m, &m->workers[i], QJSP_ERR_CANCELED);
}

static bool is_before(const model_task *a, const model_task *b)
{
    return a->priority != b->priority ? a->priority > b->priority : a->seq < b->seq;
}

/* Of those without a session that are not held; 0: none. */
static uint64_t next_task(const model *m)
{
    uint64_t best = 0;

    for (size_t i = 1; i < MODEL_NTASKS; i++) {
        const model_task *t = &m->tasks[i];

        if (t->place == WAITING && t->session == 0 && t->holder == 0 &&
            (best == 0 || is_before(t, &m->tasks[best])))
            best = i;
    }
    return best;
}

static uint64_t next_session(const model *m)
{
    uint64_t best = 0;

    for (size_t i = 1; i < MODEL_NSESSIONS; i++)
        if (m->sessions[i].place == WAITING &&
            (best == 0 || m->sessions[i].seq < m->sessions[best].seq))
            best = i;
    return best;
}

static void start_failed(model *m, model_worker *w, qjsp_status status)
{
    *w = (model_worker){ 0 };
    status = status == QJSP_OK ? QJSP_ERR_CRASHED : status;
    if (next_task(m) != 0)
        task_end(&m->tasks[next_task(m)], status);
    else if (next_session(m) != 0)
        session_fail(m, next_session(m), status);
}

static void on_done(model *m, model_worker *w, const qjsp_event *ev)
{
    bool is_echo = w->is_interrupted && ev->status == QJSP_ERR_CANCELED;

    if (w->place != RUNNING || w->task != ev->task)
        return;
    task_end(&m->tasks[w->task], is_echo ? QJSP_ERR_TIMEOUT : ev->status);
    worker_idle(m, w);
}

/* The worker has not begun what it seemed to run. */
static void task_return(model *m, model_task *t)
{
    t->place = WAITING;
    t->started = UINT64_MAX;
    t->due_seq = m->seq++;
    if (t->due <= m->now)
        task_end(t, QJSP_ERR_TIMEOUT);
}

static void on_down(model *m, model_worker *w)
{
    model_task *t = &m->tasks[w->task];

    if (w->place == NOWHERE)
        return;
    if (w->place == STARTING) {
        start_failed(m, w, QJSP_ERR_CRASHED);
        return;
    }
    if (w->is_renewing && !w->is_interrupted && t->place == RUNNING && t->session == 0)
        task_return(m, t);
    else if (w->task != 0)
        task_end(t, w->is_interrupted ? QJSP_ERR_TIMEOUT : QJSP_ERR_CRASHED);
    worker_end(m, w);
}

static void worker_unrun(model *m, model_worker *w)
{
    model_task *t = &m->tasks[w->task];

    if (t->place == RUNNING)
        task_return(m, t);
    worker_idle(m, w);
}

static void on_recalled(model *m, model_worker *w, uint64_t task)
{
    model_task *t = &m->tasks[task];

    if (w->task == task && w->is_doubtful)
        worker_unrun(m, w);
    else if (t->holder == id_of(m, w) && t->is_recalled)
        t->holder = 0, t->is_recalled = false;
}

static void on_renewing(model *m, model_worker *w, uint64_t task)
{
    if (w->place == NOWHERE || w->place == STARTING || w->will_renew || w->is_renewing)
        return;
    recall_all(m, w);
    if (w->place == RUNNING && w->task == task) {
        w->will_renew = true;
        return;
    }
    w->is_renewing = true;
    if (!m->is_aborted)
        w->due = 0;
    if (w->place == IDLE)
        worker_idle(m, w);
    else if (m->tasks[w->task].place == RUNNING && !w->is_interrupted)
        m->tasks[w->task].started = UINT64_MAX;
}

static void on_up(model *m, model_worker *w)
{
    bool was_renewing = w->is_renewing;

    w->will_renew = w->is_renewing = false;
    if (w->place == STARTING || w->place == RENEWING)
        worker_idle(m, w);
    else if (was_renewing && w->is_interrupted)
        w->due = later(m, m->opt.grace_us), w->due_seq = m->seq++;
    else if (was_renewing)
        task_restart(m, w);
}

static void on_failed(model *m, model_worker *w, qjsp_status status)
{
    if (w->place == STARTING)
        start_failed(m, w, status);
    else if (w->is_renewing)
        on_down(m, w);
}

static void on_worker(model *m, const qjsp_event *ev)
{
    model_worker *w = &m->workers[ev->worker];

    if (ev->kind == QJSP_EV_WORKER_UP)
        on_up(m, w);
    else if (ev->kind == QJSP_EV_WORKER_RENEWING)
        on_renewing(m, w, ev->task);
    else if (ev->kind == QJSP_EV_WORKER_FAILED)
        on_failed(m, w, ev->status);
    else if (ev->kind == QJSP_EV_RECALLED && has_line(w))
        on_recalled(m, w, ev->task);
    else if (ev->kind == QJSP_EV_WORKER_DONE)
        on_done(m, w, ev);
    else if (ev->kind == QJSP_EV_WORKER_DOWN)
        on_down(m, w);
}

static qjsp_status on_session_open(model *m, uint64_t id)
{
    size_t nsessions = 0;

    for (size_t i = 1; i < MODEL_NSESSIONS; i++)
        nsessions += m->sessions[i].place == WAITING || m->sessions[i].place == RUNNING;
    if (m->is_closing)
        return QJSP_ERR_CLOSED;
    if (id == 0 || m->sessions[id].place != NOWHERE)
        return QJSP_ERR_INVALID;
    if (nsessions == m->opt.max_workers)
        return QJSP_ERR_LIMIT;
    m->sessions[id] = (model_session){ .place = WAITING, .seq = m->seq++ };
    return QJSP_OK;
}

static void session_let_go(model *m, uint64_t id, qjsp_status status)
{
    model_worker *w = &m->workers[m->sessions[id].worker];

    task_end(&m->tasks[w->task], status);
    worker_interrupt(m, w, status);
    w->session = 0;
    w->ending = id;
    if (w->place == IDLE)
        worker_idle(m, w);
}

static void on_session_close(model *m, uint64_t id)
{
    model_session *session = &m->sessions[id];

    if (session->place == WAITING) {
        session_fail(m, id, QJSP_ERR_CANCELED);
    } else if (session->place == RUNNING) {
        session_let_go(m, id, QJSP_ERR_CANCELED);
        session_end_waiting(m, id, QJSP_ERR_CANCELED);
    }
    session->place = NOWHERE;
}

static void on_abort(model *m)
{
    if (m->is_aborted)
        return;
    m->is_closing = m->is_aborted = true;
    for (size_t i = 1; i < MODEL_NSESSIONS; i++) {
        if (m->sessions[i].place == WAITING) {
            session_fail(m, i, QJSP_ERR_CLOSED);
        } else if (m->sessions[i].place == RUNNING) {
            session_let_go(m, i, QJSP_ERR_CLOSED);
            session_die(m, i, QJSP_ERR_CLOSED);
        }
    }
    for (size_t i = 1; i < MODEL_NTASKS; i++)
        task_end(&m->tasks[i], QJSP_ERR_CLOSED);
    for (size_t i = 1; i <= m->last_worker; i++) {
        model_worker *w = &m->workers[i];

        worker_interrupt(m, w, QJSP_ERR_CLOSED);
        if (w->place == STARTING || (w->is_renewing && w->due == 0))
            w->due = later(m, m->opt.grace_us), w->due_seq = m->seq++;
    }
}

qjsp_status model_event(model *m, const qjsp_event *ev)
{
    switch (ev->kind) {
    case QJSP_EV_SUBMIT: return on_submit(m, ev);
    case QJSP_EV_CANCEL: on_cancel(m, ev->task); return QJSP_OK;
    case QJSP_EV_SESSION_OPEN: return on_session_open(m, ev->session);
    case QJSP_EV_SESSION_CLOSE: on_session_close(m, ev->session); return QJSP_OK;
    case QJSP_EV_CLOSE: m->is_closing = true; return QJSP_OK;
    case QJSP_EV_ABORT: on_abort(m); return QJSP_OK;
    case QJSP_EV_PREWARM: return m->is_closing ? QJSP_ERR_CLOSED : QJSP_OK;
    case QJSP_EV_WORKER_UP:
    case QJSP_EV_WORKER_FAILED:
    case QJSP_EV_WORKER_DONE:
    case QJSP_EV_RECALLED:
    case QJSP_EV_WORKER_RENEWING:
    case QJSP_EV_WORKER_DOWN: on_worker(m, ev); return QJSP_OK;
    }
    return QJSP_ERR_INVALID;
}

static void start(model *m, uint32_t id)
{
    REQUIRE(id == m->last_worker + 1 && id < MODEL_NWORKERS && !m->is_aborted);
    m->last_worker = id;
    m->workers[id] = (model_worker){ .place = STARTING };
    REQUIRE(count_workers(m) <= m->opt.max_workers);
}

static void check_order(const model *m, const model_task *t)
{
    if (t->session == 0) {
        REQUIRE(next_session(m) == 0 && t == &m->tasks[next_task(m)]);
        return;
    }
    for (size_t i = 1; i < MODEL_NTASKS; i++)
        REQUIRE(m->tasks[i].place != WAITING || m->tasks[i].session != t->session ||
                m->tasks[i].seq >= t->seq);
}

static size_t count_line(const model *m, const model_worker *w)
{
    size_t n = 0;

    for (size_t i = 1; has_line(w) && i < MODEL_NTASKS; i++)
        n += m->tasks[i].holder == id_of(m, w);
    return n;
}

static size_t count_kept(const model *m, const model_worker *w)
{
    size_t n = 0;

    for (size_t i = 1; has_line(w) && i < MODEL_NTASKS; i++)
        n += is_kept(&m->tasks[i]) && m->tasks[i].holder == id_of(m, w);
    return n;
}

static bool may_hold(const model *m, const model_worker *w)
{
    return w->place == RUNNING && !w->is_interrupted && w->session == 0 && !w->will_renew &&
           !w->is_renewing && m->now - w->started < m->opt.hold_us &&
           count_line(m, w) < m->opt.hold_limit;
}

static size_t count_idle(const model *m)
{
    size_t n = 0;

    for (size_t i = 1; i <= m->last_worker; i++)
        n += m->workers[i].place == IDLE && m->workers[i].session == 0;
    return n;
}

/* Asked back from a line, and still waiting there. */
static size_t count_recalled(const model *m)
{
    size_t n = 0;

    for (size_t i = 1; i < MODEL_NTASKS; i++)
        n += m->tasks[i].holder != 0 && m->tasks[i].place == WAITING && m->tasks[i].is_recalled;
    return n;
}

static void act_hold(model *m, model_task *t, const model_worker *w)
{
    REQUIRE(may_hold(m, w) && count_idle(m) == 0);
    for (size_t i = 1; i <= m->last_worker; i++)
        REQUIRE(!may_hold(m, &m->workers[i]) || count_line(m, &m->workers[i]) >= count_line(m, w));
    t->holder = id_of(m, w);
    t->line_seq = m->seq++;
}

static void act_run(model *m, const qjsp_action *act, model_worker *w)
{
    model_task *t = &m->tasks[act->task];

    REQUIRE(t->place == WAITING && t->session == w->session && act->session == t->session);
    check_order(m, t);
    if (w->place == RUNNING) {
        act_hold(m, t, w);
        return;
    }
    REQUIRE(w->place == IDLE && w->ending == 0);
    w->place = RUNNING;
    task_start(m, w, act->task);
}

/* What was predicted: the newest first. */
static void act_recall_due(const model *m, model_task *t)
{
    for (size_t i = 1; i < MODEL_NTASKS && t->place == WAITING; i++)
        REQUIRE(m->tasks[i].must_recall != t->must_recall || m->tasks[i].place != WAITING ||
                m->tasks[i].line_seq <= t->line_seq);
    t->must_recall = 0;
}

/* The newest of a worker, for a session that waits, or of the one that keeps most, for
 * an idle worker. */
static void act_recall(const model *m, const qjsp_action *act, model_task *t)
{
    if (t->must_recall != 0) {
        REQUIRE(t->must_recall == act->worker);
        act_recall_due(m, t);
        return;
    }
    REQUIRE(is_kept(t) && t->holder == act->worker);
    for (size_t i = 1; i < MODEL_NTASKS; i++)
        REQUIRE(!is_kept(&m->tasks[i]) || m->tasks[i].holder != t->holder ||
                m->tasks[i].line_seq <= t->line_seq);
    for (size_t i = 1; next_session(m) == 0 && i <= m->last_worker; i++)
        REQUIRE(count_kept(m, &m->workers[i]) <= count_kept(m, &m->workers[act->worker]));
    REQUIRE(next_session(m) != 0 || (next_task(m) == 0 && count_idle(m) > count_recalled(m)));
    t->is_recalled = true;
}

static void act_interrupt(const qjsp_action *act, model_task *t)
{
    REQUIRE(t->must_interrupt == act->status && act->status != QJSP_OK);
    REQUIRE(t->interrupt_worker == act->worker);
    t->must_interrupt = QJSP_OK;
}

static void act_replace(model *m, const qjsp_action *act, model_worker *w)
{
    REQUIRE(w->must_replace);
    w->must_replace = false;
    if (act->new_worker != 0)
        start(m, act->new_worker);
}

static void act_stop(const model *m, model_worker *w)
{
    REQUIRE(w->must_stop || (m->is_closing && w->place == IDLE));
    for (size_t i = 1; i < MODEL_NTASKS && !w->must_stop; i++)
        REQUIRE(m->tasks[i].holder == 0 || m->tasks[i].place != WAITING);
    REQUIRE(w->session == 0 && w->ending == 0);
    *w = (model_worker){ 0 };
}

static void act_settle(const model *m, const qjsp_action *act, model_task *t)
{
    REQUIRE(t->place == ENDING && t->want == act->status);
    REQUIRE(act->wait_us + act->run_us == m->now - t->submitted);
    REQUIRE(act->run_us == (t->started == UINT64_MAX ? 0 : m->now - t->started));
    t->place = SETTLED;
}

static void act_opened(model *m, const qjsp_action *act, model_worker *w)
{
    REQUIRE(act->session == next_session(m));
    REQUIRE(w->place == IDLE && w->session == 0 && w->ending == 0);
    w->session = act->session;
    w->due = 0;
    m->sessions[act->session].place = RUNNING;
    m->sessions[act->session].worker = act->worker;
}

static void act_failed(const qjsp_action *act, model_session *session)
{
    REQUIRE(session->must_fail == act->status && act->status != QJSP_OK);
    session->must_fail = QJSP_OK;
}

/* Predicted, or a session without tasks after CLOSE. */
static void act_dead(model *m, const qjsp_action *act, model_session *session)
{
    if (session->must_die == QJSP_OK) {
        REQUIRE(m->is_closing && session->place == RUNNING);
        REQUIRE(m->workers[session->worker].place == IDLE);
        for (size_t i = 1; i < MODEL_NTASKS; i++)
            REQUIRE(!is_live(&m->tasks[i]) || m->tasks[i].session != act->session);
        session_let_go(m, act->session, QJSP_ERR_CLOSED);
        session_die(m, act->session, QJSP_ERR_CLOSED);
    }
    REQUIRE(session->must_die == act->status);
    session->must_die = QJSP_OK;
}

static void act_end_session(const qjsp_action *act, model_worker *w)
{
    REQUIRE(w->place == IDLE && w->ending == act->session && act->session != 0);
    w->ending = 0;
}

static void act_drained(model *m)
{
    REQUIRE(m->is_closing && !m->is_drained && count_workers(m) == 0);
    m->is_drained = true;
}

void model_action(model *m, const qjsp_action *act)
{
    REQUIRE(act->worker < MODEL_NWORKERS && act->task < MODEL_NTASKS);
    REQUIRE(act->session < MODEL_NSESSIONS);
    switch (act->kind) {
    case QJSP_ACT_SPAWN: start(m, act->worker); break;
    case QJSP_ACT_RUN: act_run(m, act, &m->workers[act->worker]); break;
    case QJSP_ACT_INTERRUPT: act_interrupt(act, &m->tasks[act->task]); break;
    case QJSP_ACT_RECALL: act_recall(m, act, &m->tasks[act->task]); break;
    case QJSP_ACT_REPLACE: act_replace(m, act, &m->workers[act->worker]); break;
    case QJSP_ACT_STOP: act_stop(m, &m->workers[act->worker]); break;
    case QJSP_ACT_SETTLE: act_settle(m, act, &m->tasks[act->task]); break;
    case QJSP_ACT_SESSION_OPENED: act_opened(m, act, &m->workers[act->worker]); break;
    case QJSP_ACT_SESSION_FAILED: act_failed(act, &m->sessions[act->session]); break;
    case QJSP_ACT_SESSION_DEAD: act_dead(m, act, &m->sessions[act->session]); break;
    case QJSP_ACT_END_SESSION: act_end_session(act, &m->workers[act->worker]); break;
    case QJSP_ACT_DRAINED: act_drained(m); break;
    }
}

/* Somebody is, or will be, there for what waits without a worker of its own. */
static void check_help(const model *m, size_t nunpinned, bool has_idle)
{
    bool has_work = next_task(m) != 0 || next_session(m) != 0;

    REQUIRE(!has_work || !has_idle);
    REQUIRE(!has_work || nunpinned > 0 || count_workers(m) == m->opt.max_workers);
}

/* Nothing waits in the queue that could be held, nothing is kept from who is there for it. */
static void check_holds(const model *m)
{
    bool is_opening = next_session(m) != 0;
    size_t nkept = 0;

    for (size_t i = 1; i <= m->last_worker; i++) {
        REQUIRE(!may_hold(m, &m->workers[i]) || is_opening || next_task(m) == 0);
        nkept += count_kept(m, &m->workers[i]);
    }
    REQUIRE(nkept == 0 || (!is_opening && count_idle(m) <= count_recalled(m)));
}

void model_settle_up(const model *m)
{
    size_t nunpinned = 0, nlive = 0;
    bool has_idle = false;

    for (size_t i = 1; i < MODEL_NTASKS; i++) {
        REQUIRE(m->tasks[i].place != ENDING && m->tasks[i].must_recall == 0);
        REQUIRE(m->tasks[i].must_interrupt == QJSP_OK);
        nlive += is_live(&m->tasks[i]);
    }
    for (size_t i = 1; i < MODEL_NSESSIONS; i++)
        REQUIRE(m->sessions[i].must_fail == QJSP_OK && m->sessions[i].must_die == QJSP_OK);
    for (size_t i = 1; i <= m->last_worker; i++) {
        const model_worker *w = &m->workers[i];

        REQUIRE(!w->must_replace && !w->must_stop);
        REQUIRE(w->place != IDLE || w->ending == 0);
        nunpinned += w->place != NOWHERE && w->session == 0;
        has_idle |= w->place == IDLE && w->session == 0;
    }
    check_help(m, nunpinned, has_idle);
    check_holds(m);
    REQUIRE(m->is_drained == (m->is_closing && nlive == 0 && count_workers(m) == 0));
}
