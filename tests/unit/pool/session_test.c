/* SPDX-License-Identifier: MIT */
/* Sessions: state, order, who may have one, and how they end. */
#include "base/checked.h"
#include "unit/pool/fixture.h"

static uint64_t open_session(qjsp_pool *pool)
{
    uint64_t session = 0;

    CHECK_STATUS("open", qjsp_pool_open_session(pool, &session), QJSP_OK);
    CHECK_TRUE("alive", qjsp_pool_is_session_alive(pool, session));
    return session;
}

static void state_lives_as_long_as_the_session(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    uint64_t session = open_session(pool);

    (void)state;
    fixture_run(pool, session, "const n = 1; globalThis.m = 2; n", QJSP_OK, "1");
    fixture_run(pool, session, "const k = n + m; k", QJSP_OK, "3");
    fixture_run(pool, session, "throw new Error('x')", QJSP_ERR_EXCEPTION, "Error: x");
    fixture_run(pool, session, "const n = k; n", QJSP_OK, "3");
    qjsp_pool_close_session(pool, session);
    CHECK_TRUE("closed", !qjsp_pool_is_session_alive(pool, session));
    fixture_run(pool, 0, "typeof m + typeof n", QJSP_OK, "\"undefinedundefined\"");
    qjsp_pool_close_session(pool, session);
    qjsp_pool_close_session(pool, 0);
    session = open_session(pool);
    fixture_run(pool, session, "typeof m", QJSP_OK, "\"undefined\"");
    qjsp_pool_free(pool);
}

static void tasks_keep_their_order(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    qjsp_pool *pool = fixture_pool(&opt);
    uint64_t session = open_session(pool);
    qjsp_submit submit = fixture_eval("globalThis.log = (globalThis.log ?? '') + 'a'");
    uint64_t id = 0;

    (void)state;
    submit.session = session;
    for (int32_t i = 0; i < 20; i++) {
        submit.priority = i; /* does not count within a session */
        submit.task.source = fixture_bytes(
            i % 2 == 0 ? "globalThis.log = (globalThis.log ?? '') + 'a'" : "globalThis.log += 'b'");
        id = fixture_submit(pool, &submit);
    }
    fixture_expect(pool, id, QJSP_OK, "\"abababababababababab\"");
    qjsp_pool_free(pool);
}

static void every_worker_can_be_pinned_and_no_more(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    qjsp_pool *pool = fixture_pool(&opt);
    uint64_t a = open_session(pool), b = open_session(pool), c = 0;

    (void)state;
    CHECK_STATUS("third", qjsp_pool_open_session(pool, &c), QJSP_ERR_LIMIT);
    fixture_run(pool, a, "globalThis.x = 'a'", QJSP_OK, "\"a\"");
    fixture_run(pool, b, "typeof x", QJSP_OK, "\"undefined\"");
    qjsp_pool_close_session(pool, a);
    c = open_session(pool);
    fixture_run(pool, c, "typeof x", QJSP_OK, "\"undefined\"");
    qjsp_pool_close(pool);
    CHECK_STATUS("closed", qjsp_pool_open_session(pool, &a), QJSP_ERR_CLOSED);
    qjsp_pool_free(pool);
}

static void closing_cancels_what_is_left(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("hold(); 1");
    uint64_t session, running, waiting, id = 0;
    qjsp_pool *pool;

    (void)state;
    gate_init(&g);
    opt.functions = &fn;
    opt.nfunctions = 1;
    pool = fixture_pool(&opt);
    session = open_session(pool);
    submit.session = session;
    running = fixture_submit(pool, &submit);
    waiting = fixture_submit(pool, &submit);
    gate_await(&g, 1);
    qjsp_pool_close_session(pool, session);
    fixture_expect(pool, running, QJSP_ERR_CANCELED, "CancelledError: the task was cancelled");
    fixture_expect(pool, waiting, QJSP_ERR_CANCELED, "CancelledError: the task was cancelled");
    CHECK_STATUS("no longer", qjsp_pool_submit(pool, &submit, &id), QJSP_ERR_INVALID);
    gate_open(&g);
    fixture_run(pool, 0, "'free again'", QJSP_OK, "\"free again\"");
    qjsp_pool_free(pool);
    gate_fini(&g);
}

static void a_session_dies_with_its_worker(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("hold()");
    qjsp_result *result = NULL;
    uint64_t session;
    qjsp_pool *pool;

    (void)state;
    gate_init(&g);
    opt.functions = &fn;
    opt.nfunctions = 1;
    opt.grace_ms = 10;
    pool = fixture_pool(&opt);
    session = open_session(pool);
    submit.session = session;
    submit.task.timeout_ms = 10;
    CHECK_STATUS("stuck", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    CHECK_STATUS("stuck", result->status, QJSP_ERR_TIMEOUT);
    qjsp_result_free(result);
    CHECK_TRUE("dead", !qjsp_pool_is_session_alive(pool, session));
    fixture_run(pool, session, "1", QJSP_ERR_CRASHED,
                "WorkerCrashError: the worker of this task died");
    qjsp_pool_close_session(pool, session);
    fixture_run(pool, 0, "1", QJSP_OK, "1");
    gate_open(&g);
    gate_await_left(&g, 1);
    qjsp_pool_free(pool);
    gate_fini(&g);
}

static void opening_fails_with_the_bootstrap(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool;
    uint64_t session = 0;

    (void)state;
    opt.bootstrap = fixture_bytes("throw new Error('no start')");
    pool = fixture_pool(&opt);
    CHECK_STATUS("open", qjsp_pool_open_session(pool, &session), QJSP_ERR_EXCEPTION);
    CHECK_INT("untouched", session, 0);
    qjsp_pool_free(pool);
}

typedef struct opener {
    qjsp_pool *pool;
    qjsp_status status;
    uint64_t session;
} opener;

static void *open_main(void *arg)
{
    opener *o = arg;

    o->status = qjsp_pool_open_session(o->pool, &o->session);
    return NULL;
}

static void opening_waits_for_a_busy_worker(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_sched_stats stats = { 0 };
    pthread_t thread;
    opener o;

    (void)state;
    gate_init(&g);
    opt.functions = &fn;
    opt.nfunctions = 1;
    o = (opener){ .pool = fixture_pool(&opt) };
    fixture_submit_eval(o.pool, "hold()");
    gate_await(&g, 1);
    CHECK_INT("thread", pthread_create(&thread, NULL, open_main, &o), 0);
    while (stats.sessions == 0) /* until it waits */
        qjsp_pool_get_stats(o.pool, &stats);
    gate_open(&g);
    pthread_join(thread, NULL);
    CHECK_STATUS("opened", o.status, QJSP_OK);
    fixture_run(o.pool, o.session, "1", QJSP_OK, "1");
    qjsp_pool_free(o.pool);
    gate_fini(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_lives_as_long_as_the_session),
        cmocka_unit_test(tasks_keep_their_order),
        cmocka_unit_test(every_worker_can_be_pinned_and_no_more),
        cmocka_unit_test(closing_cancels_what_is_left),
        cmocka_unit_test(a_session_dies_with_its_worker),
        cmocka_unit_test(opening_fails_with_the_bootstrap),
        cmocka_unit_test(opening_waits_for_a_busy_worker),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
