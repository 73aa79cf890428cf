/* SPDX-License-Identifier: MIT */
/* The checker is worth something only if it sees what is broken. */
#include "scheduler/check.h"

#include "play.h"
#include "scheduler/scheduler.h"

/* Two workers: 1 runs task 1, 2 is pinned by session 7 and idle; tasks 2 to 5 wait. */
static const play_case busy = {
    "a busy pool",
    .max_workers = 2,
    .steps = { SUBMIT(1), UP(1), OPEN(7), UP(2), SUBMIT_QUEUE(2, 100), SUBMIT(3), SUBMIT(4),
               SUBMIT(5) },
    .want = "+1 r1@1 +2 o7@2 ",
};

static qjsp__sched_task *task(qjsp_sched *s, uint64_t id)
{
    return qjsp__sched_task_find(s, id);
}

static void lose_waiting(qjsp_sched *s)
{
    s->nwaiting--;
}

static void lose_pin(qjsp_sched *s)
{
    s->npinned--;
}

static void unpin_one_end(qjsp_sched *s)
{
    qjsp__sched_worker_find(s, 2)->session = NULL;
}

static void unlink_task_from_worker(qjsp_sched *s)
{
    qjsp__sched_worker_find(s, 1)->task = NULL;
}

static void run_twice(qjsp_sched *s)
{
    task(s, 2)->worker = qjsp__sched_worker_find(s, 1);
}

static void leave_queue(qjsp_sched *s)
{
    qjsp__minheap_remove(&s->queue, &task(s, 2)->in_queue);
}

static void mistake_deadline(qjsp_sched *s)
{
    task(s, 2)->queue_end.kind = QJSP__DEADLINE_RUN;
}

static void miss_deadline(qjsp_sched *s)
{
    s->now_us = 100;
}

static void mistake_state(qjsp_sched *s)
{
    qjsp__sched_worker_find(s, 1)->state = QJSP__WORKER_IDLE;
}

static void forget_worker(qjsp_sched *s)
{
    qjsp__map_remove(&s->worker_ids, 1);
}

static void die_pinned(qjsp_sched *s)
{
    qjsp__sched_session_find(s, 7)->state = QJSP__SESSION_DEAD;
}

static void lack_room(qjsp_sched *s)
{
    s->actions.cap = 5;
}

static void lack_worker(qjsp_sched *s)
{
    s->opt.max_workers = 1;
}

static void pass_limit(qjsp_sched *s)
{
    s->opt.queue_limit = 1;
}

static void drain_early(qjsp_sched *s)
{
    s->is_closing = true;
    s->is_drained = true;
}

static void miscount(qjsp_sched *s)
{
    s->counts.completed_tasks++;
}

typedef struct spoiler {
    const char *name;
    void (*spoil)(qjsp_sched *s);
} spoiler;

static const spoiler spoilers[] = {
    { "a waiting task is not counted", lose_waiting },
    { "a pin is not counted", lose_pin },
    { "a pin has one end", unpin_one_end },
    { "a worker does not know its task", unlink_task_from_worker },
    { "a task runs and waits", run_twice },
    { "a waiting task is not queued", leave_queue },
    { "a deadline is of the wrong kind", mistake_deadline },
    { "a deadline was missed", miss_deadline },
    { "a busy worker says it is idle", mistake_state },
    { "a worker cannot be found", forget_worker },
    { "a dead session has a worker", die_pinned },
    { "there is no room for the actions of an abort", lack_room },
    { "there are more workers than allowed", lack_worker },
    { "more tasks wait than allowed", pass_limit },
    { "drained with tasks alive", drain_early },
    { "a task was counted twice", miscount },
};

/* Worker 1 runs task 1, and holds 2, 3 (a ghost) and 4; 5 waits. */
static const play_case held = {
    "lines",
    .hold_limit = 3,
    .steps = { SUBMIT(1), UP(1), SUBMIT(2), SUBMIT(3), CANCEL(3), SUBMIT(4), SUBMIT(5) },
    .want = "+1 r1@1 r2@1 r3@1 x3:canceled <3@1 r4@1 ",
};

static qjsp__sched_line *line(qjsp_sched *s)
{
    return &qjsp__sched_worker_find(s, 1)->line;
}

static void lengthen_line(qjsp_sched *s)
{
    line(s)->count++;
}

static void keep_more(qjsp_sched *s)
{
    line(s)->nkept++;
}

static void lose_held(qjsp_sched *s)
{
    s->holds.nheld--;
}

static void lose_recalled(qjsp_sched *s)
{
    s->holds.nrecalled++;
}

static void hold_elsewhere(qjsp_sched *s)
{
    task(s, 2)->holder = NULL;
}

static void hold_queued(qjsp_sched *s)
{
    task(s, 5)->holder = qjsp__sched_worker_find(s, 1);
}

static void leave_longest(qjsp_sched *s)
{
    qjsp__minheap_remove(&s->holds.many, &line(s)->in_many);
}

static void leave_line_half(qjsp_sched *s)
{
    task(s, 4)->in_line.prev = &line(s)->tasks;
}

static void shorten_lines(qjsp_sched *s)
{
    s->opt.hold_limit = 2;
}

static void raise_limit(qjsp_sched *s)
{
    s->opt.hold_limit = 4;
}

static void leave_ghost_alone(qjsp_sched *s)
{
    QJSP_LIST_ENTRY(line(s)->tasks.next->next, qjsp__sched_task, in_line)->is_recalled = false;
}

static const spoiler held_spoilers[] = {
    { "a line says it is longer", lengthen_line },
    { "a line says it keeps more", keep_more },
    { "a held task is not counted", lose_held },
    { "a recall is counted twice", lose_recalled },
    { "a held task does not know where", hold_elsewhere },
    { "a task is queued and held", hold_queued },
    { "a line cannot be found", leave_longest },
    { "a line is broken", leave_line_half },
    { "a line is longer than allowed", shorten_lines },
    { "a task waits that could be held", raise_limit },
    { "a ghost was not called back", leave_ghost_alone },
};

/* Worker 1 renews and has yet to begin task 2, worker 2 does so and has none. */
static const play_case renewing = {
    "renewals",
    .max_workers = 2,
    .steps = { PREWARM(2), UP(1), UP(2), SUBMIT(1), SUBMIT_RUN(2, 50), RENEWING(1, 0),
               RENEWING(2, 1), DONE(2, 1) },
    .want = "+1 +2 r1@2 r2@1 x1:ok ",
};

static void arm_run(qjsp_sched *s)
{
    qjsp__sched_deadline_arm(s, &qjsp__sched_worker_find(s, 1)->deadline, QJSP__DEADLINE_RUN, 50);
}

static void arm_grace(qjsp_sched *s)
{
    qjsp__sched_deadline_arm(s, &qjsp__sched_worker_find(s, 2)->deadline, QJSP__DEADLINE_GRACE, 9);
}

static void renew_twice(qjsp_sched *s)
{
    qjsp__sched_worker_find(s, 1)->will_renew = true;
}

static void forget_renewal(qjsp_sched *s)
{
    qjsp__sched_worker_find(s, 2)->is_renewing = false;
}

static const spoiler renewal_spoilers[] = {
    { "the time of a task runs that has not begun", arm_run },
    { "a worker must hurry with its renewal", arm_grace },
    { "a worker renews and will renew", renew_twice },
    { "a worker renews and does not", forget_renewal },
};

static void spoil_all(const spoiler *spoil, size_t n, const play_case *before)
{
    for (size_t i = 0; i < n; i++) {
        qjsp_sched *s = play_new(before);

        CHECK_TRUE(spoil[i].name, qjsp__sched_check(s));
        spoil[i].spoil(s);
        CHECK_TRUE(spoil[i].name, !qjsp__sched_check(s));
        qjsp_sched_free(s); /* frees by the maps and lines, which are whole forwards */
    }
}

static void what_is_broken_is_seen(void **state)
{
    (void)state;
    spoil_all(spoilers, QJSP_COUNTOF(spoilers), &busy);
}

static void what_is_broken_in_renewals_is_seen(void **state)
{
    (void)state;
    spoil_all(renewal_spoilers, QJSP_COUNTOF(renewal_spoilers), &renewing);
}

static void what_is_broken_in_lines_is_seen(void **state)
{
    (void)state;
    spoil_all(held_spoilers, QJSP_COUNTOF(held_spoilers), &held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_broken_is_seen),
        cmocka_unit_test(what_is_broken_in_lines_is_seen),
        cmocka_unit_test(what_is_broken_in_renewals_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
