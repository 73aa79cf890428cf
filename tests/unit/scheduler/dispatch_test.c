/* SPDX-License-Identifier: MIT */
/* Which task runs where, and when workers are started. */
#include "play.h"

static const play_case cases[] = {
    { "nothing runs without a worker", .steps = { SUBMIT(1) }, .want = "+1 " },
    { "oldest task goes first", .steps = { SUBMIT(1), SUBMIT(2), UP(1), DONE(1, 1) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "higher priority goes first, oldest within one",
      .steps = { SUBMIT_PRIO(1, 0), SUBMIT_PRIO(2, 5), SUBMIT_PRIO(3, 5), SUBMIT_PRIO(4, -5), UP(1),
                 DONE(1, 2), DONE(1, 3), DONE(1, 1) },
      .want = "+1 r2@1 x2:ok r3@1 x3:ok r1@1 x1:ok r4@1 " },
    { "the extremes of priority are in order too",
      .steps = { SUBMIT_PRIO(1, INT32_MIN), SUBMIT_PRIO(2, -1), SUBMIT_PRIO(3, INT32_MAX), UP(1),
                 DONE(1, 3), DONE(1, 2) },
      .want = "+1 r3@1 x3:ok r2@1 x2:ok r1@1 " },
    { "an idle worker takes the next at once", .max_workers = 4,
      .steps = { SUBMIT(1), UP(1), DONE(1, 1), SUBMIT(2) }, .want = "+1 r1@1 x1:ok r2@1 " },
    { "as many workers start as tasks wait, up to max_workers", .max_workers = 2,
      .steps = { SUBMIT(1), SUBMIT(2), SUBMIT(3) }, .want = "+1 +2 " },
    { "no more workers start than waiting work needs", .max_workers = 4,
      .steps = { SUBMIT(1), CANCEL(1), SUBMIT(2), UP(1) }, .want = "+1 x1:canceled r2@1 " },
    { "the worker used last is taken first", .max_workers = 2,
      .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), SUBMIT(2), DONE(1, 2), DONE(2, 1),
                 SUBMIT(3) },
      .want = "+1 +2 r1@2 r2@1 x2:ok x1:ok r3@2 " },
    { "prewarm counts what exists, and stops at max_workers", .max_workers = 3,
      .steps = { SUBMIT(1), PREWARM(2), PREWARM(1), PREWARM(99) }, .want = "+1 +2 +3 " },
    { "prewarmed workers serve tasks without another start", .max_workers = 3,
      .steps = { PREWARM(2), SUBMIT(1), SUBMIT(2), UP(2), UP(1) }, .want = "+1 +2 r1@2 r2@1 " },
    { "a task's id may not be 0 or in use",
      .steps = { SUBMIT(0), SUBMIT(1), SUBMIT(1), UP(1), SUBMIT(1) },
      .want = "E:invalid +1 E:invalid r1@1 E:invalid " },
    { "queue_limit counts waiting tasks only", .queue_limit = 2,
      .steps = { SUBMIT(1), SUBMIT(2), SUBMIT(3), UP(1), SUBMIT(4), SUBMIT(5), CANCEL(2),
                 SUBMIT(6) },
      .want = "+1 E:limit r1@1 E:limit x2:canceled " },
    { "queue_limit counts the tasks of sessions too", .max_workers = 2, .queue_limit = 1,
      .steps = { OPEN(1), SUBMIT_IN(1, 1), SUBMIT(2), SUBMIT_IN(1, 3) },
      .want = "+1 E:limit E:limit " },
    { "a worker that comes up twice, or never was, is ignored",
      .steps = { UP(7), SUBMIT(1), UP(1), UP(1), UP(0) }, .want = "+1 r1@1 " },
    { "an answer about another task is ignored",
      .steps = { SUBMIT(1), SUBMIT(2), UP(1), DONE(1, 2), DONE(7, 1), DONE(1, 0), DONE(1, 1),
                 DONE(1, 1) },
      .want = "+1 r1@1 x1:ok r2@1 " },
    { "a kind of event that does not exist is refused",
      .steps = { STEP(.kind = (qjsp_event_kind)99) }, .want = "E:invalid " },
};

static void work_goes_to_workers(void **state)
{
    (void)state;
    play_cases(cases, QJSP_COUNTOF(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_goes_to_workers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
