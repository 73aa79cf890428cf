/* SPDX-License-Identifier: MIT */
/*
 * What the pool does about isolates that break. A real one hardly ever does, so this program brings its
 * own: a source is the name of what is to go wrong.
 */
#include <stdlib.h>
#include <time.h>

#include "unit/pool/fixture.h"

/* ---- an isolate that breaks when told ---- */

struct qjsp_isolate {
    qjsp_result result;
    bool is_damaged;
    bool fails_to_end;
    uint8_t serial; /* of isolates in this process; the value of every task */
};

static _Atomic int isolates_made;
static _Atomic int isolates_live;
static _Atomic bool new_fails;
static gate new_gate; /* where all but the first isolate of a test wait, unless it is open */

void qjsp_isolate_options_init(qjsp_isolate_options *opt)
{
    *opt = (qjsp_isolate_options){ .stack_limit = 512 * 1024 };
}

void qjsp_task_init(qjsp_task *task)
{
    *task = (qjsp_task){ 0 };
}

static void wait_at_gate(void)
{
    qjsp_buffer answer;

    qjsp_buffer_init(&answer, NULL, 0);
    CHECK_STATUS("gate", gate_call(&new_gate, (qjsp_bytes){ 0 }, &answer), QJSP_OK);
    qjsp_buffer_fini(&answer);
}

qjsp_status qjsp_isolate_new(qjsp_isolate **out, const qjsp_isolate_options *opt)
{
    qjsp_isolate *iso;

    (void)opt;
    if (isolates_made > 0)
        wait_at_gate();
    if (new_fails)
        return QJSP_ERR_SYSTEM;
    iso = calloc(1, sizeof *iso);
    if (iso == NULL)
        return QJSP_ERR_NOMEM;
    iso->serial = (uint8_t)++isolates_made;
    isolates_live++;
    *out = iso;
    return QJSP_OK;
}

void qjsp_isolate_free(qjsp_isolate *iso)
{
    isolates_live -= iso != NULL;
    free(iso);
}

static bool says(const qjsp_task *task, const char *word)
{
    return task->source.len == strlen(word) && memcmp(task->source.data, word, strlen(word)) == 0;
}

qjsp_status qjsp_isolate_begin(qjsp_isolate *iso, const qjsp_task *task, uint64_t now_ms)
{
    (void)now_ms;
    iso->is_damaged = says(task, "damage");
    iso->fails_to_end = says(task, "fail to end");
    iso->result = (qjsp_result){ .value = { &iso->serial, 1 } };
    return says(task, "fail to begin") ? QJSP_ERR_INVALID : QJSP_OK;
}

void qjsp_isolate_poll(qjsp_isolate *iso, uint64_t now_ms, qjsp_poll *out)
{
    (void)now_ms;
    *out = (qjsp_poll){ .state = QJSP_POLL_DONE, .is_damaged = iso->is_damaged };
}

const qjsp_result *qjsp_isolate_peek_result(const qjsp_isolate *iso)
{
    return &iso->result;
}

qjsp_status qjsp_isolate_end(qjsp_isolate *iso)
{
    return iso->fails_to_end ? QJSP_ERR_CRASHED : QJSP_OK;
}

qjsp_status qjsp_isolate_seal(qjsp_isolate *iso)
{
    (void)iso;
    return QJSP_OK;
}

qjsp_status qjsp_isolate_restore(qjsp_isolate *iso)
{
    (void)iso;
    return QJSP_ERR_CRASHED;
}

void qjsp_isolate_interrupt(qjsp_isolate *iso, qjsp_status reason)
{
    (void)iso;
    (void)reason;
}

bool qjsp_isolate_next_call(qjsp_isolate *iso, qjsp_isolate_call *call)
{
    (void)iso;
    (void)call;
    return false;
}

qjsp_status qjsp_isolate_resolve(qjsp_isolate *iso, uint64_t id, bool is_rejected, qjsp_bytes value)
{
    (void)iso;
    (void)id;
    (void)is_rejected;
    (void)value;
    return QJSP_ERR_INVALID;
}

/* ---- the tests ---- */

static int setup(void **state)
{
    qjsp_pool_options opt;

    isolates_made = 0;
    new_fails = false;
    gate_init(&new_gate);
    new_gate.is_open = true;
    qjsp_pool_options_init(&opt);
    opt.workers = 1;
    opt.grace_ms = 60000;
    *state = fixture_pool(&opt);
    return 0;
}

static int teardown(void **state)
{
    qjsp_pool_free(*state);
    CHECK_INT("isolates are freed", isolates_live, 0);
    gate_fini(&new_gate);
    return 0;
}

static const char crash[] = "WorkerCrashError: the worker of this task died";

static void a_damaged_isolate_is_replaced(void **state)
{
    qjsp_sched_stats stats;

    fixture_run(*state, 0, "fine", QJSP_OK, "1");
    fixture_run(*state, 0, "damage", QJSP_ERR_CRASHED, crash);
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
    fixture_run(*state, 0, "fail to begin", QJSP_ERR_CRASHED, crash);
    fixture_run(*state, 0, "fine", QJSP_OK, "3");
    qjsp_pool_get_stats(*state, &stats);
    CHECK_INT("restarts", stats.worker_restarts, 2);
    CHECK_INT("crashed", stats.crashed_tasks, 2);
}

static void what_breaks_after_a_task_hurts_no_other(void **state)
{
    fixture_run(*state, 0, "fail to end", QJSP_OK, "1");
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
}

static void a_lost_isolate_that_cannot_be_made_again_is_the_tasks_result(void **state)
{
    fixture_run(*state, 0, "fine", QJSP_OK, "1");
    new_fails = true;
    fixture_run(*state, 0, "fail to end", QJSP_OK, "1");
    fixture_run(*state, 0, "fine", QJSP_ERR_SYSTEM,
                "WorkerStartError: no worker could be started: QJSP_ERR_SYSTEM");
    new_fails = false;
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
}

/* Lets worker 1 lose its isolate, and stops it where it makes the next. */
static void begin_renewal(qjsp_pool *pool)
{
    new_gate.is_open = false;
    fixture_run(pool, 0, "fail to end", QJSP_OK, "1");
    gate_await(&new_gate, 1);
}

static void a_renewal_is_no_time_of_the_next_task(void **state)
{
    static const struct timespec longer = { .tv_nsec = 400 * 1000 * 1000 };
    qjsp_submit submit = fixture_eval("fine");
    qjsp_sched_stats stats;
    qjsp_pool_options opt;
    qjsp_pool *pool;
    uint64_t id;

    (void)state;
    qjsp_pool_options_init(&opt);
    opt.workers = 1;
    opt.grace_ms = 1;
    pool = fixture_pool(&opt);
    begin_renewal(pool);
    submit.task.timeout_ms = 200;
    id = fixture_submit(pool, &submit);
    nanosleep(&longer, NULL);
    gate_open(&new_gate);
    fixture_expect(pool, id, QJSP_OK, "2");
    qjsp_pool_get_stats(pool, &stats);
    CHECK_INT("restarts", stats.worker_restarts, 0);
    qjsp_pool_free(pool);
}

static void a_task_is_cancelled_while_its_worker_renews(void **state)
{
    qjsp_sched_stats stats;
    uint64_t id;

    begin_renewal(*state);
    id = fixture_submit_eval(*state, "fine");
    CHECK_TRUE("cancel", qjsp_pool_cancel(*state, id));
    fixture_expect(*state, id, QJSP_ERR_CANCELED, "CancelledError: the task was cancelled");
    gate_open(&new_gate);
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
    qjsp_pool_get_stats(*state, &stats);
    CHECK_INT("restarts", stats.worker_restarts, 0);
}

/* Sooner or later than its worker says that it renews: it is run all the same, and once. */
static void a_task_that_comes_as_the_isolate_is_lost_is_run(void **state)
{
    for (char want[] = "1"; want[0] < '9'; want[0]++)
        fixture_run(*state, 0, "fail to end", QJSP_OK, want);
}

static void a_session_dies_with_its_isolate(void **state)
{
    uint64_t session = 0;

    CHECK_STATUS("open", qjsp_pool_open_session(*state, &session), QJSP_OK);
    fixture_run(*state, session, "fine", QJSP_OK, "1");
    fixture_run(*state, session, "damage", QJSP_ERR_CRASHED, crash);
    CHECK_TRUE("dead", !qjsp_pool_is_session_alive(*state, session));
    fixture_run(*state, session, "fine", QJSP_ERR_CRASHED, crash);
    qjsp_pool_close_session(*state, session);
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
}

static void a_session_whose_task_cannot_be_ended_dies(void **state)
{
    uint64_t session = 0;

    CHECK_STATUS("open", qjsp_pool_open_session(*state, &session), QJSP_OK);
    fixture_run(*state, session, "fail to end", QJSP_OK, "1");
    fixture_run(*state, session, "fine", QJSP_ERR_CRASHED, crash);
    CHECK_TRUE("dead", !qjsp_pool_is_session_alive(*state, session));
    qjsp_pool_close_session(*state, session);
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
}

static void a_session_whose_state_cannot_be_wiped_leaves_none(void **state)
{
    uint64_t session = 0;

    CHECK_STATUS("open", qjsp_pool_open_session(*state, &session), QJSP_OK);
    fixture_run(*state, session, "fine", QJSP_OK, "1");
    qjsp_pool_close_session(*state, session); /* restore fails */
    fixture_run(*state, 0, "fine", QJSP_OK, "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_damaged_isolate_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(what_breaks_after_a_task_hurts_no_other, setup, teardown),
        cmocka_unit_test_setup_teardown(
            a_lost_isolate_that_cannot_be_made_again_is_the_tasks_result, setup, teardown),
        cmocka_unit_test_setup_teardown(a_renewal_is_no_time_of_the_next_task, setup, teardown),
        cmocka_unit_test_setup_teardown(a_task_is_cancelled_while_its_worker_renews, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_task_that_comes_as_the_isolate_is_lost_is_run, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_session_dies_with_its_isolate, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_whose_task_cannot_be_ended_dies, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_whose_state_cannot_be_wiped_leaves_none, setup,
                                        teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
