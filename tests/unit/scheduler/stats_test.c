/* SPDX-License-Identifier: MIT */
/* What is counted, and what is read off the state. */
#include "play.h"

/* Task 1 ends well after 20 and 30; 2 is cancelled; 3 times out waiting; 4 crashes; 5 and 6 are alive. */
static const play_case story = {
    "the story",
    .max_workers = 2,
    .steps = { SUBMIT(1), AFTER(20, .kind = QJSP_EV_WORKER_UP, .worker = 1),
               AFTER(30, .kind = QJSP_EV_WORKER_DONE, .worker = 1, .task = 1), OPEN(7),
               SUBMIT_IN(7, 4), SUBMIT(2), CANCEL(2), SUBMIT_QUEUE(3, 5), PASS(5), DOWN(1),
               SUBMIT(5), UP(2), SUBMIT(6), OPEN(8), PASS(10) },
    .want = "+1 r1@1 x1:ok o7@1 r4@1 +2 x2:canceled x3:timeout x4:crashed d7:crashed r5@2 +3 ",
};

static void counts_add_up(void **state)
{
    qjsp_sched *s = play_new(&story);
    qjsp_sched_stats got;

    (void)state;
    qjsp_sched_get_stats(s, &got);
    CHECK_INT("workers", got.workers, 2);
    CHECK_INT("busy_workers", got.busy_workers, 1);
    CHECK_INT("idle_workers", got.idle_workers, 0);
    CHECK_INT("sessions, without the dead one", got.sessions, 1);
    CHECK_INT("queued_tasks", got.queued_tasks, 1);
    CHECK_INT("submitted_tasks", got.submitted_tasks, 6);
    CHECK_INT("completed_tasks", got.completed_tasks, 1);
    CHECK_INT("failed_tasks", got.failed_tasks, 3);
    CHECK_INT("timed_out_tasks", got.timed_out_tasks, 1);
    CHECK_INT("cancelled_tasks", got.cancelled_tasks, 1);
    CHECK_INT("crashed_tasks", got.crashed_tasks, 1);
    CHECK_INT("worker_restarts", got.worker_restarts, 1);
    CHECK_INT("the longest wait of a task that ran", got.wait.max, 20);
    CHECK_INT("the longest run", got.run.max, 30);
    qjsp_sched_free(s);
}

static void settle_carries_its_times(void **state)
{
    qjsp_sched_options opt;
    qjsp_sched *s;
    qjsp_event submit = { .kind = QJSP_EV_SUBMIT, .task = 1, .queue_us = 7 };
    qjsp_action act;

    (void)state;
    qjsp_sched_options_init(&opt);
    assert_int_equal(qjsp_sched_new(&s, &opt), QJSP_OK);
    assert_int_equal(qjsp_sched_handle(s, &submit, 100), QJSP_OK);
    assert_true(qjsp_sched_next_deadline(s) == 107);
    assert_true(qjsp_sched_next_action(s, &act) && act.kind == QJSP_ACT_SPAWN);
    qjsp_sched_handle_deadline(s, 50); /* time does not go backwards */
    assert_false(qjsp_sched_next_action(s, &act));
    qjsp_sched_handle_deadline(s, 110);
    assert_true(qjsp_sched_next_action(s, &act) && act.kind == QJSP_ACT_SETTLE);
    assert_int_equal(act.wait_us, 10);
    assert_int_equal(act.run_us, 0);
    assert_true(qjsp_sched_next_deadline(s) == UINT64_MAX);
    qjsp_sched_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_add_up),
        cmocka_unit_test(settle_carries_its_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
