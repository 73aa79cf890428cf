/* SPDX-License-Identifier: MIT */
/* Workers that do not start, die, or are given up. */
#include "play.h"

static const play_case cases[] = {
    { "each failed start costs the next task, and one that waits is tried again",
      .steps = { SUBMIT(1), SUBMIT_PRIO(2, 5), SUBMIT(3), FAILED(1, ERR_EXCEPTION),
                 FAILED(2, ERR_SYSTEM), FAILED(3, ERR_NOMEM) },
      .want = "+1 x2:exception +2 x1:system +3 x3:nomem " },
    { "a task that never ran cannot have ended well", .steps = { SUBMIT(1), FAILED(1, OK) },
      .want = "+1 x1:crashed " },
    { "a session opening is failed when no task waits",
      .steps = { OPEN(7), SUBMIT_IN(7, 1), FAILED(1, ERR_SYSTEM), SUBMIT_IN(7, 2) },
      .want = "+1 x1:system f7:system E:invalid " },
    { "tasks pay before sessions do",
      .steps = { OPEN(7), SUBMIT(1), FAILED(1, ERR_SYSTEM), FAILED(2, ERR_SYSTEM) },
      .want = "+1 x1:system +2 f7:system " },
    { "nothing is started again for nothing",
      .steps = { PREWARM(1), FAILED(1, ERR_SYSTEM), SUBMIT(1), CANCEL(1), FAILED(2, ERR_SYSTEM) },
      .want = "+1 +2 x1:canceled " },
    { "no start is tried again while a working worker gets to what waits", .max_workers = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), FAILED(2, ERR_SYSTEM), SUBMIT(4),
                 DONE(1, 1), DONE(1, 3) },
      .want = "+1 r1@1 +2 x2:system x1:ok r3@1 x3:ok r4@1 " },
    { "the hold ends when that worker dies", .max_workers = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), FAILED(2, ERR_SYSTEM), DOWN(1), UP(3) },
      .want = "+1 r1@1 +2 x2:system x1:crashed +3 r3@3 " },
    { "the hold ends when nothing waits", .max_workers = 2,
      .steps = { SUBMIT(1), UP(1), SUBMIT(2), FAILED(2, ERR_SYSTEM), SUBMIT(3) },
      .want = "+1 r1@1 +2 x2:system +3 " },
    { "the hold ends when a worker comes up", .max_workers = 3,
      .steps = { PREWARM(2), SUBMIT(1), SUBMIT(2), SUBMIT(3), SUBMIT(4), SUBMIT(5),
                 FAILED(1, ERR_SYSTEM), UP(2) },
      .want = "+1 +2 +3 x1:system r2@2 +4 " },
    { "pinned workers are no help: a start is tried again", .max_workers = 2,
      .steps = { OPEN(7), UP(1), SUBMIT(1), SUBMIT(2), FAILED(2, ERR_SYSTEM), UP(3) },
      .want = "+1 o7@1 +2 x1:system +3 r2@3 " },
    { "only one that starts can fail to start",
      .steps = { SUBMIT(1), UP(1), FAILED(1, ERR_SYSTEM), FAILED(7, ERR_SYSTEM), DONE(1, 1),
                 FAILED(1, ERR_SYSTEM), SUBMIT(2) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "one that dies while it starts has failed to start",
      .steps = { SUBMIT(1), SUBMIT(2), DOWN(1) }, .want = "+1 x1:crashed +2 " },
    { "one that dies takes its task along, and work that waits gets a new one",
      .steps = { SUBMIT(1), SUBMIT(2), UP(1), DOWN(1), DOWN(1), UP(2) },
      .want = "+1 r1@1 x1:crashed +2 r2@2 " },
    { "one that dies idle is not missed", .min_workers = 1,
      .steps = { PREWARM(1), UP(1), DOWN(1), SUBMIT(1) }, .want = "+1 +2 " },
    { "a replacement that fails to start is a failed start",
      .steps = { SUBMIT_RUN(1, 5), UP(1), SUBMIT(2), PASS(5), PASS(10), FAILED(2, ERR_SYSTEM) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout 1>2 x2:system " },
    { "a worker that was given up is not heard any more",
      .steps = { SUBMIT_RUN(1, 5), SUBMIT(2), UP(1), PASS(5), PASS(10), UP(1), DOWN(1), DONE(1, 1),
                 UP(2) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout 1>2 r2@2 " },
    { "a cancelled task's worker takes nothing before it answers",
      .steps = { SUBMIT(1), UP(1), CANCEL(1), SUBMIT(2), DONE(1, 1) },
      .want = "+1 r1@1 x1:canceled !1@1:canceled r2@1 " },
    { "and is given up when it does not",
      .steps = { SUBMIT(1), UP(1), CANCEL(1), SUBMIT(2), PASS(10), UP(2) },
      .want = "+1 r1@1 x1:canceled !1@1:canceled 1>2 r2@2 " },
};

static void workers_come_and_go(void **state)
{
    (void)state;
    play_cases(cases, QJSP_COUNTOF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
