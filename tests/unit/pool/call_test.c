/* SPDX-License-Identifier: MIT */
/* Host functions: blocking, asynchronous, returned late or never. */
#include "base/checked.h"
#include "unit/pool/fixture.h"

/* Keeps the calls that a guest made, for the test to return. */
typedef struct shelf {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    qjsp_call *calls[8];
    size_t count;
} shelf;

static void shelf_start(void *ud, qjsp_call *call)
{
    shelf *s = ud;

    pthread_mutex_lock(&s->lock);
    s->calls[s->count++] = call;
    pthread_cond_broadcast(&s->cond);
    pthread_mutex_unlock(&s->lock);
}

static void shelf_await(shelf *s, size_t count)
{
    pthread_mutex_lock(&s->lock);
    while (s->count < count)
        pthread_cond_wait(&s->cond, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

static void echo_start(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_return(call, qjsp_call_peek_args(call));
}

static void throw_start(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_throw(call, "RangeError", "out of range");
}

static void empty_start(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_return(call, (qjsp_bytes){ NULL, 0 });
}

static void garbage_start(void *ud, qjsp_call *call)
{
    static const uint8_t garbage[] = { 0xff, 0xff };

    (void)ud;
    qjsp_call_return(call, (qjsp_bytes){ garbage, sizeof garbage });
}

static qjsp_status echo_call(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    qjsp_buffer_append(out, args.data, args.len);
    return QJSP_OK;
}

static qjsp_status fail_call(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    (void)args;
    (void)out;
    return QJSP_ERR_SYSTEM;
}

typedef struct fixture {
    shelf shelf;
    qjsp_pool *pool;
} fixture;

static int setup(void **state)
{
    static fixture f; /* one test at a time */
    const qjsp_pool_function functions[] = {
        { .name = "echo", .call = echo_call },
        { .name = "db.echo", .start = echo_start },
        { .name = "db.fail", .start = throw_start },
        { .name = "fail", .call = fail_call },
        { .name = "empty", .start = empty_start },
        { .name = "garbage", .start = garbage_start },
        { .name = "shelve", .start = shelf_start, .ud = &f.shelf },
    };
    qjsp_pool_options opt = fixture_options(1);

    f.shelf = (shelf){ 0 };
    pthread_mutex_init(&f.shelf.lock, NULL);
    pthread_cond_init(&f.shelf.cond, NULL);
    opt.functions = functions;
    opt.nfunctions = QJSP_COUNTOF(functions);
    f.pool = fixture_pool(&opt);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    qjsp_pool_free(f->pool);
    pthread_cond_destroy(&f->shelf.cond);
    pthread_mutex_destroy(&f->shelf.lock);
    return 0;
}

static const struct {
    const char *source;
    const char *want;
} good[] = {
    { "echo(1, 'two', [3])", "[1,\"two\",[3]]" },
    { "await db.echo({ a: 1 })", "[{\"a\":1}]" },
    { "(await Promise.all([db.echo(1), db.echo(2), db.echo(3)])).flat()", "[1,2,3]" },
    { "db.fail().catch(e => e instanceof Error ? e.name + ' ' + e.message : 'no')",
      "\"RangeError out of range\"" },
    { "try { fail() } catch (e) { e instanceof Error }", "true" },
    { "typeof await empty()", "\"undefined\"" },
    { "garbage().catch(e => e instanceof Error)", "true" },
    { "let n = 0; for (let i = 0; i < 300; i++) n += (await db.echo(i))[0]; n", "44850" },
};

static void both_kinds_answer(void **state)
{
    fixture *f = *state;

    for (size_t i = 0; i < QJSP_COUNTOF(good); i++)
        fixture_run(f->pool, 0, good[i].source, QJSP_OK, good[i].want);
}

static void calls_return_from_other_threads_in_any_order(void **state)
{
    static const uint8_t one[] = { 0x01 }, two[] = { 0x02 };
    fixture *f = *state;
    uint64_t id = fixture_submit_eval(f->pool, "(await Promise.all([shelve('a'), shelve('b')]))");

    shelf_await(&f->shelf, 2);
    CHECK_INT("task", qjsp_call_get_task(f->shelf.calls[0]), id);
    CHECK_BYTES("args", qjsp_call_peek_args(f->shelf.calls[1]).data,
                qjsp_call_peek_args(f->shelf.calls[1]).len,
                "\x81\x61"
                "b",
                3);
    qjsp_call_return(f->shelf.calls[1], (qjsp_bytes){ two, 1 });
    qjsp_call_return(f->shelf.calls[0], (qjsp_bytes){ one, 1 });
    fixture_expect(f->pool, id, QJSP_OK, "[1,2]");
}

static void late_returns_change_nothing(void **state)
{
    static const uint8_t stale[] = { 0x65, 's', 't', 'a', 'l', 'e' };
    static const uint8_t fresh[] = { 0x65, 'f', 'r', 'e', 's', 'h' };
    fixture *f = *state;
    uint64_t id = fixture_submit_eval(f->pool, "shelve(); await db.echo(1); 'gone'");

    fixture_expect(f->pool, id, QJSP_OK, "\"gone\"");
    shelf_await(&f->shelf, 1);
    id = fixture_submit_eval(f->pool, "await shelve()");
    shelf_await(&f->shelf, 2);
    qjsp_call_return(f->shelf.calls[0], (qjsp_bytes){ stale, sizeof stale });
    qjsp_call_return(f->shelf.calls[1], (qjsp_bytes){ fresh, sizeof fresh });
    fixture_expect(f->pool, id, QJSP_OK, "\"fresh\"");
}

static void a_call_may_outlive_task_and_pool(void **state)
{
    fixture *f = *state;
    qjsp_submit submit = fixture_eval("await shelve(1, 2)");
    qjsp_result *result = NULL;

    submit.task.timeout_ms = 20;
    CHECK_STATUS("run", qjsp_pool_run(f->pool, &submit, &result), QJSP_OK);
    CHECK_STATUS("never returned", result->status, QJSP_ERR_TIMEOUT);
    qjsp_result_free(result);
    fixture_submit_eval(f->pool, "await shelve()");
    shelf_await(&f->shelf, 2);
    qjsp_call_throw(f->shelf.calls[0], "Error", "too late");
    qjsp_pool_free(f->pool);
    f->pool = NULL;
    CHECK_INT("args", qjsp_call_peek_args(f->shelf.calls[1]).len, 1);
    qjsp_call_return(f->shelf.calls[1], (qjsp_bytes){ NULL, 0 });
}

static void a_cancelled_wait_ends(void **state)
{
    fixture *f = *state;
    uint64_t id = fixture_submit_eval(f->pool, "await shelve()");

    shelf_await(&f->shelf, 1);
    CHECK_TRUE("cancel", qjsp_pool_cancel(f->pool, id));
    fixture_run(f->pool, 0, "'next'", QJSP_OK, "\"next\"");
    qjsp_call_throw(f->shelf.calls[0], "Error", "too late");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_kinds_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(calls_return_from_other_threads_in_any_order, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(late_returns_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_call_may_outlive_task_and_pool, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cancelled_wait_ends, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
