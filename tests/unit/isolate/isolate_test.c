/* SPDX-License-Identifier: MIT */
/*
 * The life of an isolate without a pool: time is an argument here, so timers
 * and deadlines are tested without waiting for them.
 */
#include <pthread.h>
#include <qjspool/isolate.h>
#include <qjspool/value.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "isolate/fault.h"

static qjsp_bytes text(const char *s)
{
    return (qjsp_bytes){ (const uint8_t *)s, strlen(s) };
}

static qjsp_isolate *make(const qjsp_isolate_options *opt)
{
    qjsp_isolate *iso;

    assert_int_equal(qjsp_isolate_new(&iso, opt), QJSP_OK);
    return iso;
}

static qjsp_isolate *make_unsealed(void)
{
    qjsp_isolate_options opt;

    qjsp_isolate_options_init(&opt);
    return make(&opt);
}

static qjsp_isolate *make_sealed(const qjsp_isolate_options *opt)
{
    qjsp_isolate *iso = make(opt);

    assert_int_equal(qjsp_isolate_seal(iso), QJSP_OK);
    return iso;
}

static qjsp_isolate *make_default(void)
{
    qjsp_isolate_options opt;

    qjsp_isolate_options_init(&opt);
    return make_sealed(&opt);
}

static qjsp_task task_of(qjsp_task_kind kind, const char *source)
{
    qjsp_task task;

    qjsp_task_init(&task);
    task.kind = kind;
    task.source = text(source);
    return task;
}

/* Begins and polls once at time `now`. */
static qjsp_poll start_task(qjsp_isolate *iso, const qjsp_task *task, uint64_t now)
{
    qjsp_poll poll;

    assert_int_equal(qjsp_isolate_begin(iso, task, now), QJSP_OK);
    qjsp_isolate_poll(iso, now, &poll);
    return poll;
}

static qjsp_poll start(qjsp_isolate *iso, const char *source, uint64_t timeout_ms, uint64_t now)
{
    qjsp_task task = task_of(QJSP_TASK_EVAL, source);

    task.timeout_ms = timeout_ms;
    return start_task(iso, &task, now);
}

static void check_json(const qjsp_isolate *iso, const char *want)
{
    const qjsp_result *result = qjsp_isolate_peek_result(iso);
    qjsp_buffer json;

    assert_non_null(result);
    if (result->status != QJSP_OK)
        fail_msg("%s: %s", result->error_name, result->error_message);
    qjsp_buffer_init(&json, NULL, 0);
    assert_int_equal(qjsp_value_to_json(result->value, &json), QJSP_OK);
    qjsp_buffer_append(&json, "", 1);
    assert_string_equal((const char *)json.data, want);
    qjsp_buffer_fini(&json);
}

static void check_error(const qjsp_isolate *iso, qjsp_status status, const char *name)
{
    const qjsp_result *result = qjsp_isolate_peek_result(iso);

    assert_non_null(result);
    assert_int_equal(result->status, status);
    assert_string_equal(result->error_name, name);
}

static void run(qjsp_isolate *iso, const char *source, const char *want)
{
    assert_int_equal(start(iso, source, 0, 0).state, QJSP_POLL_DONE);
    check_json(iso, want);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
}

/* ---- tests ---- */

static void test_each_task_starts_from_the_snapshot(void **state)
{
    qjsp_isolate *iso = make_default();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        run(iso,
            "const before = typeof globalThis.leak + typeof Array.prototype.leak;"
            "globalThis.leak = 1; Array.prototype.leak = 1; JSON.parse = null;"
            "setTimeout(() => { globalThis.late = 1 }, 0); before",
            "\"undefinedundefined\"");
    }
    qjsp_isolate_free(iso);
}

static void test_time_is_an_argument(void **state)
{
    qjsp_isolate *iso = make_default();
    qjsp_poll poll = start(iso, "await new Promise(r => setTimeout(r, 5000, 'late'))", 0, 1000);

    (void)state;
    assert_int_equal(poll.state, QJSP_POLL_WAITING);
    assert_in_range(poll.wake_ms, 6000, 6999);
    qjsp_isolate_poll(iso, 5999, &poll);
    assert_int_equal(poll.state, QJSP_POLL_WAITING);
    qjsp_isolate_poll(iso, 7000, &poll);
    assert_int_equal(poll.state, QJSP_POLL_DONE);
    check_json(iso, "\"late\"");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    qjsp_isolate_free(iso);
}

static void test_a_deadline_ends_waiting(void **state)
{
    qjsp_isolate *iso = make_default();
    qjsp_poll poll = start(iso, "await new Promise(r => setTimeout(r, 5000))", 100, 1000);

    (void)state;
    assert_int_equal(poll.state, QJSP_POLL_WAITING);
    assert_int_equal(poll.wake_ms, 1100);
    qjsp_isolate_poll(iso, 1100, &poll);
    assert_int_equal(poll.state, QJSP_POLL_DONE);
    check_error(iso, QJSP_ERR_TIMEOUT, "TimeoutError");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    run(iso, "1", "1");
    qjsp_isolate_free(iso);
}

static void test_a_deadline_ends_a_loop(void **state)
{
    static const char *const loops[] = {
        "for (;;) {}",
        "while (true) { try { for (;;) {} } catch {} finally { continue } }",
        "(function f() { Promise.resolve().then(f) })(); await new Promise(() => {})",
        "const f = () => Promise.resolve().then(f); f(); 1",
        "queueMicrotask(function f() { queueMicrotask(f) }); 1",
        "setInterval(() => {}, 0); await new Promise(() => {})",
        "Error.prepareStackTrace = () => { for (;;) {} }; new Error().stack",
        "({ get a() { for (;;) {} } })",
        "throw { toString() { for (;;) {} } }",
        "throw Object.defineProperty(new Error('x'), 'name', { get() { for (;;) {} } })",
        "'x'.replace(/x/, () => { for (;;) {} })",
        "for await (const x of (async function* () { for (;;) yield 1 })()) {}",
    };
    qjsp_isolate *iso = make_default();

    (void)state;
    for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        qjsp_poll poll = start(iso, loops[i], 20, 0);

        while (poll.state != QJSP_POLL_DONE) /* 0: the clock of the isolate goes on itself */
            qjsp_isolate_poll(iso, 20, &poll);
        check_error(iso, QJSP_ERR_TIMEOUT, "TimeoutError");
        assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    }
    run(iso, "1", "1");
    qjsp_isolate_free(iso);
}

static void *interrupter(void *iso)
{
    qjsp_isolate_interrupt(iso, QJSP_ERR_CANCELED);
    return NULL;
}

static void begin_interrupter(void *ud, qjsp_console_level level, qjsp_bytes args)
{
    (void)level;
    (void)args;
    pthread_t *thread = ((void **)ud)[0];

    assert_int_equal(pthread_create(thread, NULL, interrupter, ((void **)ud)[1]), 0);
}

static void test_another_thread_interrupts(void **state)
{
    qjsp_isolate_options opt;
    pthread_t thread;
    void *ud[2] = { &thread, NULL };
    qjsp_isolate *iso;

    (void)state;
    qjsp_isolate_options_init(&opt);
    opt.on_console = begin_interrupter;
    opt.console_ud = ud;
    iso = make_sealed(&opt);
    ud[1] = iso;
    assert_int_equal(start(iso, "console.log('now'); for (;;) {}", 0, 0).state, QJSP_POLL_DONE);
    check_error(iso, QJSP_ERR_CANCELED, "CancelledError");
    pthread_join(thread, NULL);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    run(iso, "2", "2"); /* an old interrupt does not reach the next task */
    qjsp_isolate_free(iso);
}

static qjsp_isolate *make_with_async(void)
{
    static const qjsp_host_function functions[] = { { .name = "ask" }, { .name = "db.get" } };
    qjsp_isolate_options opt;

    qjsp_isolate_options_init(&opt);
    opt.host_functions = functions;
    opt.nhost_functions = 2;
    return make_sealed(&opt);
}

static void test_host_calls_are_fetched_and_resolved(void **state)
{
    static const uint8_t forty_two[] = { 0x18, 42 }, args[] = { 0x82, 0x01, 0x61, 'x' };
    qjsp_isolate *iso = make_with_async();
    qjsp_poll poll =
        start(iso, "const [a, b] = await Promise.all([ask(1, 'x'), db.get()]); a + b", 0, 0);
    qjsp_isolate_call first, second, third;

    (void)state;
    assert_int_equal(poll.state, QJSP_POLL_WAITING);
    assert_int_equal(poll.ncalls, 2);
    assert_true(qjsp_isolate_next_call(iso, &first));
    assert_int_equal(first.function, 0);
    assert_int_equal(first.args.len, sizeof args);
    assert_memory_equal(first.args.data, args, sizeof args);
    assert_true(qjsp_isolate_next_call(iso, &second));
    assert_int_equal(second.function, 1);
    assert_false(qjsp_isolate_next_call(iso, &third));
    assert_int_equal(qjsp_isolate_resolve(iso, second.id, false, (qjsp_bytes){ forty_two, 2 }),
                     QJSP_OK);
    qjsp_isolate_poll(iso, 1, &poll);
    assert_int_equal(poll.state, QJSP_POLL_WAITING);
    assert_int_equal(qjsp_isolate_resolve(iso, second.id, false, (qjsp_bytes){ forty_two, 2 }),
                     QJSP_ERR_INVALID);
    assert_int_equal(qjsp_isolate_resolve(iso, first.id, false, (qjsp_bytes){ forty_two, 2 }),
                     QJSP_OK);
    qjsp_isolate_poll(iso, 2, &poll);
    assert_int_equal(poll.state, QJSP_POLL_DONE);
    check_json(iso, "84");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    assert_int_equal(qjsp_isolate_resolve(iso, first.id, false, (qjsp_bytes){ 0 }),
                     QJSP_ERR_INVALID);
    qjsp_isolate_free(iso);
}

static void test_a_malformed_answer_rejects(void **state)
{
    static const uint8_t garbage[] = { 0x9f, 0x01 };
    qjsp_isolate *iso = make_with_async();
    qjsp_poll poll = start(iso, "await ask().catch(e => e instanceof Error)", 0, 0);
    qjsp_isolate_call call;

    (void)state;
    assert_true(qjsp_isolate_next_call(iso, &call));
    assert_int_equal(qjsp_isolate_resolve(iso, call.id, false, (qjsp_bytes){ garbage, 2 }),
                     QJSP_OK);
    qjsp_isolate_poll(iso, 0, &poll);
    assert_int_equal(poll.state, QJSP_POLL_DONE);
    check_json(iso, "true");
    qjsp_isolate_free(iso); /* with a task that was not ended */
}

static void test_calls_do_not_outlive_their_task(void **state)
{
    qjsp_isolate *iso = make_with_async();
    qjsp_isolate_call call;

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(start(iso, "ask(); ask(); 'done'", 0, 0).state, QJSP_POLL_DONE);
        assert_false(qjsp_isolate_next_call(iso, &call)); /* nobody waits for them */
        assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    }
    qjsp_isolate_free(iso);
}

static void test_a_task_may_be_ended_early(void **state)
{
    qjsp_isolate *iso = make_with_async();

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(start(iso, "globalThis.x = 1; await ask()", 0, 0).state,
                         QJSP_POLL_WAITING);
        assert_null(qjsp_isolate_peek_result(iso));
        assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
        run(iso, "typeof x", "\"undefined\"");
    }
    qjsp_isolate_free(iso);
}

static void test_misuse_is_refused(void **state)
{
    qjsp_isolate *iso = make_default();
    qjsp_task task;
    qjsp_poll poll;

    (void)state;
    qjsp_task_init(&task);
    task.kind = QJSP_TASK_BOOT;
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_ERR_INVALID); /* sealed */
    task.kind = (qjsp_task_kind)99;
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_ERR_INVALID);
    task.kind = QJSP_TASK_EVAL;
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_OK);
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_ERR_INVALID);
    assert_int_equal(qjsp_isolate_restore(iso), QJSP_ERR_INVALID);
    assert_int_equal(qjsp_isolate_seal(iso), QJSP_ERR_INVALID);
    qjsp_isolate_poll(iso, 0, &poll);
    check_json(iso, "null");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    qjsp_isolate_free(iso);
    qjsp_isolate_free(NULL);
}

static void spoil_memory(qjsp_isolate_options *opt)
{
    opt->memory_limit = 4096;
}
static void spoil_stack(qjsp_isolate_options *opt)
{
    opt->stack_limit = 1;
}
static void spoil_clock(qjsp_isolate_options *opt)
{
    opt->has_clock = true;
    opt->clock_ms = 1e300;
}
static void spoil_isolation(qjsp_isolate_options *opt)
{
    opt->isolation = (qjsp_isolation)7;
}
static void spoil_name(qjsp_isolate_options *opt)
{
    static const qjsp_host_function functions[] = { { .name = "a.b.c" } };

    opt->host_functions = functions;
    opt->nhost_functions = 1;
}
static void spoil_globals(qjsp_isolate_options *opt)
{
    opt->globals = text("\x9f");
}
static void spoil_json(qjsp_isolate_options *opt)
{
    opt->globals_json = text("[1");
}
static void spoil_json_kind(qjsp_isolate_options *opt)
{
    opt->globals_json = text("[1]");
}

static const struct {
    const char *name;
    void (*spoil)(qjsp_isolate_options *opt);
} bad_options[] = {
    { "a region too small for a realm", spoil_memory },
    { "a stack too small to parse on", spoil_stack },
    { "a clock outside of time", spoil_clock },
    { "an unknown isolation", spoil_isolation },
    { "a function two levels down", spoil_name },
    { "globals that are not CBOR", spoil_globals },
    { "globals that are not JSON", spoil_json },
    { "globals that are a JSON array", spoil_json_kind },
};

static void test_bad_options_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_options / sizeof bad_options[0]; i++) {
        qjsp_isolate_options opt;
        qjsp_isolate *iso = NULL;

        qjsp_isolate_options_init(&opt);
        bad_options[i].spoil(&opt);
        if (qjsp_isolate_new(&iso, &opt) != QJSP_ERR_INVALID)
            fail_msg("%s was accepted", bad_options[i].name);
        assert_null(iso);
    }
}

static void test_defaults_are_finite(void **state)
{
    qjsp_isolate_options opt;

    (void)state;
    qjsp_isolate_options_init(&opt);
    assert_int_equal(opt.memory_limit, 64 << 20);
    assert_int_equal(opt.stack_limit, 512 << 10);
    assert_int_equal(opt.source_limit, 16 << 20);
    assert_int_equal(opt.result_limit, 16 << 20);
    assert_int_equal(opt.console_limit, 64 << 10);
    assert_int_equal(opt.depth_limit, 10000);
    assert_int_equal(opt.timer_limit, 10000);
    assert_int_equal(opt.call_limit, 1024);
    assert_int_equal(opt.file_limit, 128);
    assert_null(opt.mounts);
    assert_int_equal(opt.nmounts, 0);
    assert_int_equal(opt.isolation, QJSP_ISOLATION_TASK);
    assert_false(opt.has_seed || opt.has_clock);
}

/* Zero means what the header says. */
static void test_zero_limits(void **state)
{
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    (void)state;
    qjsp_isolate_options_init(&opt);
    opt.source_limit = opt.result_limit = opt.console_limit = 0;
    opt.depth_limit = opt.timer_limit = opt.call_limit = 0;
    iso = make_sealed(&opt);
    run(iso, "'x'.repeat(17 << 20).length", "17825792");
    assert_int_equal(start(iso, "'x'.repeat(17 << 20)", 0, 0).state, QJSP_POLL_DONE);
    assert_int_equal(qjsp_isolate_peek_result(iso)->status, QJSP_OK);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    run(iso, "try { setTimeout(() => {}) } catch (e) { e.name }", "\"RangeError\"");
    run(iso, "console.log('dropped')", "null");
    qjsp_isolate_free(iso);
}

static void *exhausted(void *ud, void *ptr, size_t size)
{
    size_t *left = ud;

    if (size == 0) {
        free(ptr);
        return NULL;
    }
    if (*left == 0)
        return NULL;
    (*left)--;
    return realloc(ptr, size);
}

static void test_host_memory_may_run_out_anywhere(void **state)
{
    (void)state;
    for (size_t n = 0;; n++) {
        size_t left = n;
        qjsp_alloc alloc = { exhausted, &left };
        qjsp_isolate_options opt;
        qjsp_isolate *iso = NULL;
        qjsp_status st;

        qjsp_isolate_options_init(&opt);
        opt.alloc = &alloc;
        st = qjsp_isolate_new(&iso, &opt);
        if (st != QJSP_OK) {
            assert_true(st == QJSP_ERR_NOMEM || st == QJSP_ERR_LIMIT);
            continue;
        }
        st = qjsp_isolate_seal(iso);
        assert_int_equal(start(iso, "structuredClone([1, { a: 2 }])", 0, 0).state, QJSP_POLL_DONE);
        if (qjsp_isolate_peek_result(iso)->status == QJSP_OK && st == QJSP_OK) {
            check_json(iso, "[1,{\"a\":2}]");
            qjsp_isolate_free(iso);
            return;
        }
        qjsp_isolate_free(iso);
    }
}

static void test_region_memory_may_run_out_anywhere(void **state)
{
    (void)state;
    for (size_t kib = 128; kib < 2048; kib += 32) {
        qjsp_isolate *iso = make_default();
        qjsp_task task = task_of(
            QJSP_TASK_EVAL, "const a = []; for (;;) a.push({ b: 'x' + a.length, c: [a.length] })");

        task.memory_limit = kib << 10;
        task.timeout_ms = 60000;
        assert_int_equal(start_task(iso, &task, 0).state, QJSP_POLL_DONE);
        check_error(iso, QJSP_ERR_LIMIT, "MemoryLimitError");
        assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
        run(iso, "1", "1");
        qjsp_isolate_free(iso);
    }
}

static void test_boot_state_is_in_the_snapshot(void **state)
{
    qjsp_isolate *iso = make_unsealed();
    qjsp_task task =
        task_of(QJSP_TASK_BOOT, "const base = await 40; globalThis.add = n => base + n; () => {}");

    (void)state;
    assert_int_equal(start_task(iso, &task, 0).state, QJSP_POLL_DONE);
    assert_int_equal(qjsp_isolate_peek_result(iso)->status, QJSP_OK);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    assert_int_equal(qjsp_isolate_seal(iso), QJSP_OK);
    for (int i = 0; i < 3; i++)
        run(iso, "const r = add(2); globalThis.add = null; r", "42");
    qjsp_isolate_free(iso);
}

static void test_a_deadline_ends_bootstrap_code_and_says_so(void **state)
{
    qjsp_isolate *iso = make_unsealed();
    qjsp_task task = task_of(QJSP_TASK_BOOT, "for (;;) {}");
    qjsp_poll poll;

    (void)state;
    task.timeout_ms = 20;
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_OK);
    do
        qjsp_isolate_poll(iso, 20, &poll);
    while (poll.state != QJSP_POLL_DONE);
    check_error(iso, QJSP_ERR_TIMEOUT, "TimeoutError");
    assert_memory_equal(qjsp_isolate_peek_result(iso)->error_message,
                        "the bootstrap code was stopped by its time limit after ", 55);
    qjsp_isolate_free(iso);
}

static void test_worker_isolation_keeps_state_but_no_stopped_task(void **state)
{
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    (void)state;
    qjsp_isolate_options_init(&opt);
    opt.isolation = QJSP_ISOLATION_WORKER;
    iso = make_sealed(&opt);
    run(iso, "const n = 1; n", "1");
    run(iso, "const m = n + 1; const n2 = 0; m", "2");
    run(iso, "const n = 5; n + m", "7");
    assert_int_equal(start(iso, "queueMicrotask(function f() { queueMicrotask(f) })", 10, 0).state,
                     QJSP_POLL_DONE);
    check_error(iso, QJSP_ERR_TIMEOUT, "TimeoutError");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    run(iso, "typeof n", "\"undefined\"");
    assert_int_equal(
        start(iso, "globalThis.a = []; for (;;) a.push(new Array(1000).fill(1))", 0, 0).state,
        QJSP_POLL_DONE);
    check_error(iso, QJSP_ERR_LIMIT, "MemoryLimitError");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    run(iso, "typeof a", "\"undefined\"");
    qjsp_isolate_free(iso);
}

static void test_timers_of_a_session_go_on(void **state)
{
    qjsp_isolate *iso = make_default();
    qjsp_task task =
        task_of(QJSP_TASK_EVAL,
                "let hits = 0; setTimeout(() => hits++, 10); setInterval(() => hits += 10, 5); 1");

    (void)state;
    task.in_session = true;
    start_task(iso, &task, 1000);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    task.source = text("hits");
    start_task(iso, &task, 2000);
    check_json(iso, "11");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    assert_int_equal(qjsp_isolate_restore(iso), QJSP_OK);
    run(iso, "typeof hits", "\"undefined\"");
    qjsp_isolate_free(iso);
}

static qjsp_status give_up(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    (void)args;
    qjsp_write_cstr(out, "host memory that nobody frees by hand");
    qjsp__engine_abort();
}

static void test_an_engine_that_gives_up_ends_its_isolate(void **state)
{
    static const qjsp_host_function functions[] = { { .name = "giveUp", .call = give_up } };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;
    qjsp_task task;
    qjsp_poll poll;

    (void)state;
    qjsp_isolate_options_init(&opt);
    opt.host_functions = functions;
    opt.nhost_functions = 1;
    iso = make_sealed(&opt);
    poll = start(iso, "try { giveUp([1, 2]) } finally { 'not caught' }", 0, 0);
    assert_int_equal(poll.state, QJSP_POLL_DONE);
    assert_true(poll.is_damaged);
    check_error(iso, QJSP_ERR_CRASHED, "WorkerCrashError");
    assert_int_equal(qjsp_isolate_end(iso), QJSP_ERR_CRASHED);
    qjsp_task_init(&task);
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_ERR_INVALID);
    assert_int_equal(qjsp_isolate_restore(iso), QJSP_ERR_CRASHED);
    qjsp_isolate_free(iso);
}

static void test_a_thousand_isolates(void **state)
{
    enum { N = 1000 };
    qjsp_isolate **all = calloc(N, sizeof *all);

    (void)state;
    assert_non_null(all);
    for (int i = 0; i < N; i++)
        all[i] = make_default();
    for (int i = 0; i < N; i += 37)
        run(all[i], "globalThis.x = (globalThis.x ?? 0) + 1", "1");
    for (int i = 0; i < N; i++)
        qjsp_isolate_free(all[i]);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_task_starts_from_the_snapshot),
        cmocka_unit_test(test_time_is_an_argument),
        cmocka_unit_test(test_a_deadline_ends_waiting),
        cmocka_unit_test(test_a_deadline_ends_a_loop),
        cmocka_unit_test(test_another_thread_interrupts),
        cmocka_unit_test(test_host_calls_are_fetched_and_resolved),
        cmocka_unit_test(test_a_malformed_answer_rejects),
        cmocka_unit_test(test_calls_do_not_outlive_their_task),
        cmocka_unit_test(test_a_task_may_be_ended_early),
        cmocka_unit_test(test_misuse_is_refused),
        cmocka_unit_test(test_bad_options_are_refused),
        cmocka_unit_test(test_defaults_are_finite),
        cmocka_unit_test(test_zero_limits),
        cmocka_unit_test(test_host_memory_may_run_out_anywhere),
        cmocka_unit_test(test_region_memory_may_run_out_anywhere),
        cmocka_unit_test(test_boot_state_is_in_the_snapshot),
        cmocka_unit_test(test_a_deadline_ends_bootstrap_code_and_says_so),
        cmocka_unit_test(test_worker_isolation_keeps_state_but_no_stopped_task),
        cmocka_unit_test(test_timers_of_a_session_go_on),
        cmocka_unit_test(test_an_engine_that_gives_up_ends_its_isolate),
        cmocka_unit_test(test_a_thousand_isolates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
