/* SPDX-License-Identifier: MIT */
/* The checker is worth something only if it sees what is broken. */
#include "scheduler/check.h"

#include "play.h"
#include "scheduler/scheduler.h"

/* Two workers: 1 runs task 1, 2 is pinned by session 7 and idle; tasks 2 and 3 wait. */
static const play_step steps[] = {
    SUBMIT(1), UP(1), OPEN(7), UP(2), SUBMIT_QUEUE(2, 100), SUBMIT(3),
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

static const struct {
    const char *name;
    void (*spoil)(qjsp_sched *s);
} spoilers[] = {
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

static qjsp_sched *sched_make(void)
{
    qjsp_sched_options opt;
    qjsp_sched *s;
    uint64_t now_us = 0;
    char text[512] = "";

    qjsp_sched_options_init(&opt);
    opt.max_workers = 2;
    assert_int_equal(qjsp_sched_new(&s, &opt), QJSP_OK);
    for (size_t i = 0; i < QJSP_COUNTOF(steps); i++)
        play_step_do(s, &steps[i], &now_us, text, sizeof text);
    assert_string_equal(text, "+1 r1@1 +2 o7@2 ");
    return s;
}

static void what_is_broken_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(spoilers); i++) {
        qjsp_sched *s = sched_make();

        CHECK_TRUE(spoilers[i].name, qjsp__sched_check(s));
        spoilers[i].spoil(s);
        CHECK_TRUE(spoilers[i].name, !qjsp__sched_check(s));
        qjsp_sched_free(s); /* frees by the maps, which are whole */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_broken_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
