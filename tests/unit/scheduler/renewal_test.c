/* SPDX-License-Identifier: MIT */
/* Workers that make themselves anew: before the answer that is the reason, or too late. */
#include "play.h"

/* Worker 1 has answered task 1 and renews. */
#define RENEWED_AFTER(...) SUBMIT(1), UP(1), RENEWING(1, 1), DONE(1, 1), __VA_ARGS__
#define RENEWED_AFTER_WANT "+1 r1@1 x1:ok "

/* Task 2, whose limit is 5, was given to worker 1 when it began to renew. */
#define TOO_LATE SUBMIT(1), UP(1), SUBMIT_RUN(2, 5), DONE(1, 1), RENEWING(1, 0)
#define TOO_LATE_WANT "+1 r1@1 x1:ok r2@1 "

/* Session 7 on worker 1, the same. */
#define TOO_LATE_IN_SESSION OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), RENEWING(1, 0)
#define TOO_LATE_IN_SESSION_WANT "+1 o7@1 r1@1 "

static const play_case announced[] = {
    { "nothing is given to a worker that renews, before it is up again",
      .steps = { RENEWED_AFTER(SUBMIT(2), PASS(500), UP(1), DONE(1, 2)) },
      .want = RENEWED_AFTER_WANT "r2@1 x2:ok " },
    { "the task that is the reason keeps its own end, and its deadlines",
      .steps = { SUBMIT_RUN(1, 5), UP(1), RENEWING(1, 1), PASS(5), DONE_AS(1, 1, ERR_CANCELED) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout " },
    { "also when its worker dies before the answer",
      .steps = { SUBMIT(1), UP(1), RENEWING(1, 1), DOWN(1) }, .want = "+1 r1@1 x1:crashed " },
    { "the wait of a task goes on while its worker renews",
      .steps = { RENEWED_AFTER(SUBMIT_QUEUE(2, 5), PASS(5), UP(1)) },
      .want = RENEWED_AFTER_WANT "x2:timeout " },
    { "another that is idle comes first", .max_workers = 2,
      .steps = { PREWARM(2), UP(2), UP(1), SUBMIT(1), RENEWING(1, 1), DONE(1, 1), SUBMIT(2) },
      .want = "+1 +2 r1@1 x1:ok r2@2 " },
    { "no worker is started for what one that renews can do", .max_workers = 2,
      .steps = { RENEWED_AFTER(SUBMIT(2), SUBMIT(3), UP(1)) },
      .want = RENEWED_AFTER_WANT "+2 r2@1 " },
    { "one that is idle can renew too",
      .steps = { PREWARM(1), UP(1), RENEWING(1, 0), SUBMIT(1), UP(1) }, .want = "+1 r1@1 " },
    { "it is not idle then", .idle_us = 50,
      .steps = { PREWARM(1), UP(1), RENEWING(1, 0), PASS(500), UP(1), PASS(49), PASS(1) },
      .want = "+1 -1 " },
    { "renewing twice is renewing once",
      .steps = { SUBMIT(1), UP(1), RENEWING(1, 1), RENEWING(1, 1), RENEWING(1, 0), DONE(1, 1),
                 RENEWING(1, 0), UP(1), SUBMIT(2) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "one that starts will be up anyway", .steps = { SUBMIT(1), RENEWING(1, 0), UP(1) },
      .want = "+1 r1@1 " },
    { "one that is gone is not heard",
      .steps = { RENEWING(1, 0), SUBMIT(1), RENEWING(9, 0), UP(1) }, .want = "+1 r1@1 " },
    { "up without an answer takes the announcement back",
      .steps = { SUBMIT(1), UP(1), RENEWING(1, 1), UP(1), DONE(1, 1), SUBMIT(2) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "one that dies while it renews is replaced for what waits, which pays nothing",
      .steps = { RENEWED_AFTER(SUBMIT(2), DOWN(1), UP(2)) },
      .want = RENEWED_AFTER_WANT "+2 r2@2 " },
    { "so is one that fails",
      .steps = { RENEWED_AFTER(SUBMIT(2), FAILED(1, ERR_EXCEPTION), UP(2)) },
      .want = RENEWED_AFTER_WANT "+2 r2@2 " },
    { "a renewal ends the hold after a failed start", .max_workers = 3,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), RENEWING(1, 1), FAILED(2, ERR_SYSTEM), DONE(1, 1),
                 SUBMIT(3), SUBMIT(4), UP(1) },
      .want = "+1 r1@1 +2 x2:system x1:ok +3 r3@1 " },
};

static const play_case held[] = {
    { "what it holds is called back, and its line does not grow", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), RENEWING(1, 1), RECALLED(1, 3),
                 RECALLED(1, 2), DONE(1, 1), SUBMIT(4), UP(1) },
      .want = "+1 r1@1 r2@1 r3@1 <3@1 <2@1 x1:ok r2@1 r3@1 r4@1 " },
    { "the answer may come after the end of the one before", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), RENEWING(1, 1), DONE(1, 1), RECALLED(1, 3),
                 RECALLED(1, 2), UP(1) },
      .want = "+1 r1@1 r2@1 r3@1 <3@1 <2@1 x1:ok r2@1 r3@1 " },
    { "or never, when it was begun after all", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), RENEWING(1, 1), DONE(1, 1), UP(1), DONE(1, 2) },
      .want = "+1 r1@1 r2@1 <2@1 x1:ok x2:ok " },
    { "another worker gets it", .max_workers = 2, .hold_limit = 2,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), SUBMIT(2), SUBMIT(3), RENEWING(2, 1),
                 RECALLED(2, 3), DONE(2, 1), DONE(1, 2) },
      .want = "+1 +2 r1@2 r2@1 r3@2 <3@2 r3@1 x1:ok x2:ok " },
    { "a ghost is interrupted when it is up", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), CANCEL(2), RENEWING(1, 1), DONE(1, 1), PASS(500),
                 UP(1), PASS(9), PASS(1) },
      .want = "+1 r1@1 r2@1 x2:canceled <2@1 x1:ok !2@1:canceled 1>0 " },
    { "what seems to run was taken back in time", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), PASS(20), DONE(1, 1), RENEWING(1, 0), RECALLED(1, 2),
                 PASS(500), UP(1) },
      .want = "+1 r1@1 r2@1 <2@1 x1:ok r2@1 " },
    { "what a lost one held waits again", .hold_limit = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), RENEWING(1, 1), DONE(1, 1), DOWN(1),
                 UP(2) },
      .want = "+1 r1@1 r2@1 r3@1 <3@1 <2@1 x1:ok +2 r2@2 r3@2 " },
};

static const play_case late[] = {
    { "the time of a task begins when its worker is up again",
      .steps = { TOO_LATE, PASS(500), UP(1), PASS(4), PASS(1), DONE_AS(1, 2, ERR_CANCELED) },
      .want = TOO_LATE_WANT "!2@1:timeout x2:timeout " },
    { "and goes on as ever after that",
      .steps = { TOO_LATE, PASS(500), UP(1), PASS(4), DONE(1, 2), PASS(500) },
      .want = TOO_LATE_WANT "x2:ok " },
    { "what was not begun waits again when the worker is lost, in its old place",
      .steps = { TOO_LATE, SUBMIT(3), DOWN(1), UP(2) }, .want = TOO_LATE_WANT "+2 r2@2 " },
    { "or when it fails", .steps = { TOO_LATE, SUBMIT(3), FAILED(1, ERR_EXCEPTION), UP(2) },
      .want = TOO_LATE_WANT "+2 r2@2 " },
    { "unless it has waited for too long",
      .steps = { SUBMIT(1), UP(1), SUBMIT_QUEUE(2, 5), DONE(1, 1), RENEWING(1, 0), PASS(5),
                 DOWN(1) },
      .want = "+1 r1@1 x1:ok r2@1 x2:timeout " },
    { "it is cancelled at once, and stopped when it begins",
      .steps = { TOO_LATE, CANCEL(2), PASS(500), UP(1), PASS(9), DONE_AS(1, 2, ERR_CANCELED) },
      .want = TOO_LATE_WANT "x2:canceled !2@1:canceled " },
    { "and the grace time begins there",
      .steps = { TOO_LATE, CANCEL(2), PASS(500), UP(1), PASS(9), PASS(1) },
      .want = TOO_LATE_WANT "x2:canceled !2@1:canceled 1>0 " },
    { "what was interrupted before is not saved",
      .steps = { SUBMIT(1), UP(1), SUBMIT_RUN(2, 5), DONE(1, 1), PASS(5), RENEWING(1, 0), PASS(500),
                 UP(1), PASS(9), DONE_AS(1, 2, ERR_CANCELED) },
      .want = TOO_LATE_WANT "!2@1:timeout x2:timeout " },
    { "an answer out of turn is an answer", .steps = { TOO_LATE, DONE(1, 2), SUBMIT(3), UP(1) },
      .want = TOO_LATE_WANT "x2:ok r3@1 " },
    { "the task of a session begins with up too",
      .steps = { TOO_LATE_IN_SESSION, PASS(500), UP(1), DONE(1, 1) },
      .want = TOO_LATE_IN_SESSION_WANT "x1:ok r2@1 " },
    { "but cannot wait for another worker", .steps = { TOO_LATE_IN_SESSION, DOWN(1) },
      .want = TOO_LATE_IN_SESSION_WANT "x1:crashed x2:crashed d7:crashed " },
    { "a session can be closed meanwhile",
      .steps = { TOO_LATE_IN_SESSION, END(7), SUBMIT(3), UP(1), DONE(1, 1) },
      .want = TOO_LATE_IN_SESSION_WANT "x1:canceled !1@1:canceled x2:canceled e7@1 r3@1 " },
};

static const play_case ends[] = {
    { "a session waits for a worker that renews", .steps = { RENEWED_AFTER(OPEN(7), UP(1)) },
      .want = RENEWED_AFTER_WANT "o7@1 " },
    { "one that renews for its session is no help to others", .max_workers = 2,
      .steps = { OPEN(7), UP(1), RENEWING(1, 0), SUBMIT(1), SUBMIT_IN(7, 2), UP(1), UP(2) },
      .want = "+1 o7@1 +2 r2@1 r1@2 " },
    { "one whose session was closed meanwhile is", .max_workers = 2,
      .steps = { OPEN(7), UP(1), RENEWING(1, 0), END(7), SUBMIT(1), UP(1) },
      .want = "+1 o7@1 e7@1 r1@1 " },
    { "close waits for it", .steps = { RENEWED_AFTER(CLOSE, PASS(500), UP(1)) },
      .want = RENEWED_AFTER_WANT "-1 D " },
    { "or for its end", .steps = { RENEWED_AFTER(CLOSE, DOWN(1)) },
      .want = RENEWED_AFTER_WANT "D " },
    { "and lets it have what waits",
      .steps = { RENEWED_AFTER(SUBMIT(2), CLOSE, UP(1), DONE(1, 2)) },
      .want = RENEWED_AFTER_WANT "r2@1 x2:ok -1 D " },
    { "abort gives it the grace time", .steps = { RENEWED_AFTER(ABORT, PASS(9), UP(1)) },
      .want = RENEWED_AFTER_WANT "-1 D " },
    { "and no more", .steps = { RENEWED_AFTER(ABORT, PASS(10)) },
      .want = RENEWED_AFTER_WANT "1>0 D " },
    { "also with a task that it has not begun", .steps = { TOO_LATE, ABORT, PASS(10) },
      .want = TOO_LATE_WANT "x2:closed !2@1:closed 1>0 D " },
    { "or with one that was cancelled",
      .steps = { TOO_LATE, CANCEL(2), PASS(500), ABORT, PASS(10) },
      .want = TOO_LATE_WANT "x2:canceled !2@1:canceled 1>0 D " },
    { "after an abort nobody waits for a renewal",
      .steps = { SUBMIT(1), UP(1), ABORT, RENEWING(1, 1), DONE(1, 1) },
      .want = "+1 r1@1 x1:closed !1@1:closed -1 D " },
    { "nor any longer than for an answer",
      .steps = { SUBMIT(1), UP(1), ABORT, PASS(5), RENEWING(1, 0), PASS(5) },
      .want = "+1 r1@1 x1:closed !1@1:closed 1>0 D " },
};

static void workers_renew_after_their_answer(void **state)
{
    (void)state;
    play_cases(announced, QJSP_COUNTOF(announced));
}

static void lines_are_emptied(void **state)
{
    (void)state;
    play_cases(held, QJSP_COUNTOF(held));
}

static void tasks_begin_when_the_worker_is_up(void **state)
{
    (void)state;
    play_cases(late, QJSP_COUNTOF(late));
}

static void sessions_and_pools_end(void **state)
{
    (void)state;
    play_cases(ends, QJSP_COUNTOF(ends));
}

/* Task 2 is submitted at 0, given to the worker at 7, and begins at 100. */
static void a_renewal_is_waiting_and_not_running(void **state)
{
    static const play_case before = {
        "before",
        .steps = { SUBMIT(1), UP(1), SUBMIT(2),
                   AFTER(7, .kind = QJSP_EV_WORKER_DONE, .worker = 1, .task = 1), RENEWING(1, 0),
                   AFTER(93, .kind = QJSP_EV_WORKER_UP, .worker = 1) },
        .want = "+1 r1@1 x1:ok r2@1 ",
    };
    qjsp_sched *s = play_new(&before);
    qjsp_event done = { .kind = QJSP_EV_WORKER_DONE, .worker = 1, .task = 2 };
    qjsp_sched_stats stats;
    qjsp_action act;

    (void)state;
    assert_int_equal(qjsp_sched_handle(s, &done, 103), QJSP_OK);
    assert_true(qjsp_sched_next_action(s, &act) && act.task == 2);
    assert_int_equal(act.wait_us, 100);
    assert_int_equal(act.run_us, 3);
    qjsp_sched_get_stats(s, &stats);
    assert_int_equal(stats.idle_workers, 1);
    qjsp_sched_free(s);
}

static void a_worker_that_renews_is_busy(void **state)
{
    static const play_case before = { "before", .steps = { RENEWED_AFTER(SUBMIT(2)) },
                                      .want = RENEWED_AFTER_WANT };
    qjsp_sched *s = play_new(&before);
    qjsp_sched_stats stats;

    (void)state;
    qjsp_sched_get_stats(s, &stats);
    assert_int_equal(stats.workers, 1);
    assert_int_equal(stats.busy_workers, 1);
    assert_int_equal(stats.idle_workers, 0);
    assert_int_equal(stats.queued_tasks, 1);
    qjsp_sched_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_renew_after_their_answer),
        cmocka_unit_test(lines_are_emptied),
        cmocka_unit_test(tasks_begin_when_the_worker_is_up),
        cmocka_unit_test(sessions_and_pools_end),
        cmocka_unit_test(a_renewal_is_waiting_and_not_running),
        cmocka_unit_test(a_worker_that_renews_is_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
