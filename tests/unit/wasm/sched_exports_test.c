/* SPDX-License-Identifier: MIT */
/*
 * The flat table of sched.wasm, compiled natively: it is a thin file, so its source is
 * included. What numbers of JavaScript become, and where records keep what.
 */
#include "wasm/sched_exports.c"

#include <math.h>

#include "../../check.h"
#include "base/checked.h"

static const struct {
    const char *name;
    double in;
    uint64_t want, want_limit;
} numbers[] = {
    { "none", 0, 0, 0 },
    { "a count", 7, 7, 7 },
    { "a fraction is cut off, but not a limit's all", 0.25, 0, 1 },
    { "a fraction above one", 2.75, 2, 2 },
    { "below zero", -5, 0, 0 },
    { "far below zero", -INFINITY, 0, 0 },
    { "not a number", NAN, 0, 0 },
    { "the largest safe integer", 9007199254740991.0, 9007199254740991, 9007199254740991 },
    { "above it: never", 9007199254740992.0, UINT64_MAX, UINT64_MAX },
    { "far above it", 1e300, UINT64_MAX, UINT64_MAX },
    { "for ever", INFINITY, UINT64_MAX, UINT64_MAX },
};

static void numbers_are_brought_into_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(numbers); i++) {
        CHECK_TRUE(numbers[i].name, to_u64(numbers[i].in) == numbers[i].want);
        CHECK_TRUE(numbers[i].name, to_limit(numbers[i].in) == numbers[i].want_limit);
    }
}

static void options_out_of_range_give_no_handle(void **state)
{
    (void)state;
    assert_null(qjsp_wasm_sched_new(0, 0, 0, 0, 0, 100, 1));
    assert_null(qjsp_wasm_sched_new(1, 0, 0, 0, 0, 0, 1));
    assert_null(qjsp_wasm_sched_new(1, 0, 0, 5000, 0, 100, 1));
    qjsp_wasm_sched_free(NULL);
}

static int event(qjsp_wasm_sched *h, int kind, uint32_t worker, double task, double now)
{
    return qjsp_wasm_sched_event(h, kind, worker, task, 0, 0, 0, 0, QJSP_OK, now);
}

static void expect(qjsp_wasm_sched *h, qjsp_action_kind kind, uint32_t worker, double task)
{
    const action_record *act = qjsp_wasm_sched_next_action(h);

    assert_non_null(act);
    assert_int_equal(act->kind, kind);
    assert_int_equal(act->worker, worker);
    assert_true(act->task == task);
}

/* Two tasks on one worker, the second held, called back and run. */
static void a_story_is_told_flat(void **state)
{
    qjsp_wasm_sched *h = qjsp_wasm_sched_new(1, 0, 0, 4, 0, 1000, 20);
    const double *stats;

    (void)state;
    assert_non_null(h);
    assert_true(isinf(qjsp_wasm_sched_next_deadline(h)));
    assert_int_equal(event(h, QJSP_EV_SUBMIT, 0, 1, 10), QJSP_OK);
    expect(h, QJSP_ACT_SPAWN, 1, 0);
    assert_int_equal(event(h, QJSP_EV_WORKER_UP, 1, 0, 12), QJSP_OK);
    expect(h, QJSP_ACT_RUN, 1, 1);
    assert_int_equal(event(h, QJSP_EV_SUBMIT, 0, 2, 13), QJSP_OK);
    expect(h, QJSP_ACT_RUN, 1, 2);
    assert_true(qjsp_wasm_sched_next_deadline(h) == 32);
    qjsp_wasm_sched_deadline(h, 32);
    expect(h, QJSP_ACT_RECALL, 1, 2);
    assert_int_equal(event(h, QJSP_EV_RECALLED, 1, 2, 33), QJSP_OK);
    assert_null(qjsp_wasm_sched_next_action(h));
    assert_int_equal(event(h, QJSP_EV_WORKER_DONE, 1, 1, 40), QJSP_OK);
    expect(h, QJSP_ACT_SETTLE, 0, 1);
    assert_true(h->action.wait_us == 2 && h->action.run_us == 28);
    expect(h, QJSP_ACT_RUN, 1, 2);
    assert_int_equal(event(h, 99, 0, 0, 40), QJSP_ERR_INVALID);
    stats = qjsp_wasm_sched_stats(h);
    assert_true(stats[0] == 1 && stats[1] == 1); /* workers, busy */
    assert_true(stats[5] == 2 && stats[6] == 1); /* submitted, completed */
    assert_true(stats[NCOUNTS + 4] == 2);        /* the longest wait */
    assert_true(stats[NCOUNTS + NTIMES + 4] == 28);
    qjsp_wasm_sched_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_brought_into_range),
        cmocka_unit_test(options_out_of_range_give_no_handle),
        cmocka_unit_test(a_story_is_told_flat),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
