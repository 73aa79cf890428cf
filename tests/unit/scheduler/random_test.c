/* SPDX-License-Identifier: MIT */
/* Random events, mostly sensible: each task ends exactly once, DRAINED comes exactly once. */
#include "play.h"

#include "scheduler/check.h"

enum { NSTEPS = 4000, NSEEDS = 12, NTASKS = NSTEPS + 1, NWORKERS = 6 };

typedef struct crowd {
    qjsp_sched *s;
    uint64_t rnd, now_us, next_task, next_session;
    uint32_t last_worker;
    uint32_t ndrained;
    uint64_t running[2 * NTASKS]; /* by worker: what it was told to run */
    uint8_t naccepted[NTASKS], nsettled[NTASKS];
} crowd;

static uint32_t next_random(crowd *c, uint32_t below)
{
    c->rnd = c->rnd * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(c->rnd >> 33) % below;
}

static void see(crowd *c, const qjsp_action *act)
{
    uint32_t born = act->kind == QJSP_ACT_SPAWN ? act->worker : act->new_worker;

    if (born > c->last_worker)
        c->last_worker = born;
    assert_true(c->last_worker < 2 * NTASKS);
    if (act->kind == QJSP_ACT_RUN)
        c->running[act->worker] = act->task;
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
    ev.task =
        ev.kind == QJSP_EV_CANCEL ? next_random(c, (uint32_t)c->next_task) : c->running[ev.worker];
    ev.session = ev.kind == QJSP_EV_SESSION_OPEN ? c->next_session++ : c->next_session - 1;
    c->now_us += next_random(c, 4);
    (void)!tell(c, ev);
}

static void answer_all(crowd *c)
{
    assert_int_equal(tell(c, (qjsp_event){ .kind = QJSP_EV_CLOSE }), QJSP_OK);
    for (uint32_t i = 0; i < 4 * NTASKS && c->ndrained == 0; i++)
        for (uint32_t w = c->last_worker < 50 ? 1 : c->last_worker - 49; w <= c->last_worker; w++) {
            qjsp_event up = { .kind = QJSP_EV_WORKER_UP, .worker = w };
            qjsp_event done = { .kind = QJSP_EV_WORKER_DONE, .worker = w, .task = c->running[w] };

            assert_int_equal(tell(c, up), QJSP_OK);
            assert_int_equal(tell(c, done), QJSP_OK);
            c->now_us++;
        }
}

static void play_seed(uint64_t seed)
{
    static crowd c;
    qjsp_sched_options opt;

    c = (crowd){ .rnd = seed, .next_task = 1, .next_session = 1 };
    qjsp_sched_options_init(&opt);
    opt.max_workers = NWORKERS;
    opt.queue_limit = 40;
    opt.idle_us = seed % 2 * 30;
    opt.grace_us = 15;
    assert_int_equal(qjsp_sched_new(&c.s, &opt), QJSP_OK);
    for (size_t i = 0; i < NSTEPS; i++)
        next_random(&c, 3) == 0 ? submit(&c) : happen(&c);
    if (seed % 3 == 0)
        assert_int_equal(tell(&c, (qjsp_event){ .kind = QJSP_EV_ABORT }), QJSP_OK);
    answer_all(&c);
    assert_int_equal(c.ndrained, 1);
    for (size_t t = 0; t < NTASKS; t++)
        assert_int_equal(c.nsettled[t], c.naccepted[t]);
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
