/* SPDX-License-Identifier: MIT */
/* Sessions: opening, running in order on one worker, closing, dying. */
#include "play.h"

static const play_case cases[] = {
    { "a session takes an idle worker at once", .steps = { PREWARM(1), UP(1), OPEN(7) },
      .want = "+1 o7@1 " },
    { "it starts a worker when none is idle", .max_workers = 2,
      .steps = { SUBMIT(1), UP(1), OPEN(7), UP(2) }, .want = "+1 r1@1 +2 o7@2 " },
    { "it waits for a busy worker, and goes before tasks that wait",
      .steps = { SUBMIT(1), UP(1), SUBMIT_PRIO(2, 9), OPEN(7), DONE(1, 1), SUBMIT_IN(7, 3), END(7),
                 DONE(1, 3) },
      .want = "+1 r1@1 x1:ok o7@1 r3@1 x3:canceled !3@1:canceled e7@1 r2@1 " },
    { "openings are served in order", .max_workers = 2, .steps = { OPEN(8), OPEN(7), UP(2), UP(1) },
      .want = "+1 +2 o8@2 o7@1 " },
    { "no more sessions than workers, those that wait included", .max_workers = 2,
      .steps = { OPEN(1), UP(1), OPEN(2), OPEN(3), END(2), OPEN(4), END(1), OPEN(5), OPEN(6) },
      .want = "+1 o1@1 +2 E:limit f2:canceled e1@1 o4@1 E:limit " },
    { "a session that is closing has given its worker back",
      .steps = { OPEN(1), UP(1), SUBMIT_IN(1, 1), END(1), OPEN(2), OPEN(3), DONE(1, 1) },
      .want = "+1 o1@1 r1@1 x1:canceled !1@1:canceled E:limit e1@1 o2@1 " },
    { "a session's id may not be 0 or in use", .max_workers = 4,
      .steps = { OPEN(0), OPEN(7), OPEN(7), UP(1), OPEN(7), DOWN(1), OPEN(7) },
      .want = "E:invalid +1 E:invalid o7@1 E:invalid d7:crashed E:invalid " },
    { "its tasks run one at a time, in order, whatever their priority", .max_workers = 2,
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2),
                 STEP(.kind = QJSP_EV_SUBMIT, .task = 3, .session = 7, .priority = 9), DONE(1, 1),
                 DONE(1, 2) },
      .want = "+1 o7@1 r1@1 x1:ok r2@1 x2:ok r3@1 " },
    { "tasks can be submitted while it is opening",
      .steps = { OPEN(7), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), CANCEL(1), UP(1) },
      .want = "+1 x1:canceled o7@1 r2@1 " },
    { "its worker serves nobody else, idle or not",
      .steps = { OPEN(7), UP(1), SUBMIT(1), SUBMIT_IN(7, 2), DONE(1, 2) },
      .want = "+1 o7@1 r2@1 x2:ok " },
    { "other tasks do not wait behind a session's own", .max_workers = 2,
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), SUBMIT(3), UP(2) },
      .want = "+1 o7@1 r1@1 +2 r3@2 " },
    { "closing one that is idle gives the worker to the next, after END_SESSION",
      .steps = { OPEN(7), UP(1), SUBMIT(1), END(7), END(7) }, .want = "+1 o7@1 e7@1 r1@1 " },
    { "closing cancels what runs and what waits, and the worker must answer first",
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), SUBMIT(3), END(7),
                 SUBMIT_IN(7, 4), DONE(1, 1) },
      .want = "+1 o7@1 r1@1 x1:canceled !1@1:canceled x2:canceled E:invalid e7@1 r3@1 " },
    { "a closed session whose worker does not answer is no session that died",
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), END(7), SUBMIT(2), PASS(10), UP(2) },
      .want = "+1 o7@1 r1@1 x1:canceled !1@1:canceled 1>2 r2@2 " },
    { "nor when that worker dies", .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), END(7), DOWN(1) },
      .want = "+1 o7@1 r1@1 x1:canceled !1@1:canceled " },
    { "closing one that is opening settles its tasks, and it never opens",
      .steps = { OPEN(7), SUBMIT_IN(7, 1), END(7), UP(1), SUBMIT_IN(7, 2) },
      .want = "+1 x1:canceled f7:canceled E:invalid " },
    { "a worker that dies takes its session along",
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1), SUBMIT_IN(7, 2), DOWN(1), SUBMIT_IN(7, 3), END(7),
                 SUBMIT_IN(7, 4) },
      .want = "+1 o7@1 r1@1 x1:crashed x2:crashed d7:crashed x3:crashed E:invalid " },
    { "also when it was idle; the slot serves others",
      .steps = { OPEN(7), UP(1), SUBMIT(1), DOWN(1), UP(2) },
      .want = "+1 o7@1 d7:crashed +2 r1@2 " },
    { "also when it was given up",
      .steps = { OPEN(7), UP(1), SUBMIT_IN_RUN(7, 1, 5), SUBMIT_IN(7, 2), SUBMIT(3), PASS(5),
                 PASS(10), UP(2) },
      .want = "+1 o7@1 r1@1 !1@1:timeout x1:timeout x2:crashed d7:crashed 1>2 r3@2 " },
    { "a task of a dead session needs no room in the queue", .max_workers = 1, .queue_limit = 1,
      .steps = { OPEN(7), UP(1), DOWN(1), SUBMIT(1), SUBMIT_IN(7, 2), SUBMIT(3) },
      .want = "+1 o7@1 d7:crashed +2 x2:crashed E:limit " },
    { "a session goes on after one of its tasks timed out or was cancelled",
      .steps = { OPEN(7), UP(1), SUBMIT_IN_RUN(7, 1, 5), SUBMIT_IN(7, 2), SUBMIT_IN(7, 3), PASS(5),
                 DONE_AS(1, 1, ERR_CANCELED), CANCEL(2), DONE(1, 2) },
      .want = "+1 o7@1 r1@1 !1@1:timeout x1:timeout r2@1 x2:canceled !2@1:canceled r3@1 " },
    { "a session nobody opened has no tasks", .steps = { SUBMIT_IN(7, 1), END(7) },
      .want = "E:invalid " },
};

static void sessions_pin_workers(void **state)
{
    (void)state;
    play_cases(cases, QJSP_COUNTOF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_pin_workers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
