/* SPDX-License-Identifier: MIT */
/* Tasks that are lined up on busy workers, and how they come back. hold_us is 20, grace 10. */
#include "play.h"

/* Worker 1 runs task 1 and holds 2, 3 and 4. */
#define HELD SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), SUBMIT(4)
#define HELD_WANT "+1 r1@1 r2@1 r3@1 r4@1 "

static const play_case lines[] = {
    { "nothing is held by default", .steps = { HELD, DONE(1, 1) }, .want = "+1 r1@1 x1:ok r2@1 " },
    { "nobody holds anything before there is a busy worker", .hold_limit = 3,
      .steps = { SUBMIT(1), SUBMIT(2) }, .want = "+1 " },
    { "a busy worker holds up to hold_limit, and is refilled", .hold_limit = 2,
      .steps = { HELD, DONE(1, 1), DONE(1, 2), DONE(1, 3), DONE(1, 4) },
      .want = "+1 r1@1 r2@1 r3@1 x1:ok r4@1 x2:ok x3:ok x4:ok " },
    { "lines grow evenly", .max_workers = 2, .hold_limit = 3,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), SUBMIT(2), SUBMIT(3), SUBMIT(4), SUBMIT(5),
                 DONE(1, 2), SUBMIT(6) },
      .want = "+1 +2 r1@2 r2@1 r3@2 r4@1 r5@2 x2:ok r6@1 " },
    { "an idle worker comes first, and one that starts is no reason to wait", .max_workers = 2,
      .hold_limit = 3, .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), UP(2), RECALLED(1, 3) },
      .want = "+1 r1@1 +2 r2@1 r3@1 <3@1 r3@2 " },
    { "held tasks ask for as many workers as waiting ones", .max_workers = 4, .hold_limit = 3,
      .steps = { HELD }, .want = "+1 r1@1 +2 r2@1 +3 r3@1 +4 r4@1 " },
    { "what was lined up is not overtaken, what waits in the queue is", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), SUBMIT_PRIO(4, 9), DONE(1, 1),
                 DONE(1, 2) },
      .want = "+1 r1@1 r2@1 x1:ok r4@1 x2:ok r3@1 " },
    { "held tasks count as waiting for queue_limit", .hold_limit = 3, .queue_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), SUBMIT(4), DONE(1, 1), SUBMIT(4) },
      .want = "+1 r1@1 r2@1 r3@1 E:limit x1:ok r4@1 " },
    { "only the running one is done", .hold_limit = 3, .steps = { HELD, DONE(1, 2), DONE(1, 1) },
      .want = HELD_WANT "x1:ok " },
    { "a worker of a session holds nothing", .hold_limit = 3,
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), SUBMIT(3) },
      .want = "+1 o7@1 r1@1 " },
    { "the run deadline of a held task counts from its beginning", .hold_limit = 3,
      .steps = { SUBMIT(1), UP(1), SUBMIT_RUN(2, 5), PASS(9), DONE(1, 1), PASS(4), PASS(1) },
      .want = "+1 r1@1 r2@1 x1:ok !2@1:timeout " },
    { "close lets held tasks go on", .hold_limit = 3,
      .steps = { HELD, CLOSE, DONE(1, 1), DONE(1, 2), DONE(1, 3), DONE(1, 4) },
      .want = HELD_WANT "x1:ok x2:ok x3:ok x4:ok -1 D " },
};

static const play_case recalls[] = {
    { "what waits behind a long task comes back, the newest first", .hold_limit = 3,
      .steps = { HELD, PASS(19), PASS(1), RECALLED(1, 4), RECALLED(1, 3), RECALLED(1, 2), SUBMIT(5),
                 DONE(1, 1) },
      .want = HELD_WANT "<4@1 <3@1 <2@1 x1:ok r2@1 r3@1 r4@1 r5@1 " },
    { "events do not call back what is late, so that answers come first", .hold_limit = 3,
      .steps = { HELD, AFTER(30, .kind = QJSP_EV_WORKER_DONE, .worker = 1, .task = 1), PASS(0) },
      .want = HELD_WANT "x1:ok " },
    { "nor does a late worker get more to hold", .hold_limit = 3,
      .steps = { SUBMIT(1), UP(1), AFTER(20, .kind = QJSP_EV_SUBMIT, .task = 2), DONE(1, 1) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "the next task has its own time", .hold_limit = 3,
      .steps = { HELD, PASS(15), DONE(1, 1), PASS(19), PASS(1) },
      .want = HELD_WANT "x1:ok <4@1 <3@1 " },
    { "no answer means that it has begun, and its end comes", .hold_limit = 3,
      .steps = { HELD, PASS(20), RECALLED(1, 4), RECALLED(1, 3), DONE(1, 1), DONE(1, 2) },
      .want = HELD_WANT "<4@1 <3@1 <2@1 x1:ok r3@1 r4@1 x2:ok " },
    { "the answer may come after the end of the one before", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), PASS(20), DONE(1, 1), RECALLED(1, 2),
                 DONE(1, 2) },
      .want = "+1 r1@1 r2@1 <2@1 x1:ok r3@1 r2@1 " },
    { "what came back so late has its queue deadline again", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT_QUEUE(2, 25), PASS(20), DONE(1, 1), PASS(10),
                 RECALLED(1, 2) },
      .want = "+1 r1@1 r2@1 <2@1 x1:ok x2:timeout " },
    { "an answer that nobody asked for is ignored", .hold_limit = 3,
      .steps = { HELD, RECALLED(1, 2), RECALLED(1, 1), RECALLED(9, 2), RECALLED(1, 0) },
      .want = HELD_WANT },
    { "an idle worker gets the newest of the longest line, one at a time", .max_workers = 2,
      .hold_limit = 3,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), SUBMIT(2), SUBMIT(3), SUBMIT(4), SUBMIT(5),
                 SUBMIT(6), DONE(1, 2), DONE(1, 4), DONE(1, 6), RECALLED(2, 5), DONE(1, 5),
                 RECALLED(2, 3) },
      .want = "+1 +2 r1@2 r2@1 r3@2 r4@1 r5@2 r6@1 x2:ok x4:ok x6:ok <5@2 r5@1 x5:ok <3@2 r3@1 " },
    { "while a session waits for a worker, nothing is held", .hold_limit = 3,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), OPEN(7), RECALLED(1, 3), RECALLED(1, 2),
                 DONE(1, 1), END(7) },
      .want = "+1 r1@1 r2@1 r3@1 <3@1 <2@1 x1:ok o7@1 e7@1 r2@1 r3@1 " },
    { "behind an interrupt nothing is held", .hold_limit = 3,
      .steps = { HELD, CANCEL(1), RECALLED(1, 4), RECALLED(1, 3), RECALLED(1, 2),
                 DONE_AS(1, 1, ERR_CANCELED) },
      .want = HELD_WANT "x1:canceled <4@1 <3@1 <2@1 !1@1:canceled r2@1 r3@1 r4@1 " },
    { "while closing, a worker stays for what is called back for it", .max_workers = 2,
      .hold_limit = 3,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), SUBMIT(2), SUBMIT(3), CLOSE, DONE(1, 2),
                 RECALLED(2, 3), DONE(1, 3), DONE(2, 1) },
      .want = "+1 +2 r1@2 r2@1 r3@2 x2:ok <3@2 r3@1 x3:ok -1 x1:ok -2 D " },
};

static const play_case ends[] = {
    { "a held task is cancelled at once, and called back", .hold_limit = 3,
      .steps = { HELD, CANCEL(3), CANCEL(3), RECALLED(1, 3), DONE(1, 1), DONE(1, 2) },
      .want = HELD_WANT "x3:canceled <3@1 x1:ok x2:ok " },
    { "one that was begun all the same is interrupted", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), CANCEL(2), DONE(1, 1), SUBMIT(3), DONE(1, 2) },
      .want = "+1 r1@1 r2@1 x2:canceled <2@1 x1:ok !2@1:canceled r3@1 " },
    { "and its worker given up after the grace time", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), CANCEL(2), DONE(1, 1), PASS(10) },
      .want = "+1 r1@1 r2@1 x2:canceled <2@1 x1:ok !2@1:canceled 1>0 " },
    { "unless it comes back after all", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), CANCEL(2), DONE(1, 1), RECALLED(1, 2), SUBMIT(3) },
      .want = "+1 r1@1 r2@1 x2:canceled <2@1 x1:ok !2@1:canceled r3@1 " },
    { "a held task times out waiting, and says so when it was begun", .hold_limit = 1,
      .steps = { SUBMIT(1), UP(1), SUBMIT_QUEUE(2, 5), PASS(5), DONE(1, 1), DONE(1, 2) },
      .want = "+1 r1@1 r2@1 x2:timeout <2@1 x1:ok !2@1:timeout " },
    { "what a dead worker had not begun waits again, in its old place", .hold_limit = 3,
      .steps = { HELD, SUBMIT_PRIO(5, 1), CANCEL(3), DOWN(1), UP(2), DONE(2, 5) },
      .want = HELD_WANT "x3:canceled <3@1 x1:crashed +2 r5@2 r2@2 r4@2 x5:ok " },
    { "so does what a worker that was given up had not begun", .hold_limit = 3,
      .steps = { SUBMIT_RUN(1, 5), UP(1), SUBMIT(2), SUBMIT(3), PASS(5), PASS(10), UP(2),
                 RECALLED(1, 3) },
      .want = "+1 r1@1 r2@1 r3@1 <3@1 <2@1 !1@1:timeout x1:timeout 1>2 r2@2 r3@2 " },
    { "held tasks do not pay for a worker that cannot start", .max_workers = 2, .hold_limit = 3,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), FAILED(2, ERR_SYSTEM), SUBMIT(3), DONE(1, 1) },
      .want = "+1 r1@1 +2 r2@1 r3@1 x1:ok " },
    { "abort settles what is held", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), ABORT, RECALLED(1, 2), RECALLED(1, 3),
                 DONE(1, 1) },
      .want = "+1 r1@1 r2@1 r3@1 x2:closed <2@1 x3:closed <3@1 x1:closed !1@1:closed -1 D " },
};

static void lines_are_filled(void **state)
{
    (void)state;
    play_cases(lines, QJSP_COUNTOF(lines));
}

static void tasks_come_back(void **state)
{
    (void)state;
    play_cases(recalls, QJSP_COUNTOF(recalls));
}

static void held_tasks_end(void **state)
{
    (void)state;
    play_cases(ends, QJSP_COUNTOF(ends));
}

/* Task 1 runs from 0, 2 is held from 0 and begins at 7, ends at 9. */
static void waiting_ends_where_running_begins(void **state)
{
    static const play_case before = { "before", .hold_limit = 4,
                                      .steps = { SUBMIT(1), UP(1), SUBMIT(2) },
                                      .want = "+1 r1@1 r2@1 " };
    qjsp_sched *s = play_new(&before);
    qjsp_event done = { .kind = QJSP_EV_WORKER_DONE, .worker = 1, .task = 1 };
    qjsp_sched_stats stats;
    qjsp_action act;

    (void)state;
    qjsp_sched_get_stats(s, &stats);
    assert_int_equal(stats.queued_tasks, 1);
    assert_true(qjsp_sched_next_deadline(s) == 20); /* hold_us */
    assert_int_equal(qjsp_sched_handle(s, &done, 7), QJSP_OK);
    assert_true(qjsp_sched_next_action(s, &act) && act.task == 1 && act.run_us == 7);
    assert_true(qjsp_sched_next_deadline(s) == UINT64_MAX);
    done.task = 2;
    assert_int_equal(qjsp_sched_handle(s, &done, 9), QJSP_OK);
    assert_true(qjsp_sched_next_action(s, &act) && act.task == 2);
    assert_int_equal(act.wait_us, 7);
    assert_int_equal(act.run_us, 2);
    qjsp_sched_free(s);
}

/* Tasks in lines, and ghosts, are freed with the scheduler. */
static void a_scheduler_can_be_freed_with_full_lines(void **state)
{
    static const play_case full = { "full", .hold_limit = 4, .steps = { HELD, CANCEL(3) },
                                    .want = HELD_WANT "x3:canceled <3@1 " };

    (void)state;
    qjsp_sched_free(play_new(&full));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_filled),
        cmocka_unit_test(tasks_come_back),
        cmocka_unit_test(held_tasks_end),
        cmocka_unit_test(waiting_ends_where_running_begins),
        cmocka_unit_test(a_scheduler_can_be_freed_with_full_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
