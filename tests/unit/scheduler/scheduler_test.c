/* SPDX-License-Identifier: MIT */
/* Options, memory that runs out, actions that nobody drains. */
#include "play.h"

#include "oom.h"
#include "scheduler/check.h"

static void defaults_are_as_documented(void **state)
{
    qjsp_sched_options opt;

    (void)state;
    qjsp_sched_options_init(&opt);
    assert_int_equal(opt.max_workers, 4);
    assert_int_equal(opt.min_workers, 0);
    assert_int_equal(opt.queue_limit, 0);
    assert_int_equal(opt.idle_us, 0);
    assert_int_equal(opt.grace_us, 100000);
    assert_int_equal(opt.hold_limit, 0);
    assert_int_equal(opt.hold_us, 2000);
    assert_null(opt.alloc);
}

static const struct {
    const char *name;
    uint32_t max_workers, min_workers;
    uint64_t grace_us;
    uint32_t hold_limit;
    uint64_t hold_us;
    qjsp_status want;
} options[] = {
    { "one worker", 1, 0, 1, 0, 0, QJSP_OK },
    { "as many as can be, all kept", QJSP_SCHED_MAX_WORKERS, QJSP_SCHED_MAX_WORKERS, 1, 0, 0,
      QJSP_OK },
    { "no worker", 0, 0, 1, 0, 0, QJSP_ERR_INVALID },
    { "too many workers", QJSP_SCHED_MAX_WORKERS + 1, 0, 1, 0, 0, QJSP_ERR_INVALID },
    { "more kept than can be", 4, 5, 1, 0, 0, QJSP_ERR_INVALID },
    { "no grace time", 4, 0, 0, 0, 0, QJSP_ERR_INVALID },
    { "the longest lines", 4, 0, 1, QJSP_SCHED_MAX_HOLD, 1, QJSP_OK },
    { "longer lines than can be", 4, 0, 1, QJSP_SCHED_MAX_HOLD + 1, 1, QJSP_ERR_INVALID },
    { "lines without time", 4, 0, 1, 1, 0, QJSP_ERR_INVALID },
};

static void options_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(options); i++) {
        qjsp_sched_options opt = { .max_workers = options[i].max_workers,
                                   .min_workers = options[i].min_workers,
                                   .grace_us = options[i].grace_us,
                                   .hold_limit = options[i].hold_limit,
                                   .hold_us = options[i].hold_us };
        qjsp_sched *s = NULL;

        CHECK_STATUS(options[i].name, qjsp_sched_new(&s, &opt), options[i].want);
        CHECK_TRUE(options[i].name, (s != NULL) == (options[i].want == QJSP_OK));
        CHECK_TRUE(options[i].name, s == NULL || qjsp__sched_check(s));
        qjsp_sched_free(s);
    }
}

/* Whatever is refused is tried again: then it must work, as only one allocation fails. */
static void handle_twice(qjsp_sched *s, const qjsp_event *ev, size_t *nfailed)
{
    char text[4096] = "";
    qjsp_status st = qjsp_sched_handle(s, ev, 0);

    play_drain(s, text, sizeof text);
    assert_true(qjsp__sched_check(s));
    if (st == QJSP_OK)
        return;
    assert_int_equal(st, QJSP_ERR_NOMEM);
    assert_true(ev->kind == QJSP_EV_SUBMIT || ev->kind == QJSP_EV_SESSION_OPEN);
    assert_string_equal(text, "");
    ++*nfailed;
    assert_int_equal(qjsp_sched_handle(s, ev, 0), QJSP_OK);
    play_drain(s, text, sizeof text);
    assert_true(qjsp__sched_check(s));
}

static const play_step last_steps[] = {
    UP(1),   OPEN(1), UP(2), SUBMIT_IN(1, 100), OPEN(2), SUBMIT_IN(2, 101), CANCEL(1), DONE(2, 1),
    DOWN(1), CLOSE,   ABORT,
};

static void play_all(qjsp_sched *s, size_t *nfailed)
{
    for (uint64_t t = 1; t <= 60; t++) {
        qjsp_event ev = { .kind = QJSP_EV_SUBMIT, .task = t, .queue_us = t };

        handle_twice(s, &ev, nfailed);
    }
    for (size_t i = 0; i < QJSP_COUNTOF(last_steps); i++)
        handle_twice(s, &last_steps[i].ev, nfailed);
}

static void sweep_with(uint32_t hold_limit)
{
    oom o = { 0 };
    qjsp_alloc alloc = oom_alloc(&o);
    qjsp_sched_options opt;

    qjsp_sched_options_init(&opt);
    opt.max_workers = 3;
    opt.hold_limit = hold_limit;
    opt.alloc = &alloc;
    do {
        size_t fail_at = o.fail_at, nfailed = 0;
        qjsp_sched *s = NULL;
        qjsp_status st;

        o = (oom){ .fail_at = fail_at };
        st = qjsp_sched_new(&s, &opt);
        if (st == QJSP_OK)
            play_all(s, &nfailed);
        qjsp_sched_free(s);
        assert_int_equal(o.live, 0);
        assert_int_equal(nfailed + (st != QJSP_OK), o.calls > fail_at);
        o.fail_at++;
    } while (o.calls >= o.fail_at);
    assert_true(o.fail_at > 60);
}

static void only_what_adds_work_runs_out_of_memory(void **state)
{
    (void)state;
    sweep_with(0);
    sweep_with(5);
}

/* Actions wait in order, for as long as the driver likes, and none is lost. */
static void actions_may_wait(void **state)
{
    qjsp_sched_options opt;
    qjsp_sched *s;
    qjsp_action act;
    uint64_t nsettled = 0;

    (void)state;
    qjsp_sched_options_init(&opt);
    assert_int_equal(qjsp_sched_new(&s, &opt), QJSP_OK);
    for (uint64_t t = 1; t <= 1000; t++) {
        qjsp_event submit = { .kind = QJSP_EV_SUBMIT, .task = t };
        qjsp_event cancel = { .kind = QJSP_EV_CANCEL, .task = t };

        assert_int_equal(qjsp_sched_handle(s, &submit, t), QJSP_OK);
        assert_int_equal(qjsp_sched_handle(s, &cancel, t), QJSP_OK);
    }
    while (qjsp_sched_next_action(s, &act))
        if (act.kind == QJSP_ACT_SETTLE)
            assert_int_equal(act.task, ++nsettled);
    assert_int_equal(nsettled, 1000);
    qjsp_sched_free(s);
}

/* Refuses what is larger than *ud. */
static void *small_realloc(void *ud, void *ptr, size_t size)
{
    const size_t *limit = ud;

    return size > *limit ? NULL : qjsp_alloc_default()->realloc(NULL, ptr, size);
}

/* Until the queue of actions, which nobody drains, can grow no more. */
static void fill_actions(qjsp_sched *s)
{
    qjsp_status st = QJSP_OK;

    for (uint64_t t = 2; st == QJSP_OK && t < 10000; t++) {
        qjsp_event submit = { .kind = QJSP_EV_SUBMIT, .task = t };
        qjsp_event cancel = { .kind = QJSP_EV_CANCEL, .task = t };

        st = qjsp_sched_handle(s, &submit, 0);
        if (st == QJSP_OK)
            st = qjsp_sched_handle(s, &cancel, 0);
    }
    assert_int_equal(st, QJSP_ERR_NOMEM);
}

static void deadlines_wait_for_room(void **state)
{
    size_t limit = SIZE_MAX;
    qjsp_alloc alloc = { small_realloc, &limit };
    qjsp_event late = { .kind = QJSP_EV_SUBMIT, .task = 1, .queue_us = 5 };
    qjsp_event runs = { .kind = QJSP_EV_SUBMIT, .task = 99999, .priority = 1 };
    qjsp_event up = { .kind = QJSP_EV_WORKER_UP, .worker = 1 };
    qjsp_sched_options opt;
    qjsp_action act;
    qjsp_sched *s;

    (void)state;
    qjsp_sched_options_init(&opt);
    opt.alloc = &alloc;
    assert_int_equal(qjsp_sched_new(&s, &opt), QJSP_OK);
    assert_int_equal(qjsp_sched_handle(s, &late, 0), QJSP_OK);
    assert_int_equal(qjsp_sched_handle(s, &runs, 0), QJSP_OK);
    limit = 4096;
    fill_actions(s);
    /* a SETTLE gives back the room that its task had; RUN does not, and takes the last */
    assert_int_equal(qjsp_sched_handle(s, &up, 0), QJSP_OK);
    assert_int_equal(qjsp_sched_handle(s, &up, 0), QJSP_ERR_NOMEM);
    qjsp_sched_handle_deadline(s, 5);
    assert_int_equal(qjsp_sched_next_deadline(s), 5);
    while (qjsp_sched_next_action(s, &act))
        assert_false(act.kind == QJSP_ACT_SETTLE && act.task == 1);
    qjsp_sched_handle_deadline(s, 5);
    assert_true(qjsp_sched_next_action(s, &act) && act.task == 1);
    assert_int_equal(act.status, QJSP_ERR_TIMEOUT);
    assert_true(qjsp__sched_check(s));
    qjsp_sched_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_as_documented),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(only_what_adds_work_runs_out_of_memory),
        cmocka_unit_test(actions_may_wait),
        cmocka_unit_test(deadlines_wait_for_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
