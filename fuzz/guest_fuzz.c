/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a guest's source, in an isolate with small limits that is kept from input
 * to input: whatever it did, the next task must find a clean realm.
 *
 * The first byte: bit 0 call, bit 1 module, bit 2 in a session, bit 3 with globals.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <qjspool/isolate.h>
#include <qjspool/value.h>

#include "isolate/isolate.h"

enum { IS_CALL = 1, IS_MODULE = 2, IN_SESSION = 4, HAS_GLOBALS = 8, TIMEOUT_MS = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool fact)
{
    if (!fact)
        abort();
}

static uint64_t now_ms(void)
{
    return qjsp__clock_ns() / 1000000;
}

/* The arguments come back as they are. */
static qjsp_status echo(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    require(qjsp_value_check(args, 0, NULL) == QJSP_OK);
    qjsp_buffer_append(out, args.data, args.len);
    return QJSP_OK;
}

static void check_console(void *ud, qjsp_console_level level, qjsp_bytes args)
{
    (void)ud;
    (void)level;
    require(qjsp_value_check(args, 0, NULL) == QJSP_OK);
}

static qjsp_isolate *make(void)
{
    static const qjsp_host_function functions[] = { { "host.echo", NULL, NULL },
                                                    { "hostSync.echo", echo, NULL } };
    static const qjsp_module modules[] = {
        { "m", { (const uint8_t *)"import 'm'; export let a = 1; export default () => a", 51 } },
        { "bad", { (const uint8_t *)"import 'm'; import 'missing'", 28 } },
    };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;

    qjsp_isolate_options_init(&opt);
    opt.memory_limit = 4 << 20;
    opt.stack_limit = 256 * 1024;
    opt.result_limit = 64 * 1024;
    opt.timer_limit = 100;
    opt.call_limit = 100;
    opt.host_functions = functions;
    opt.nhost_functions = 2;
    opt.modules = modules;
    opt.nmodules = 2;
    opt.on_console = check_console;
    require(qjsp_isolate_new(&iso, &opt) == QJSP_OK && qjsp_isolate_seal(iso) == QJSP_OK);
    return iso;
}

static void answer_calls(qjsp_isolate *iso)
{
    qjsp_isolate_call call;
    qjsp_buffer out;

    while (qjsp_isolate_next_call(iso, &call)) {
        qjsp_buffer_init(&out, NULL, 0);
        (void)echo(NULL, call.args, &out);
        require(qjsp_isolate_resolve(iso, call.id, call.id % 4 == 0, qjsp_buffer_peek(&out)) ==
                QJSP_OK);
        qjsp_buffer_fini(&out);
    }
}

/* Timers do not wait here: time is what the poll asks for, at least the clock's. */
static const qjsp_result *run(qjsp_isolate *iso, const qjsp_task *task)
{
    uint64_t time_ms = now_ms();
    qjsp_poll poll;

    require(qjsp_isolate_begin(iso, task, time_ms) == QJSP_OK);
    for (;;) {
        qjsp_isolate_poll(iso, time_ms, &poll);
        if (poll.state == QJSP_POLL_DONE)
            return qjsp_isolate_peek_result(iso);
        answer_calls(iso);
        if (poll.ncalls == 0 && poll.wake_ms != UINT64_MAX && poll.wake_ms > time_ms)
            time_ms = poll.wake_ms;
        else if (now_ms() > time_ms)
            time_ms = now_ms();
    }
}

static void check_result(const qjsp_result *result)
{
    require(result != NULL && qjsp_value_check(result->value, 0, NULL) == QJSP_OK);
    require(result->status == QJSP_OK ||
            (result->error_name != NULL && result->error_message != NULL));
}

static void check_clean(qjsp_isolate *iso)
{
    static const char source[] =
        "[Object.getOwnPropertyNames(globalThis).length, [3, 1].sort().join(), `${1 + 1}`]";
    static uint8_t first[64];
    static size_t first_len;
    qjsp_task task;
    const qjsp_result *result;

    require(qjsp__arena_check(iso->arena));
    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    result = run(iso, &task);
    require(result->status == QJSP_OK && result->value.len < sizeof first);
    if (first_len == 0)
        memcpy(first, result->value.data, first_len = result->value.len);
    require(first_len == result->value.len && memcmp(first, result->value.data, first_len) == 0);
    require(qjsp_isolate_end(iso) == QJSP_OK);
}

static void run_source(qjsp_isolate *iso, uint8_t kind, qjsp_bytes source)
{
    static const uint8_t args[] = { 0x83, 0x01, 0x61, 'x', 0xa1, 0x61, 'a', 0x80 };
    static const uint8_t globals[] = { 0xa1, 0x61, 'g', 0x82, 0x01, 0x40 };
    qjsp_task task;

    qjsp_task_init(&task);
    task.source = source;
    task.timeout_ms = TIMEOUT_MS;
    task.in_session = (kind & IN_SESSION) != 0;
    if ((kind & IS_CALL) != 0) {
        task.kind = QJSP_TASK_CALL;
        task.args = (qjsp_bytes){ args, sizeof args };
    }
    if ((kind & HAS_GLOBALS) != 0)
        task.globals = (qjsp_bytes){ globals, sizeof globals };
    check_result(run(iso, &task));
}

static void run_input(qjsp_isolate **iso, uint8_t kind, qjsp_bytes source)
{
    run_source(*iso, kind, source);
    if ((kind & IN_SESSION) != 0 && qjsp_isolate_end(*iso) == QJSP_OK)
        run_source(*iso, kind, source); /* what it left is still there */
    if (qjsp_isolate_end(*iso) == QJSP_ERR_CRASHED) {
        qjsp_isolate_free(*iso);
        *iso = make();
    } else if ((kind & IN_SESSION) != 0) {
        require(qjsp_isolate_restore(*iso) == QJSP_OK);
    }
    check_clean(*iso);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char prefix[] = "export {};";
    static qjsp_isolate *iso; /* making one for each input would be most of the work */
    qjsp_buffer source;

    if (size == 0)
        return 0;
    if (iso == NULL)
        iso = make();
    qjsp_buffer_init(&source, NULL, 0);
    if ((data[0] & IS_MODULE) != 0)
        qjsp_buffer_append(&source, prefix, strlen(prefix));
    qjsp_buffer_append(&source, data + 1, size - 1);
    run_input(&iso, data[0], qjsp_buffer_peek(&source));
    qjsp_buffer_fini(&source);
    return 0;
}
