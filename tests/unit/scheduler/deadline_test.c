/* SPDX-License-Identifier: MIT */
/* What is overdue: run, grace, queue and idle deadlines. Grace is 10 in all rows. */
#include "play.h"

static const play_case cases[] = {
    { "a task is interrupted at its run deadline, not before",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(4), PASS(1), PASS(1) },
      .want = "+1 r1@1 !1@1:timeout " },
    { "run time counts from RUN, not from SUBMIT",
      .steps = { SUBMIT_RUN(1, 5), PASS(100), UP(1), PASS(4), PASS(1) },
      .want = "+1 r1@1 !1@1:timeout " },
    { "an interrupted task that echoes the interrupt has timed out",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), DONE_AS(1, 1, ERR_CANCELED), SUBMIT(2) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout r2@1 " },
    { "an interrupted task that was just done keeps its own end",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), DONE(1, 1) },
      .want = "+1 r1@1 !1@1:timeout x1:ok " },
    { "so does one that threw",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), DONE_AS(1, 1, ERR_EXCEPTION) },
      .want = "+1 r1@1 !1@1:timeout x1:exception " },
    { "a worker that says timeout by itself is believed",
      .steps = { SUBMIT(1), UP(1), DONE_AS(1, 1, ERR_TIMEOUT) }, .want = "+1 r1@1 x1:timeout " },
    { "after the grace time the worker is given up, and not replaced for nothing",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), PASS(9), PASS(1), DONE(1, 1) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout 1>0 " },
    { "it is replaced when work waits",
      .steps = { SUBMIT_RUN(1, 5), SUBMIT(2), UP(1), PASS(5), PASS(10), UP(2) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout 1>2 r2@2 " },
    { "it is replaced when there are fewer than min_workers", .min_workers = 1,
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), PASS(10) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout 1>2 " },
    { "it is not replaced when enough others start already", .max_workers = 2,
      .steps = { SUBMIT_RUN(1, 5), UP(1), SUBMIT(2), PASS(5), PASS(10) },
      .want = "+1 r1@1 +2 !1@1:timeout x1:timeout 1>0 " },
    { "it is not replaced while closing, whatever min_workers says", .min_workers = 1,
      .steps = { SUBMIT_RUN(1, 5), UP(1), CLOSE, PASS(5), PASS(10) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout 1>0 D " },
    { "a worker that dies after the interrupt leaves a timeout",
      .steps = { SUBMIT_RUN(1, 5), UP(1), PASS(5), DOWN(1) },
      .want = "+1 r1@1 !1@1:timeout x1:timeout " },
    { "deadlines that passed come before the event",
      .steps = { SUBMIT_RUN(1, 5), UP(1),
                 AFTER(9, .kind = QJSP_EV_WORKER_DONE, .worker = 1, .task = 1) },
      .want = "+1 r1@1 !1@1:timeout x1:ok " },
    { "a task that answers in time is not interrupted later",
      .steps = { SUBMIT_RUN(1, 5), SUBMIT(2), UP(1), DONE(1, 1), PASS(100) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "a waiting task ends at its queue deadline",
      .steps = { SUBMIT_QUEUE(1, 5), SUBMIT_QUEUE(2, 4), PASS(3), PASS(1), PASS(1), UP(1) },
      .want = "+1 x2:timeout x1:timeout " },
    { "a task that runs has no queue deadline any more",
      .steps = { SUBMIT_QUEUE(1, 5), UP(1), PASS(100), DONE(1, 1) }, .want = "+1 r1@1 x1:ok " },
    { "an overdue task is not started by the event that comes too late",
      .steps = { SUBMIT_QUEUE(1, 5), AFTER(5, .kind = QJSP_EV_WORKER_UP, .worker = 1) },
      .want = "+1 x1:timeout " },
    { "a task of a session has a queue deadline too",
      .steps = { OPEN(7), UP(1), SUBMIT_IN(7, 1),
                 STEP(.kind = QJSP_EV_SUBMIT, .task = 2, .session = 7, .queue_us = 5),
                 SUBMIT_IN(7, 3), PASS(5), DONE(1, 1) },
      .want = "+1 o7@1 r1@1 x2:timeout x1:ok r3@1 " },
    { "an idle worker ends after idle_us", .idle_us = 50,
      .steps = { SUBMIT(1), UP(1), DONE(1, 1), PASS(49), PASS(1), SUBMIT(2) },
      .want = "+1 r1@1 x1:ok -1 +2 " },
    { "work in between starts the idle time again", .idle_us = 50,
      .steps = { SUBMIT(1), UP(1), DONE(1, 1), PASS(49), SUBMIT(2), PASS(9), DONE(1, 2), PASS(49),
                 PASS(1) },
      .want = "+1 r1@1 x1:ok r2@1 x2:ok -1 " },
    { "min_workers stay", .max_workers = 3, .min_workers = 1, .idle_us = 50,
      .steps = { PREWARM(3), UP(1), UP(2), UP(3), PASS(50), PASS(500) },
      .want = "+1 +2 +3 -1 -2 " },
    { "a pinned worker never ends for being idle", .idle_us = 50,
      .steps = { OPEN(7), UP(1), PASS(500), END(7), PASS(50) }, .want = "+1 o7@1 e7@1 -1 " },
    { "deadlines past the end of time never come",
      .steps = { PASS(UINT64_MAX - 9), SUBMIT_RUN(1, 50), UP(1), SUBMIT_QUEUE(2, UINT64_MAX),
                 PASS(9), DONE(1, 1) },
      .want = "+1 r1@1 x1:ok r2@1 " },
};

static void overdue_work_ends(void **state)
{
    (void)state;
    play_cases(cases, QJSP_COUNTOF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overdue_work_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
