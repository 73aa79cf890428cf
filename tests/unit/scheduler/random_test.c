/* SPDX-License-Identifier: MIT */
/*
 * Random events, mostly sensible, from a driver that keeps a line for each worker, whose
 * workers renew now and then: each task ends exactly once and is begun at most once, DRAINED
 * comes exactly once.
 */
#include "play.h"

#include "scheduler/check.h"

enum { NSTEPS = 4000, NSEEDS = 24, NTASKS = NSTEPS + 1, NWORKERS = 6, NLINE = 8 };

/* What a worker was told to run; the first has begun, unless it renews. */
typedef struct line {
    uint64_t tasks[NLINE];
    size_t n;
    bool is_renewing;
} line;

typedef struct recall {
    uint32_t worker;
    uint64_t task;
    bool is_taken; /* out of the line; only the answer is late */
} recall;

typedef struct crowd {
    qjsp_sched *s;
    uint64_t rnd, now_us, next_task, next_session;
    uint32_t last_worker;
    uint32_t ndrained;
    bool is_taken_late;
    line lines[2 * NTASKS]; /* by worker */
    recall recalls[NTASKS]; /* not answered */
    size_t nrecalls;
    uint8_t naccepted[NTASKS], nsettled[NTASKS], nbegun[NTASKS];
} crowd;

static uint32_t next_random(crowd *c, uint32_t below)
{
    c->rnd = c->rnd * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(c->rnd >> 33) % below;
}

static void line_begin(crowd *c, line *l)
{
    if (l->n > 0 && !l->is_renewing)
        c->nbegun[l->tasks[0]]++;
}

static void line_push(crowd *c, line *l, uint64_t task)
{
    assert_true(l->n < NLINE);
    l->tasks[l->n++] = task;
    if (l->n == 1)
        line_begin(c, l);
}

static void line_pop(crowd *c, line *l)
{
    l->n--;
    memmove(l->tasks, l->tasks + 1, l->n * sizeof *l->tasks);
    line_begin(c, l);
}

/* False: the worker has begun it, or is past it. */
static bool line_take(line *l, uint64_t task)
{
    for (size_t i = l->is_renewing ? 0 : 1; i < l->n; i++) {
        if (l->tasks[i] != task)
            continue;
        l->n--;
        memmove(l->tasks + i, l->tasks + i + 1, (l->n - i) * sizeof *l->tasks);
        return true;
    }
    return false;
}

static void see_recall(crowd *c, const qjsp_action *act)
{
    recall r = { .worker = act->worker, .task = act->task };

    if (!c->is_taken_late)
        r.is_taken = line_take(&c->lines[r.worker], r.task);
    if (r.is_taken || c->is_taken_late)
        c->recalls[c->nrecalls++] = r;
}

static void see(crowd *c, const qjsp_action *act)
{
    uint32_t born = act->kind == QJSP_ACT_SPAWN ? act->worker : act->new_worker;

    if (born > c->last_worker)
        c->last_worker = born;
    assert_true(c->last_worker < 2 * NTASKS);
    if (act->kind == QJSP_ACT_RUN)
        line_push(c, &c->lines[act->worker], act->task);
    if (act->kind == QJSP_ACT_REPLACE)
        c->lines[act->worker] = (line){ 0 };
    if (act->kind == QJSP_ACT_RECALL)
        see_recall(c, act);
    if (act->kind == QJSP_ACT_SETTLE)
        c->nsettled[act->task]++;
    c->ndrained += act->kind == QJSP_ACT_DRAINED;
}

static qjsp_status tell(crowd *c, qjsp_event ev)
{
    qjsp_status st = qjsp_sched_handle(c->s, &ev, c->now_us);
    qjsp_action act;

    while (qjsp_sched_next_action(c->s, &act))
        see(c, &act);
    assert_true(qjsp__sched_check(c->s));
    return st;
}

static void answer_recalls(crowd *c)
{
    size_t n = c->nrecalls;

    for (size_t i = 0; i < n; i++) {
        recall r = c->recalls[i];

        if (r.is_taken || line_take(&c->lines[r.worker], r.task))
            assert_int_equal(
                tell(c,
                     (qjsp_event){ .kind = QJSP_EV_RECALLED, .worker = r.worker, .task = r.task }),
                QJSP_OK);
    }
    c->nrecalls -= n;
    memmove(c->recalls, c->recalls + n, c->nrecalls * sizeof *c->recalls);
}

static void renew(crowd *c, uint32_t worker, uint64_t task)
{
    qjsp_event ev = { .kind = QJSP_EV_WORKER_RENEWING, .worker = worker, .task = task };

    assert_int_equal(tell(c, ev), QJSP_OK);
}

static void answer_done(crowd *c, uint32_t worker)
{
    line *l = &c->lines[worker];
    qjsp_event ev = { .kind = QJSP_EV_WORKER_DONE, .worker = worker, .task = l->tasks[0] };
    uint32_t how = next_random(c, 8);

    if (l->n == 0 || l->is_renewing)
        return;
    if (how == 0) /* in time */
        renew(c, worker, ev.task);
    if (l->n == 0) /* it was given up in the same moment */
        return;
    l->is_renewing = how <= 1;
    line_pop(c, l);
    assert_int_equal(tell(c, ev), QJSP_OK);
    if (how == 1) /* too late */
        renew(c, worker, 0);
}

static void come_up(crowd *c, uint32_t worker)
{
    line *l = &c->lines[worker];
    qjsp_event up = { .kind = QJSP_EV_WORKER_UP, .worker = worker };

    if (l->is_renewing) {
        l->is_renewing = false;
        line_begin(c, l);
    }
    assert_int_equal(tell(c, up), QJSP_OK);
}

/* FAILED concerns those that start or renew alone. */
static void come_down(crowd *c, qjsp_event ev)
{
    line *l = &c->lines[ev.worker];

    if (ev.kind == QJSP_EV_WORKER_DOWN || l->is_renewing)
        *l = (line){ 0 };
    assert_int_equal(tell(c, ev), QJSP_OK);
}

static void submit(crowd *c)
{
    qjsp_event ev = { .kind = QJSP_EV_SUBMIT,
                      .task = c->next_task++,
                      .priority = (int32_t)next_random(c, 3),
                      .run_us = next_random(c, 20),
                      .queue_us = next_random(c, 60) };

    if (next_random(c, 3) == 0)
        ev.session = c->next_session - 1;
    c->naccepted[ev.task] = tell(c, ev) == QJSP_OK;
}

static void check_clock(crowd *c)
{
    qjsp_action act;

    qjsp_sched_handle_deadline(c->s, c->now_us);
    while (qjsp_sched_next_action(c->s, &act))
        see(c, &act);
    assert_true(qjsp__sched_check(c->s));
    assert_true(qjsp_sched_next_deadline(c->s) > c->now_us);
}

static void happen(crowd *c)
{
    static const qjsp_event_kind kinds[] = {
        QJSP_EV_CANCEL,      QJSP_EV_WORKER_UP,   QJSP_EV_WORKER_UP,     QJSP_EV_WORKER_DONE,
        QJSP_EV_WORKER_DONE, QJSP_EV_WORKER_DOWN, QJSP_EV_SESSION_OPEN,  QJSP_EV_SESSION_CLOSE,
        QJSP_EV_WORKER_DONE, QJSP_EV_WORKER_UP,   QJSP_EV_WORKER_FAILED,
    };
    uint32_t back = next_random(c, NWORKERS + 1);
    qjsp_event ev = { .kind = kinds[next_random(c, QJSP_COUNTOF(kinds))] };

    ev.worker = back > c->last_worker ? 0 : c->last_worker - back;
    ev.task = next_random(c, (uint32_t)c->next_task);
    ev.session = ev.kind == QJSP_EV_SESSION_OPEN ? c->next_session++ : c->next_session - 1;
    c->now_us += next_random(c, 4);
    if (next_random(c, 4) == 0)
        answer_recalls(c);
    if (next_random(c, 8) == 0)
        check_clock(c);
    if (ev.kind == QJSP_EV_WORKER_DOWN || ev.kind == QJSP_EV_WORKER_FAILED)
        come_down(c, ev);
    else if (ev.kind == QJSP_EV_WORKER_UP)
        come_up(c, ev.worker);
    else if (ev.kind == QJSP_EV_WORKER_DONE)
        answer_done(c, ev.worker);
    else
        (void)!tell(c, ev);
}

/* Those that are neither young nor renew are gone, or will be when their time is over. */
static bool is_young(const crowd *c, uint32_t worker)
{
    return c->last_worker - worker < 50;
}

static void answer_all(crowd *c)
{
    assert_int_equal(tell(c, (qjsp_event){ .kind = QJSP_EV_CLOSE }), QJSP_OK);
    for (uint32_t i = 0; i < 4 * NTASKS && c->ndrained == 0; i++)
        for (uint32_t w = 1; w <= c->last_worker; w++) {
            if (!is_young(c, w) && !c->lines[w].is_renewing)
                continue;
            come_up(c, w);
            answer_done(c, w);
            answer_recalls(c);
            c->now_us++;
        }
}

static void play_seed(uint64_t seed)
{
    static crowd c;
    qjsp_sched_options opt;

    c = (crowd){ .rnd = seed, .next_task = 1, .next_session = 1 };
    c.is_taken_late = seed % 8 >= 4;
    qjsp_sched_options_init(&opt);
    opt.max_workers = NWORKERS;
    opt.queue_limit = 40;
    opt.idle_us = seed % 2 * 30;
    opt.grace_us = 15;
    opt.hold_limit = (uint32_t)(seed % 4) * 2;
    opt.hold_us = 12;
    assert_int_equal(qjsp_sched_new(&c.s, &opt), QJSP_OK);
    for (size_t i = 0; i < NSTEPS; i++)
        next_random(&c, 3) == 0 ? submit(&c) : happen(&c);
    if (seed % 3 == 0)
        assert_int_equal(tell(&c, (qjsp_event){ .kind = QJSP_EV_ABORT }), QJSP_OK);
    answer_all(&c);
    assert_int_equal(c.ndrained, 1);
    for (size_t t = 0; t < NTASKS; t++) {
        assert_int_equal(c.nsettled[t], c.naccepted[t]);
        assert_true(c.nbegun[t] <= 1);
    }
    qjsp_sched_free(c.s);
}

static void every_task_ends_exactly_once(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= NSEEDS; seed++)
        play_seed(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_ends_exactly_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
