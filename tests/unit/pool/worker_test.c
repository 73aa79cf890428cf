/* SPDX-License-Identifier: MIT */
/* Workers: how they start, what they say, and what becomes of stuck ones. */
#include "base/checked.h"
#include "unit/pool/fixture.h"

static void bootstrap_makes_the_clean_state(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    qjsp_pool *pool;

    (void)state;
    opt.bootstrap = fixture_bytes("globalThis.counter = { n: await Promise.resolve(40) };");
    pool = fixture_pool(&opt);
    for (int i = 0; i < 4; i++)
        fixture_run(pool, 0, "counter.n += 2", QJSP_OK, "42");
    qjsp_pool_free(pool);
}

static void isolation_worker_keeps_state(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool;

    (void)state;
    opt.isolate.isolation = QJSP_ISOLATION_WORKER;
    pool = fixture_pool(&opt);
    fixture_run(pool, 0, "globalThis.n = 1", QJSP_OK, "1");
    fixture_run(pool, 0, "n + 1", QJSP_OK, "2");
    qjsp_pool_free(pool);
}

static void a_bootstrap_that_throws_is_each_tasks_result(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    qjsp_result *result = NULL;
    qjsp_submit submit = fixture_eval("1");
    qjsp_pool *pool;

    (void)state;
    opt.bootstrap = fixture_bytes("\n  missing();");
    opt.bootstrap_filename = "setup.js";
    pool = fixture_pool(&opt);
    for (int i = 0; i < 3; i++)
        fixture_run(pool, 0, "1", QJSP_ERR_EXCEPTION, "ReferenceError: missing is not defined");
    CHECK_STATUS("run", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    CHECK_TRUE("stack", strstr(result->error_stack, "setup.js:2") != NULL);
    qjsp_result_free(result);
    qjsp_pool_free(pool);
}

static void an_impossible_isolate_is_each_tasks_result(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool;

    (void)state;
    opt.isolate.memory_limit = 1;
    pool = fixture_pool(&opt);
    fixture_run(pool, 0, "1", QJSP_ERR_INVALID,
                "WorkerStartError: no worker could be started: QJSP_ERR_INVALID");
    qjsp_pool_free(pool);
}

static void a_thread_that_cannot_be_had_is_each_tasks_result(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    qjsp_pool *pool;

    (void)state;
    opt.isolate.stack_limit = SIZE_MAX / 2;
    pool = fixture_pool(&opt);
    for (int i = 0; i < 3; i++)
        fixture_run(pool, 0, "1", QJSP_ERR_SYSTEM,
                    "WorkerStartError: no worker could be started: QJSP_ERR_SYSTEM");
    qjsp_pool_free(pool);
}

static void an_endless_bootstrap_ends_with_the_pool(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool;

    (void)state;
    gate_init(&g);
    gate_open(&g);
    opt.functions = &fn;
    opt.nfunctions = 1;
    opt.prewarm = 1;
    opt.bootstrap = fixture_bytes("hold(); for (;;);");
    pool = fixture_pool(&opt);
    gate_await(&g, 1);
    qjsp_pool_free(pool); /* long before the grace time */
    gate_fini(&g);
}

static void the_bootstrap_may_call_the_host(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool;

    (void)state;
    gate_init(&g);
    gate_open(&g);
    opt.functions = &fn;
    opt.nfunctions = 1;
    opt.bootstrap = fixture_bytes("globalThis.got = hold()");
    pool = fixture_pool(&opt);
    fixture_run(pool, 0, "got", QJSP_OK, "\"through\"");
    qjsp_pool_free(pool);
    gate_fini(&g);
}

/* A worker that is stuck where no interrupt reaches it; the pool goes on without. */
static void a_stuck_worker_is_abandoned(void **state)
{
    gate g;
    meter m;
    qjsp_alloc alloc;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("try { hold() } catch {} hold(); for (;;) hold();");
    qjsp_result *result = NULL;
    qjsp_sched_stats stats;
    qjsp_pool *pool;
    bool is_live = true;

    (void)state;
    gate_init(&g);
    meter_init(&m, 0);
    alloc = meter_alloc(&m);
    opt.alloc = &alloc;
    opt.functions = &fn;
    opt.nfunctions = 1;
    opt.grace_ms = 10;
    pool = fixture_pool(&opt);
    submit.task.timeout_ms = 10;
    CHECK_STATUS("stuck", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    fixture_check("stuck", result, QJSP_ERR_TIMEOUT,
                  "TimeoutError: the task was stopped by its time limit after 10 ms");
    fixture_run(pool, 0, "'others go on'", QJSP_OK, "\"others go on\"");
    qjsp_pool_get_stats(pool, &stats);
    CHECK_INT("restarts", stats.worker_restarts, 1);
    CHECK_INT("workers", stats.workers, 1);
    qjsp_pool_free(pool);
    pthread_mutex_lock(&m.lock);
    CHECK_TRUE("it still holds what it uses", m.live > 0);
    pthread_mutex_unlock(&m.lock);
    gate_open(&g);
    while (is_live) { /* until it has freed itself; the test's own time limit watches */
        pthread_mutex_lock(&m.lock);
        is_live = m.live > 0;
        pthread_mutex_unlock(&m.lock);
    }
    CHECK_INT("no host call after it was abandoned", g.arrived, 1);
    gate_fini(&g);
}

typedef struct console_log {
    pthread_mutex_t lock;
    qjsp_buffer text;
    uint64_t task;
    uint32_t worker;
} console_log;

static void log_line(void *ud, qjsp_console_level level, qjsp_bytes args, uint64_t task,
                     uint32_t worker)
{
    console_log *log = ud;

    pthread_mutex_lock(&log->lock);
    qjsp_buffer_printf(&log->text, "%d:", (int)level);
    CHECK_STATUS("text", qjsp_console_to_text(args, &log->text), QJSP_OK);
    qjsp_buffer_printf(&log->text, ";");
    log->task = task;
    log->worker = worker;
    pthread_mutex_unlock(&log->lock);
}

static void console_tells_who_speaks(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    console_log log = { .lock = PTHREAD_MUTEX_INITIALIZER };
    qjsp_pool *pool;
    uint64_t id;

    (void)state;
    qjsp_buffer_init(&log.text, NULL, 0);
    opt.on_console = log_line;
    opt.console_ud = &log;
    pool = fixture_pool(&opt);
    id = fixture_submit_eval(pool, "console.log('n is %d', 5); console.error('bad'); 1");
    fixture_expect(pool, id, QJSP_OK, "1");
    CHECK_BYTES("text", log.text.data, log.text.len, "0:n is 5;3:bad;", 15);
    CHECK_INT("task", log.task, id);
    CHECK_TRUE("worker", log.worker != 0);
    qjsp_pool_free(pool);
    qjsp_buffer_fini(&log.text);
}

static qjsp_status find_module(void *ud, const char *specifier, const char *importer,
                               qjsp_buffer *out)
{
    if (strcmp(specifier, "whose") == 0) {
        qjsp_buffer_printf(out, "export default '%s'", importer);
        return QJSP_OK;
    }
    if (strcmp(specifier, "found") != 0)
        return QJSP_ERR_INVALID;
    qjsp_buffer_printf(out, "export default '%s'", (const char *)ud);
    return QJSP_OK;
}

static void modules_come_from_table_and_callback(void **state)
{
    const qjsp_module module = { .specifier = "listed",
                                 .source = fixture_bytes("export const n = 7") };
    qjsp_pool_options opt = fixture_options(1);
    char whose[] = "callback";
    qjsp_pool *pool;

    (void)state;
    opt.isolate.modules = &module;
    opt.isolate.nmodules = 1;
    opt.isolate.find_module = find_module;
    opt.isolate.module_ud = whose;
    opt.isolate.globals_json = fixture_bytes("{\"g\": 1}");
    pool = fixture_pool(&opt);
    fixture_run(pool, 0, "(await import('listed')).n + g", QJSP_OK, "8");
    fixture_run(pool, 0, "(await import('found')).default", QJSP_OK, "\"callback\"");
    fixture_run(pool, 0, "(await import('whose')).default", QJSP_OK, "\"eval.js\"");
    fixture_run(pool, 0, "import x from 'whose'; export default x", QJSP_OK,
                "{\"default\":\"eval.js\"}");
    fixture_run(pool, 0, "import('other').catch(() => 'none')", QJSP_OK, "\"none\"");
    qjsp_pool_free(pool);
}

static void memory_bombs_hurt_nobody_else(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("let a = []; for (;;) a.push(new Uint8Array(1e5))");
    qjsp_result *result = NULL;
    qjsp_pool *pool;

    (void)state;
    pool = fixture_pool(&opt);
    CHECK_STATUS("bomb", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    CHECK_STATUS("bomb", result->status, QJSP_ERR_LIMIT);
    CHECK_STR("bomb", result->error_name, "MemoryLimitError");
    qjsp_result_free(result);
    fixture_run(pool, 0, "1", QJSP_OK, "1");
    qjsp_pool_free(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bootstrap_makes_the_clean_state),
        cmocka_unit_test(isolation_worker_keeps_state),
        cmocka_unit_test(a_bootstrap_that_throws_is_each_tasks_result),
        cmocka_unit_test(an_impossible_isolate_is_each_tasks_result),
        cmocka_unit_test(a_thread_that_cannot_be_had_is_each_tasks_result),
        cmocka_unit_test(an_endless_bootstrap_ends_with_the_pool),
        cmocka_unit_test(the_bootstrap_may_call_the_host),
        cmocka_unit_test(a_stuck_worker_is_abandoned),
        cmocka_unit_test(console_tells_who_speaks),
        cmocka_unit_test(modules_come_from_table_and_callback),
        cmocka_unit_test(memory_bombs_hurt_nobody_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
