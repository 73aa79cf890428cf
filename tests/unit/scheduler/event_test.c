/* SPDX-License-Identifier: MIT */
/* CANCEL, CLOSE and ABORT, and what comes too late or twice. */
#include "play.h"

static const play_case cases[] = {
    { "a cancelled task never runs", .steps = { SUBMIT(1), CANCEL(1), CANCEL(1), UP(1) },
      .want = "+1 x1:canceled " },
    { "a task nobody knows is not cancelled",
      .steps = { CANCEL(0), CANCEL(7), SUBMIT(1), UP(1), DONE(1, 1), CANCEL(1) },
      .want = "+1 r1@1 x1:ok " },
    { "a running task is settled at once when cancelled, and only once",
      .steps = { SUBMIT(1), UP(1), CANCEL(1), CANCEL(1), DONE(1, 1) },
      .want = "+1 r1@1 x1:canceled !1@1:canceled " },
    { "one that was interrupted already is not interrupted again",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), CANCEL(1), PASS(10) },
      .want = "+1 r1@1 !1@1:timeout x1:canceled 1>0 " },
    { "cancelling from the middle leaves the order of the others",
      .steps = { SUBMIT(1), SUBMIT(2), SUBMIT(3), SUBMIT(4), CANCEL(2), CANCEL(1), UP(1),
                 DONE(1, 3) },
      .want = "+1 x2:canceled x1:canceled r3@1 x3:ok r4@1 " },

    { "close of nothing is drained at once, once", .steps = { CLOSE, CLOSE, ABORT, PASS(100) },
      .want = "D " },
    { "nothing new is taken after close",
      .steps = { CLOSE, SUBMIT(1), OPEN(7), PREWARM(1), SUBMIT_IN(7, 1) },
      .want = "D E:closed E:closed E:closed E:closed " },
    { "close lets what waits and runs go on, and then stops the worker",
      .steps = { SUBMIT(1), SUBMIT(2), UP(1), CLOSE, DONE(1, 1), DONE(1, 2) },
      .want = "+1 r1@1 x1:ok r2@1 x2:ok -1 D " },
    { "an idle worker is stopped at once when nothing waits for it", .max_workers = 2,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), CLOSE, DONE(2, 1) },
      .want = "+1 +2 r1@2 -1 x1:ok -2 D " },
    { "workers are still started for what waits",
      .steps = { SUBMIT(1), SUBMIT(2), CLOSE, UP(1), DOWN(1), UP(2), DONE(2, 2) },
      .want = "+1 r1@1 x1:crashed +2 r2@2 x2:ok -2 D " },
    { "one that starts for nothing is stopped when it is up",
      .steps = { SUBMIT(1), CANCEL(1), CLOSE, UP(1) }, .want = "+1 x1:canceled -1 D " },
    { "or is gone when it failed to start", .steps = { SUBMIT(1), CLOSE, FAILED(1, ERR_SYSTEM) },
      .want = "+1 x1:system D " },
    { "close ends a session after its last task",
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), CLOSE, DONE(1, 1), DONE(1, 2),
                 END(7) },
      .want = "+1 o7@1 r1@1 x1:ok r2@1 x2:ok d7:closed e7@1 -1 D " },
    { "an idle session at once, and its worker serves what waits",
      .steps = { OPEN(7), UP(1), SUBMIT(1), CLOSE, DONE(1, 1) },
      .want = "+1 o7@1 d7:closed e7@1 r1@1 x1:ok -1 D " },
    { "a session that is opening goes on as well",
      .steps = { OPEN(7), SUBMIT_IN(7, 1), CLOSE, UP(1), DONE(1, 1) },
      .want = "+1 o7@1 r1@1 x1:ok d7:closed e7@1 -1 D " },
    { "openings without tasks pass through one worker in one call", .max_workers = 3,
      .steps = { SUBMIT(1), UP(1), SUBMIT(9), SUBMIT(2), OPEN(5), OPEN(6), CLOSE,
                 FAILED(2, ERR_SYSTEM), FAILED(3, ERR_SYSTEM), DONE(1, 1) },
      .want =
          "+1 r1@1 +2 +3 x9:system x2:system x1:ok o5@1 d5:closed e5@1 o6@1 d6:closed e6@1 -1 D " },

    { "abort settles all, stops what is idle, interrupts what runs", .max_workers = 2,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), OPEN(7), SUBMIT(3), ABORT, DONE(2, 1) },
      .want = "+1 +2 r1@2 o7@1 x3:closed d7:closed e7@1 x1:closed !1@2:closed -1 -2 D " },
    { "abort ends the grace time with a worker given up, and none new", .min_workers = 1,
      .steps = { SUBMIT(1), SUBMIT(2), UP(1), ABORT, PASS(9), PASS(1) },
      .want = "+1 r1@1 x2:closed x1:closed !1@1:closed 1>0 D " },
    { "abort of a session that runs and one that opens", .max_workers = 2,
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), OPEN(8), SUBMIT_IN(8, 3), ABORT,
                 END(7), DONE(1, 1), UP(2) },
      .want =
          "+1 o7@1 r1@1 +2 x3:closed f8:closed x1:closed !1@1:closed x2:closed d7:closed e7@1 -1 "
          "-2 D " },
    { "a worker that starts does not hold up an abort for longer than the grace time",
      .steps = { SUBMIT(1), ABORT, PASS(10), UP(1) }, .want = "+1 x1:closed 1>0 D " },
    { "one that fails to start then is gone", .steps = { SUBMIT(1), ABORT, FAILED(1, ERR_SYSTEM) },
      .want = "+1 x1:closed D " },
    { "abort after close, after an interrupt",
      .steps = { SUBMIT_RUN(1, 5), SUBMIT(2), UP(1), CLOSE, PASS(5), ABORT, ABORT, PASS(10) },
      .want = "+1 r1@1 !1@1:timeout x2:closed x1:closed 1>0 D " },
    { "a closed session's worker that is still busy ends with the abort",
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), END(7), ABORT, DONE(1, 1) },
      .want = "+1 o7@1 r1@1 x1:canceled !1@1:canceled e7@1 -1 D " },
};

static void events_have_their_ends(void **state)
{
    (void)state;
    play_cases(cases, QJSP_COUNTOF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_have_their_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
