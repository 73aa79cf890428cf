/* SPDX-License-Identifier: MIT */
/* Tasks in and how they end: values, limits, order, time, cancelling. */
#include "base/checked.h"
#include "unit/pool/fixture.h"

static const struct {
    const char *source;
    qjsp_status status;
    const char *want;
} runs[] = {
    { "6 * 7", QJSP_OK, "42" },
    { "await new Promise(done => setTimeout(done, 5, 'late'))", QJSP_OK, "\"late\"" },
    { "throw new TypeError('no')", QJSP_ERR_EXCEPTION, "TypeError: no" },
    { "globalThis.leak = 1", QJSP_OK, "1" },
    { "typeof leak", QJSP_OK, "\"undefined\"" },
};

static void runs_to_their_results(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(runs); i++)
        fixture_run(pool, 0, runs[i].source, runs[i].status, runs[i].want);
    qjsp_pool_free(pool);
}

static void passes_every_field(void **state)
{
    static const uint8_t args[] = { 0x82, 0x05, 0x07 };             /* [5, 7] */
    static const uint8_t globals[] = { 0xa1, 0x61, 'k', 0x18, 30 }; /* {k: 30} */
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit submit = fixture_eval("(a, b) => k + a + b");
    qjsp_result *result = NULL;

    (void)state;
    submit.task.kind = QJSP_TASK_CALL;
    submit.task.args = (qjsp_bytes){ args, sizeof args };
    submit.task.globals = (qjsp_bytes){ globals, sizeof globals };
    CHECK_STATUS("call", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    fixture_check("call", result, QJSP_OK, "42");
    submit = fixture_eval("throw new Error('x')");
    submit.task.filename = "mine.js";
    CHECK_STATUS("named", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    CHECK_TRUE("stack", strstr(result->error_stack, "mine.js:1") != NULL);
    fixture_check("named", result, QJSP_ERR_EXCEPTION, "Error: x");
    qjsp_pool_free(pool);
}

static void refuses_bad_submits(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit bad[4];
    uint64_t id = 99;

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++)
        bad[i] = fixture_eval("1");
    bad[0].task.kind = QJSP_TASK_BOOT;
    bad[1].session = 12345;
    bad[2].delivery = (qjsp_delivery)7;
    bad[3].task.source = (qjsp_bytes){ NULL, 3 };
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++)
        CHECK_STATUS("bad", qjsp_pool_submit(pool, &bad[i], &id), QJSP_ERR_INVALID);
    CHECK_INT("id is untouched", id, 99);
    qjsp_pool_free(pool);
}

static void refuses_sources_by_length(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool;

    (void)state;
    opt.isolate.source_limit = 4;
    pool = fixture_pool(&opt);
    fixture_run(pool, 0, "1234", QJSP_OK, "1234");
    fixture_run(pool, 0, "12345", QJSP_ERR_LIMIT,
                "SourceTooLargeError: the source has 5 bytes, the limit is 4");
    qjsp_pool_free(pool);
}

static void bounds_results(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("'x'.repeat(100)");
    qjsp_pool *pool;
    qjsp_result *result = NULL;

    (void)state;
    opt.isolate.result_limit = 50;
    pool = fixture_pool(&opt);
    CHECK_STATUS("run", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    CHECK_STATUS("too large", result->status, QJSP_ERR_LIMIT);
    CHECK_STR("too large", result->error_name, "ResultTooLargeError");
    qjsp_result_free(result);
    fixture_run(pool, 0, "'x'.repeat(9)", QJSP_OK, "\"xxxxxxxxx\"");
    qjsp_pool_free(pool);
}

/* A pool of one worker whose worker is held at the gate by the task `held`. */
typedef struct held_pool {
    gate gate;
    qjsp_pool *pool;
    uint64_t held;
} held_pool;

static void hold(held_pool *h, qjsp_pool_options opt)
{
    const qjsp_pool_function function = { .name = "hold", .call = gate_call, .ud = &h->gate };

    gate_init(&h->gate);
    opt.functions = &function;
    opt.nfunctions = 1;
    h->pool = fixture_pool(&opt);
    h->held = fixture_submit_eval(h->pool, "hold()");
    gate_await(&h->gate, 1);
}

static void release(held_pool *h)
{
    gate_open(&h->gate);
    qjsp_pool_free(h->pool);
    gate_fini(&h->gate);
}

static void queue_has_a_limit(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("1");
    uint64_t id = 0, waiting;
    held_pool h;

    (void)state;
    opt.queue_limit = 1;
    hold(&h, opt);
    waiting = fixture_submit_eval(h.pool, "2");
    CHECK_STATUS("full", qjsp_pool_submit(h.pool, &submit, &id), QJSP_ERR_LIMIT);
    gate_open(&h.gate);
    fixture_expect(h.pool, h.held, QJSP_OK, "\"through\"");
    fixture_expect(h.pool, waiting, QJSP_OK, "2");
    fixture_run(h.pool, 0, "3", QJSP_OK, "3");
    release(&h);
}

static void batch_stops_at_the_first_failure(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submits[4];
    uint64_t ids[4] = { 0 };
    size_t accepted = 99;
    held_pool h;

    (void)state;
    opt.queue_limit = 2;
    hold(&h, opt);
    for (size_t i = 0; i < 4; i++)
        submits[i] = fixture_eval("'in a batch'");
    CHECK_STATUS("full", qjsp_pool_submit_batch(h.pool, submits, 4, ids, &accepted),
                 QJSP_ERR_LIMIT);
    CHECK_INT("full", accepted, 2);
    gate_open(&h.gate);
    fixture_expect(h.pool, ids[0], QJSP_OK, "\"in a batch\"");
    fixture_expect(h.pool, ids[1], QJSP_OK, "\"in a batch\"");
    submits[1].task.kind = QJSP_TASK_BOOT;
    CHECK_STATUS("bad", qjsp_pool_submit_batch(h.pool, submits, 4, ids, &accepted),
                 QJSP_ERR_INVALID);
    CHECK_INT("bad", accepted, 1);
    fixture_expect(h.pool, ids[0], QJSP_OK, "\"in a batch\"");
    CHECK_STATUS("none", qjsp_pool_submit_batch(h.pool, submits, 0, ids, &accepted), QJSP_OK);
    CHECK_INT("none", accepted, 0);
    release(&h);
}

static void priority_goes_first(void **state)
{
    static const int32_t priorities[] = { 0, 5, -3, 5, 9 };
    static const size_t want[] = { 4, 1, 3, 0, 2 };
    uint64_t ids[QJSP_COUNTOF(priorities)];
    qjsp_submit submit = fixture_eval("1");
    collector c;
    held_pool h;

    (void)state;
    collector_init(&c);
    hold(&h, fixture_options(1));
    submit.on_done = collector_done;
    submit.ud = &c;
    for (size_t i = 0; i < QJSP_COUNTOF(priorities); i++) {
        submit.priority = priorities[i];
        ids[i] = fixture_submit(h.pool, &submit);
    }
    gate_open(&h.gate);
    collector_await(&c, QJSP_COUNTOF(priorities));
    for (size_t i = 0; i < QJSP_COUNTOF(want); i++)
        CHECK_INT("order", c.ids[i], ids[want[i]]);
    release(&h);
    collector_fini(&c);
}

static void cancel_ends_a_queued_task(void **state)
{
    uint64_t queued;
    held_pool h;

    (void)state;
    hold(&h, fixture_options(1));
    queued = fixture_submit_eval(h.pool, "1");
    CHECK_TRUE("cancel", qjsp_pool_cancel(h.pool, queued));
    CHECK_TRUE("again", !qjsp_pool_cancel(h.pool, queued));
    fixture_expect(h.pool, queued, QJSP_ERR_CANCELED, "CancelledError: the task was cancelled");
    CHECK_TRUE("taken", !qjsp_pool_cancel(h.pool, queued));
    CHECK_TRUE("unknown", !qjsp_pool_cancel(h.pool, 777));
    release(&h);
}

static void cancel_ends_a_running_task_at_once(void **state)
{
    held_pool h;

    (void)state;
    hold(&h, fixture_options(1));
    CHECK_TRUE("cancel", qjsp_pool_cancel(h.pool, h.held));
    /* settled although its worker is still held */
    fixture_expect(h.pool, h.held, QJSP_ERR_CANCELED, "CancelledError: the task was cancelled");
    gate_open(&h.gate);
    fixture_run(h.pool, 0, "'after'", QJSP_OK, "\"after\"");
    release(&h);
}

static void cancel_stops_an_endless_loop(void **state)
{
    const char *loop = "hold(); for (;;);";
    held_pool h;
    uint64_t id;

    (void)state;
    hold(&h, fixture_options(1));
    gate_open(&h.gate);
    id = fixture_submit_eval(h.pool, loop);
    gate_await(&h.gate, 2);
    CHECK_TRUE("cancel", qjsp_pool_cancel(h.pool, id));
    fixture_run(h.pool, 0, "1", QJSP_OK, "1");
    release(&h);
}

/* The message tells how long it ran. */
static void check_timeout(const char *name, qjsp_result *result)
{
    CHECK_STATUS(name, result->status, QJSP_ERR_TIMEOUT);
    CHECK_STR(name, result->error_name, "TimeoutError");
    qjsp_result_free(result);
}

static void run_time_is_limited(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("for (;;);");
    qjsp_result *result = NULL;
    qjsp_pool *pool;

    (void)state;
    opt.timeout_ms = 30;
    pool = fixture_pool(&opt);
    CHECK_STATUS("pool's", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    CHECK_TRUE("ran", result->run_us >= 28000); /* deadlines are whole milliseconds */
    check_timeout("pool's", result);
    submit = fixture_eval("await new Promise(() => setTimeout(() => {}, 1e6))");
    submit.task.timeout_ms = 20;
    CHECK_STATUS("own", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    check_timeout("own", result);
    qjsp_pool_free(pool);
}

static void queue_time_is_limited(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("1");
    uint64_t by_pool;
    held_pool h;

    (void)state;
    opt.queue_timeout_ms = 25;
    hold(&h, opt);
    by_pool = fixture_submit(h.pool, &submit);
    submit.queue_timeout_ms = 15;
    fixture_expect(h.pool, fixture_submit(h.pool, &submit), QJSP_ERR_TIMEOUT,
                   "TimeoutError: the task waited longer than 15 ms in the queue");
    fixture_expect(h.pool, by_pool, QJSP_ERR_TIMEOUT,
                   "TimeoutError: the task waited longer than 25 ms in the queue");
    gate_open(&h.gate);
    fixture_expect(h.pool, h.held, QJSP_OK, "\"through\"");
    release(&h);
}

static void ids_are_for_those_who_want_them(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit submits[2] = { fixture_eval("1"), fixture_eval("1") };
    qjsp_result *result = NULL;
    size_t accepted = 0;

    (void)state;
    submits[0].delivery = submits[1].delivery = QJSP_DELIVER_QUEUE;
    CHECK_STATUS("one", qjsp_pool_submit(pool, submits, NULL), QJSP_OK);
    CHECK_STATUS("two", qjsp_pool_submit_batch(pool, submits, 2, NULL, &accepted), QJSP_OK);
    qjsp_pool_join(pool);
    for (int i = 0; i < 3; i++) {
        CHECK_TRUE("take", qjsp_pool_take(pool, NULL, &result));
        fixture_check("take", result, QJSP_OK, "1");
    }
    qjsp_pool_free(pool);
}

static void counts_what_happened(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_sched_stats stats;

    (void)state;
    fixture_run(pool, 0, "1", QJSP_OK, "1");
    fixture_run(pool, 0, "throw 1", QJSP_ERR_EXCEPTION, "Error: 1");
    qjsp_pool_get_stats(pool, &stats);
    CHECK_INT("submitted", stats.submitted_tasks, 2);
    CHECK_INT("completed", stats.completed_tasks, 1);
    CHECK_INT("failed", stats.failed_tasks, 1);
    CHECK_INT("workers", stats.workers, 1);
    qjsp_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_to_their_results),
        cmocka_unit_test(passes_every_field),
        cmocka_unit_test(refuses_bad_submits),
        cmocka_unit_test(refuses_sources_by_length),
        cmocka_unit_test(bounds_results),
        cmocka_unit_test(queue_has_a_limit),
        cmocka_unit_test(batch_stops_at_the_first_failure),
        cmocka_unit_test(priority_goes_first),
        cmocka_unit_test(cancel_ends_a_queued_task),
        cmocka_unit_test(cancel_ends_a_running_task_at_once),
        cmocka_unit_test(cancel_stops_an_endless_loop),
        cmocka_unit_test(run_time_is_limited),
        cmocka_unit_test(queue_time_is_limited),
        cmocka_unit_test(ids_are_for_those_who_want_them),
        cmocka_unit_test(counts_what_happened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
