/* SPDX-License-Identifier: MIT */
/* Tasks whose value goes through a function of the realm's. */
#include <qjspool/isolate.h>
#include <qjspool/value.h>

#include "check.h"

static const char boot[] =
    "globalThis.show = function (value, ...rest) {"
    "  const peeked = this(value);"
    "  return [typeof value, Array.isArray(peeked) ? peeked.join() : peeked, rest.length].join('|');"
    "};"
    "globalThis.fail = function () { throw new RangeError('shown'); };"
    "Object.defineProperty(globalThis, 'trap', { get() { throw new Error('ran'); } });";

static qjsp_task task_of(qjsp_task_kind kind, const char *source)
{
    qjsp_task task;

    qjsp_task_init(&task);
    task.kind = kind;
    task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    return task;
}

static void run(qjsp_isolate *iso, const char *name, const char *source, const char *want)
{
    qjsp_task task = task_of(QJSP_TASK_PASS, source);
    const qjsp_result *result;
    qjsp_buffer args, got;
    qjsp_poll poll;

    qjsp_buffer_init(&args, NULL, 0);
    qjsp_buffer_init(&got, NULL, 0);
    if (name != NULL) {
        qjsp_write_array(&args, 2);
        qjsp_write_cstr(&args, name);
        qjsp_write_uint(&args, 1);
    }
    task.args = qjsp_buffer_peek(&args);
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_OK);
    qjsp_isolate_poll(iso, 0, &poll);
    result = qjsp_isolate_peek_result(iso);
    assert_non_null(result);
    if (result->status == QJSP_OK)
        assert_int_equal(qjsp_value_to_text(result->value, &got), QJSP_OK);
    else
        qjsp_buffer_printf(&got, "%s: %.20s", result->error_name, result->error_message);
    qjsp_buffer_append(&got, "", 1);
    CHECK_STR(source, (const char *)got.data, want);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    qjsp_buffer_fini(&args);
    qjsp_buffer_fini(&got);
}

static void test_values_are_passed_on(void **state)
{
    qjsp_isolate_options opt;
    qjsp_isolate *iso;
    qjsp_task task = task_of(QJSP_TASK_BOOT, boot);
    qjsp_poll poll;

    (void)state;
    qjsp_isolate_options_init(&opt);
    assert_int_equal(qjsp_isolate_new(&iso, &opt), QJSP_OK);
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_OK);
    qjsp_isolate_poll(iso, 0, &poll);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
    assert_int_equal(qjsp_isolate_seal(iso), QJSP_OK);

    run(iso, "show", "1 + 1", "number||1");
    run(iso, "show", "() => 1", "function||1");
    run(iso, "show", "Symbol()", "symbol||1");
    run(iso, "show", "await 3", "number||1");
    run(iso, "show", "await (() => {})", "function||1");
    run(iso, "show", "export const f = () => {}", "object||1");
    run(iso, "show", "new Proxy({}, { get() { throw 1; } })", "object|proxy|1");
    run(iso, "show", "new Promise(() => {})", "object|pending|1");
    run(iso, "show", "Promise.resolve(7)", "object|fulfilled,7|1");
    run(iso, "show", "await 1; Promise.resolve(7)", "object|fulfilled,7|1");
    run(iso, "show", "throw new TypeError('no')", "TypeError: no");
    run(iso, "show", "await Promise.reject(new TypeError('no'))", "TypeError: no");
    run(iso, "fail", "1", "RangeError: shown");
    run(iso, "none", "1", "TypeError: the first argument o");
    run(iso, "trap", "1", "TypeError: the first argument o");
    run(iso, "toString", "1", "TypeError: the first argument o");
    run(iso, NULL, "() => 1", "TypeError: the first argument o");
    qjsp_isolate_free(iso);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_values_are_passed_on) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
