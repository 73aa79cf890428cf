/* SPDX-License-Identifier: MIT */
/* The life of a pool: options, prewarming, closing, freeing, and memory that runs out. */
#include "base/checked.h"
#include "unit/pool/fixture.h"

static void options_have_defaults(void **state)
{
    qjsp_pool_options opt;

    (void)state;
    memset(&opt, 0xff, sizeof opt);
    qjsp_pool_options_init(&opt);
    CHECK_TRUE("workers", opt.workers >= 1 && opt.workers <= QJSP_SCHED_MAX_WORKERS);
    CHECK_INT("min_workers", opt.min_workers, 0);
    CHECK_INT("prewarm", opt.prewarm, 0);
    CHECK_INT("queue_limit", opt.queue_limit, 65536);
    CHECK_INT("timeout_ms", opt.timeout_ms, 0);
    CHECK_INT("queue_timeout_ms", opt.queue_timeout_ms, 0);
    CHECK_INT("grace_ms", opt.grace_ms, 100);
    CHECK_INT("idle_timeout_ms", opt.idle_timeout_ms, 0);
    CHECK_INT("memory_limit", opt.isolate.memory_limit, 64 << 20);
    CHECK_INT("bootstrap", opt.bootstrap.len, 0);
    CHECK_TRUE("pointers", opt.functions == NULL && opt.on_console == NULL && opt.alloc == NULL);
}

static void refuses_bad_options(void **state)
{
    qjsp_pool_function nameless = { .call = gate_call };
    qjsp_pool_function idle = { .name = "f" };
    qjsp_pool_options bad[7];
    qjsp_pool *pool = NULL;

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++)
        bad[i] = fixture_options(2);
    bad[0].workers = 0;
    bad[1].workers = QJSP_SCHED_MAX_WORKERS + 1;
    bad[2].min_workers = 3;
    bad[3].prewarm = 3;
    bad[4].functions = &nameless;
    bad[4].nfunctions = 1;
    bad[5].functions = &idle;
    bad[5].nfunctions = 1;
    bad[6].bootstrap.len = 5;
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++)
        CHECK_STATUS("bad", qjsp_pool_new(&pool, &bad[i]), QJSP_ERR_INVALID);
    CHECK_TRUE("untouched", pool == NULL);
    qjsp_pool_free(NULL);
}

static uint32_t count_workers(qjsp_pool *pool)
{
    qjsp_sched_stats stats;

    qjsp_pool_get_stats(pool, &stats);
    return stats.workers;
}

static void workers_start_when_told(void **state)
{
    static const struct {
        uint32_t prewarm, want;
    } rows[] = { { 0, 0 }, { 2, 2 }, { 3, 3 } };

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(rows); i++) {
        qjsp_pool_options opt = fixture_options(3);
        qjsp_pool *pool;

        opt.prewarm = rows[i].prewarm;
        pool = fixture_pool(&opt);
        CHECK_INT("workers", count_workers(pool), rows[i].want);
        qjsp_pool_free(pool);
    }
}

static void idle_workers_end(void **state)
{
    qjsp_pool_options opt = fixture_options(3);
    qjsp_pool *pool;

    (void)state;
    opt.prewarm = 3;
    opt.min_workers = 1;
    opt.idle_timeout_ms = 1;
    pool = fixture_pool(&opt);
    while (count_workers(pool) > 1) { /* the test's own time limit watches */
    }
    fixture_run(pool, 0, "1", QJSP_OK, "1");
    qjsp_pool_free(pool);
}

static void close_lets_all_end(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit submit = fixture_eval("await new Promise(done => setTimeout(done, 1)); 1");
    uint64_t ids[20], id = 0;
    collector c;

    (void)state;
    collector_init(&c);
    for (size_t i = 0; i < QJSP_COUNTOF(ids); i++) {
        submit.on_done = i % 2 == 0 ? collector_done : NULL;
        submit.ud = &c;
        ids[i] = fixture_submit(pool, &submit);
    }
    qjsp_pool_close(pool);
    qjsp_pool_close(pool);
    CHECK_STATUS("closed", qjsp_pool_submit(pool, &submit, &id), QJSP_ERR_CLOSED);
    qjsp_pool_join(pool);
    CHECK_INT("callbacks", c.count, 10); /* join waited for them */
    qjsp_pool_join(pool);
    for (size_t i = 1; i < QJSP_COUNTOF(ids); i += 2)
        fixture_expect(pool, ids[i], QJSP_OK, "1");
    qjsp_pool_free(pool);
    collector_fini(&c);
}

static void free_ends_what_is_in_flight(void **state)
{
    static const char *const sources[] = {
        "for (;;);",
        "await new Promise(() => setTimeout(() => {}, 1e7))",
        "1",
        "(async () => { for (;;) await 0; })()",
    };
    qjsp_pool_options opt = fixture_options(3);
    qjsp_pool *pool = fixture_pool(&opt);
    collector c;

    (void)state;
    collector_init(&c);
    for (size_t i = 0; i < 32; i++) {
        qjsp_submit submit = fixture_eval(sources[i % QJSP_COUNTOF(sources)]);

        submit.delivery = i % 3 == 0 ? QJSP_DELIVER_QUEUE : QJSP_DELIVER_WAIT;
        submit.on_done = i % 2 == 0 ? collector_done : NULL;
        submit.ud = &c;
        fixture_submit(pool, &submit);
    }
    qjsp_pool_free(pool);
    CHECK_INT("callbacks", c.count, 16);
    for (size_t i = 0; i < 16; i++)
        CHECK_TRUE("status", c.statuses[i] == QJSP_ERR_CLOSED || c.statuses[i] == QJSP_OK);
    collector_fini(&c);
}

static void free_leaves_stuck_workers_behind(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(2);
    qjsp_submit submit = fixture_eval("hold()");
    qjsp_pool *pool;
    collector c;

    (void)state;
    gate_init(&g);
    collector_init(&c);
    opt.functions = &fn;
    opt.nfunctions = 1;
    opt.grace_ms = 1;
    pool = fixture_pool(&opt);
    submit.on_done = collector_done;
    submit.ud = &c;
    fixture_submit(pool, &submit);
    fixture_submit(pool, &submit);
    gate_await(&g, 2);
    qjsp_pool_free(pool);
    CHECK_INT("callbacks", c.count, 2);
    CHECK_STATUS("status", c.statuses[0], QJSP_ERR_CLOSED);
    CHECK_INT("stuck", g.left, 0);
    gate_open(&g);
    gate_await_left(&g, 2);
    collector_fini(&c);
    gate_fini(&g);
}

/* Makes a pool, and runs a few tasks in every way. Any step may fail, none may leak. */
static qjsp_status body(const qjsp_alloc *alloc)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("1");
    qjsp_pool *pool = NULL;
    qjsp_result *result = NULL;
    uint64_t id, session;
    qjsp_status st;

    opt.alloc = alloc;
    opt.bootstrap = fixture_bytes("globalThis.b = 1");
    st = qjsp_pool_new(&pool, &opt);
    if (st != QJSP_OK)
        return st;
    st = qjsp_pool_run(pool, &submit, &result);
    if (st == QJSP_OK) {
        st = result->status;
        CHECK_STATUS("record", qjsp_value_check(result->value, 0, NULL), QJSP_OK);
        qjsp_result_free(result);
    }
    submit.delivery = QJSP_DELIVER_QUEUE;
    if (st == QJSP_OK)
        st = qjsp_pool_submit(pool, &submit, &id);
    if (st == QJSP_OK)
        st = qjsp_pool_open_session(pool, &session);
    qjsp_pool_free(pool);
    return st;
}

static void nothing_leaks_when_memory_runs_out(void **state)
{
    (void)state;
    for (uint64_t i = 1;; i++) {
        qjsp_alloc alloc;
        qjsp_status st;
        meter m;

        meter_init(&m, i);
        alloc = meter_alloc(&m);
        st = body(&alloc);
        CHECK_INT("live", m.live, 0);
        if (m.calls < i) {
            CHECK_STATUS("enough memory", st, QJSP_OK);
            return;
        }
        /* a worker that cannot be started for it is reported so; a table that cannot grow is
         * no failure */
        CHECK_TRUE("status", st == QJSP_ERR_NOMEM || st == QJSP_ERR_SYSTEM || st == QJSP_OK ||
                                 st == QJSP_ERR_LIMIT || st == QJSP_ERR_EXCEPTION);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_have_defaults),
        cmocka_unit_test(refuses_bad_options),
        cmocka_unit_test(workers_start_when_told),
        cmocka_unit_test(idle_workers_end),
        cmocka_unit_test(close_lets_all_end),
        cmocka_unit_test(free_ends_what_is_in_flight),
        cmocka_unit_test(free_leaves_stuck_workers_behind),
        cmocka_unit_test(nothing_leaks_when_memory_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
