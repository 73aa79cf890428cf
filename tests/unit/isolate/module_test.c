/* SPDX-License-Identifier: MIT */
/* Modules that the host is asked for, and what it may say instead of a source. */
#include <qjspool/isolate.h>
#include <qjspool/value.h>

#include "../../check.h"
#include "base/checked.h"

/* What the host answers, whatever is asked. */
typedef struct answer {
    qjsp_status status;
    const char *text;
} answer;

static qjsp_status find_module(void *ud, const char *specifier, const char *importer,
                               qjsp_buffer *out)
{
    const answer *a = ud;

    (void)specifier;
    (void)importer;
    qjsp_buffer_append(out, a->text, strlen(a->text));
    return a->status;
}

static const struct {
    const char *name;
    answer answer;
    const char *want; /* JSON */
} cases[] = {
    { "a source", { QJSP_OK, "export default 7" }, "7" },
    { "no answer", { QJSP_ERR_INVALID, "" }, "\"ReferenceError: module not found: 'x'\"" },
    { "a reason",
      { QJSP_ERR_INVALID, "look elsewhere" },
      "\"ReferenceError: module not found: 'x'; look elsewhere\"" },
    { "a reason with any status",
      { QJSP_ERR_LIMIT, "too large" },
      "\"ReferenceError: module not found: 'x'; too large\"" },
};

static void run(qjsp_isolate *iso, const char *name, const char *want)
{
    static const char source[] = "import('x').then(m => m.default, String)";
    qjsp_buffer json;
    qjsp_task task;
    qjsp_poll poll;

    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    CHECK_STATUS(name, qjsp_isolate_begin(iso, &task, 0), QJSP_OK);
    qjsp_isolate_poll(iso, 0, &poll);
    qjsp_buffer_init(&json, NULL, 0);
    CHECK_STATUS(name, qjsp_value_to_json(qjsp_isolate_peek_result(iso)->value, &json), QJSP_OK);
    qjsp_buffer_append(&json, "", 1);
    CHECK_STR(name, (const char *)json.data, want);
    qjsp_buffer_fini(&json);
}

static void the_host_may_say_why_there_is_no_module(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++) {
        answer a = cases[i].answer;
        qjsp_isolate_options opt;
        qjsp_isolate *iso;

        qjsp_isolate_options_init(&opt);
        opt.find_module = find_module;
        opt.module_ud = &a;
        CHECK_STATUS(cases[i].name, qjsp_isolate_new(&iso, &opt), QJSP_OK);
        CHECK_STATUS(cases[i].name, qjsp_isolate_seal(iso), QJSP_OK);
        run(iso, cases[i].name, cases[i].want);
        qjsp_isolate_free(iso);
    }
}

/* ---- TypeScript ---- */

/* Drops ": TYPE" up to a space, as far as this test needs it. Counts its calls in *ud. */
static qjsp_status strip(void *ud, const char *filename, qjsp_bytes source, qjsp_buffer *out)
{
    bool is_type = false;

    ++*(int *)ud;
    if (strstr(filename, "bad") != NULL) {
        qjsp_buffer_printf(out, "no types that I know");
        return QJSP_ERR_INVALID;
    }
    for (size_t i = 0; i < source.len; i++) {
        is_type = source.data[i] == ':' || (is_type && source.data[i] != ';');
        qjsp_buffer_append(out, is_type ? (const uint8_t *)" " : source.data + i, 1);
    }
    return QJSP_OK;
}

static void check_value(qjsp_isolate *iso, const char *source, const char *want)
{
    qjsp_buffer json;
    qjsp_task task;
    qjsp_poll poll;

    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    assert_int_equal(qjsp_isolate_begin(iso, &task, 0), QJSP_OK);
    qjsp_isolate_poll(iso, 0, &poll);
    qjsp_buffer_init(&json, NULL, 0);
    assert_int_equal(qjsp_value_to_json(qjsp_isolate_peek_result(iso)->value, &json), QJSP_OK);
    qjsp_buffer_append(&json, "", 1);
    CHECK_STR(source, (const char *)json.data, want);
    qjsp_buffer_fini(&json);
    assert_int_equal(qjsp_isolate_end(iso), QJSP_OK);
}

static void types_are_stripped_by_the_host(void **state)
{
    const qjsp_mount mount = { .path = "/m" };
    qjsp_isolate_options opt;
    qjsp_isolate *iso;
    int ncalls = 0;

    (void)state;
    qjsp_isolate_options_init(&opt);
    opt.mounts = &mount;
    opt.nmounts = 1;
    opt.strip_types = strip;
    opt.strip_types_ud = &ncalls;
    assert_int_equal(qjsp_isolate_new(&iso, &opt), QJSP_OK);
    assert_int_equal(qjsp_isolate_seal(iso), QJSP_OK);
    check_value(iso,
                "std.writeFile('/m/a.mts', 'export let a: number; a = 1'); "
                "std.writeFile('/m/b.cts', 'exports.b = 2; let x: any;'); "
                "std.writeFile('/m/c.ts', 'export { a } from \"./a.mts\"; let y: string;'); "
                "std.writeFile('/m/bad.ts', 'x'); 0",
                "0");
    check_value(iso, "const m = await import('/m/c.ts'), n = await import('/m/b.cts'); [m.a, n.b]",
                "[1,2]");
    CHECK_TRUE("each is stripped", ncalls >= 3);
    check_value(iso, "import('/m/bad.ts').catch(e => e.code + e.message.slice(-25))",
                "\"ERR_INVALID_TYPESCRIPT_SYNTAX.ts: no types that I know\"");
    check_value(iso, "(await import('/m/a.mts', { with: { type: 'text' } })).default",
                "\"export let a: number; a = 1\"");
    qjsp_isolate_free(iso);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_may_say_why_there_is_no_module),
        cmocka_unit_test(types_are_stripped_by_the_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
