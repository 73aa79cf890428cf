/* SPDX-License-Identifier: MIT */
/*
 * Runs the conformance cases of tests/js through the C library's pool.
 *
 *     cases [-v] FILE...      exit status 0 when every case passed
 */
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case_file.h"
#include "host.h"
#include "mounts.h"

enum { MAX_MODULES = 16, STEP_TIMEOUT_MS = 20000 };

typedef struct runner {
    qjsp_pool *oracle; /* evaluates expectations, each in a clean realm */
    bool is_verbose;
    size_t passed;
    size_t failed;
} runner;

/* What a case has been told so far. */
typedef struct failure {
    const test_case *c;
    const char *path;
    const char *where; /* kind of the mounts; "" */
    bool happened;
} failure;

static void fail(failure *f, const case_step *step, const char *what, const char *got,
                 const char *want)
{
    if (!f->happened)
        printf("not ok - %s%s (%s:%d)\n", f->c->name, f->where, f->path, step->line);
    f->happened = true;
    printf("    %s\n      got:  %s\n      want: %s\n", what, got, want);
}

static qjsp_bytes bytes_of(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, text == NULL ? 0 : strlen(text) };
}

static void require(qjsp_status st, const char *what)
{
    if (st == QJSP_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, qjsp_status_name(st));
    exit(2);
}

/* ---- expectations ---- */

static qjsp_result *ask_oracle(runner *r, const char *expression)
{
    qjsp_buffer source;
    qjsp_submit submit;
    qjsp_result *result;

    qjsp_buffer_init(&source, NULL, 0);
    qjsp_buffer_printf(&source, "(%s\n)", expression);
    qjsp_submit_init(&submit);
    submit.task.source = qjsp_buffer_peek(&source);
    submit.task.filename = "expectation.js";
    require(qjsp_pool_run(r->oracle, &submit, &result), "oracle");
    qjsp_buffer_fini(&source);
    if (result->status != QJSP_OK) {
        fprintf(stderr, "expectation %s: %s: %s\n", expression, result->error_name,
                result->error_message);
        exit(2);
    }
    return result;
}

static char *show(qjsp_bytes value)
{
    static const char digits[] = "0123456789abcdef";
    qjsp_buffer text;

    qjsp_buffer_init(&text, NULL, 0);
    if (qjsp_value_to_text(value, &text) != QJSP_OK)
        qjsp_buffer_printf(&text, "(unreadable)");
    qjsp_buffer_printf(&text, "   ");
    for (size_t i = 0; i < value.len && i < 200; i++) {
        char hex[] = { digits[value.data[i] >> 4], digits[value.data[i] & 15] };

        qjsp_buffer_append(&text, hex, 2);
    }
    qjsp_buffer_append(&text, "", 1);
    return (char *)text.data; /* the caller frees it */
}

static bool is_same(qjsp_bytes a, qjsp_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static void check_value(runner *r, failure *f, const case_step *step, qjsp_bytes got,
                        const char *expression)
{
    qjsp_result *want = ask_oracle(r, expression);

    if (!is_same(got, want->value)) {
        char *a = show(got), *b = show(want->value);

        fail(f, step, "value", a, b);
        free(a);
        free(b);
    }
    qjsp_result_free(want);
}

static void check_error(failure *f, const case_step *step, const qjsp_result *result,
                        const char *want)
{
    const char *colon = strstr(want, ":");
    size_t name_len = colon == NULL ? strlen(want) : (size_t)(colon - want);
    const char *message = colon == NULL ? "" : colon + 1 + (colon[1] == ' ');
    char got[512];

    if (result->status == QJSP_OK) {
        char *value = show(result->value);

        fail(f, step, "a value instead of an error", value, want);
        free(value);
        return;
    }
    snprintf(got, sizeof got, "%s: %s", result->error_name, result->error_message);
    if (strlen(result->error_name) != name_len ||
        strncmp(result->error_name, want, name_len) != 0 ||
        strstr(result->error_message, message) == NULL)
        fail(f, step, "error", got, want);
}

/* The record without its stack, in its order. */
static void check_record(runner *r, failure *f, const case_step *step, const qjsp_result *result,
                         const char *expression)
{
    qjsp_reader reader;
    qjsp_token map, key;
    qjsp_buffer copy;
    uint64_t npairs = 0;

    qjsp_buffer_init(&copy, NULL, 0);
    qjsp_reader_init(&reader, result->value, 0);
    require(qjsp_reader_next(&reader, &map), "record");
    for (int pass = 0; pass < 2; pass++) {
        qjsp_reader_init(&reader, result->value, 0);
        require(qjsp_reader_next(&reader, &map), "record");
        if (pass == 1)
            qjsp_write_map(&copy, npairs);
        for (uint64_t i = 0; i < map.u.u64; i++) {
            size_t begin = reader.pos;
            bool is_stack;

            require(qjsp_reader_next(&reader, &key), "record key");
            is_stack = key.u.bytes.len == 5 && memcmp(key.u.bytes.data, "stack", 5) == 0;
            require(qjsp_reader_skip(&reader), "record value");
            if (pass == 0)
                npairs += !is_stack;
            else if (!is_stack)
                qjsp_buffer_append(&copy, result->value.data + begin, reader.pos - begin);
        }
    }
    check_value(r, f, step, qjsp_buffer_peek(&copy), expression);
    qjsp_buffer_fini(&copy);
}

static void check_stack(failure *f, const case_step *step, const qjsp_result *result,
                        const case_check *check)
{
    const char *stack = result->error_stack == NULL ? "(no stack)" : result->error_stack;

    if ((strstr(stack, check->text) != NULL) != (check->kind == '@'))
        fail(f, step, check->kind == '@' ? "stack" : "stack must not have it", stack, check->text);
}

static void check_console(failure *f, const case_step *step, const char *printed)
{
    qjsp_buffer want;
    bool is_looked_at = false;

    qjsp_buffer_init(&want, NULL, 0);
    for (size_t i = 0; i < step->nchecks; i++) {
        if (step->checks[i].kind != '#')
            continue;
        is_looked_at = true;
        if (strcmp(step->checks[i].text, "none") != 0)
            qjsp_buffer_printf(&want, "%s\n", step->checks[i].text);
    }
    qjsp_buffer_append(&want, "", 1);
    if (is_looked_at && strcmp(printed, (const char *)want.data) != 0)
        fail(f, step, "console", printed, (const char *)want.data);
    qjsp_buffer_fini(&want);
}

static void check_step(runner *r, failure *f, const case_step *step, const qjsp_result *result,
                       const char *printed)
{
    for (size_t i = 0; i < step->nchecks; i++) {
        const case_check *check = &step->checks[i];

        if (check->kind == '>' && result->status == QJSP_OK)
            check_value(r, f, step, result->value, check->text);
        else if (check->kind == '>') {
            char got[512];

            snprintf(got, sizeof got, "%s: %s\n%s", result->error_name, result->error_message,
                     result->error_stack == NULL ? "" : result->error_stack);
            fail(f, step, "an error instead of a value", got, check->text);
        } else if (check->kind == '!') {
            check_error(f, step, result, check->text);
        } else if (result->status == QJSP_OK) {
            continue; /* said by the first check */
        } else if (check->kind == '&') {
            check_record(r, f, step, result, check->text);
        } else if (check->kind == '@' || check->kind == '~') {
            check_stack(f, step, result, check);
        }
    }
    check_console(f, step, printed);
}

/* ---- settings ---- */

static uint64_t number(const char *text, uint64_t otherwise)
{
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void set_limit(qjsp_isolate_options *opt, const char *text)
{
    char name[32];
    unsigned long long n;

    if (sscanf(text, "%31s %llu", name, &n) != 2)
        require(QJSP_ERR_INVALID, text);
    if (strcmp(name, "result") == 0)
        opt->result_limit = n;
    else if (strcmp(name, "console") == 0)
        opt->console_limit = n;
    else if (strcmp(name, "source") == 0)
        opt->source_limit = n;
    else if (strcmp(name, "depth") == 0)
        opt->depth_limit = (uint32_t)n;
    else if (strcmp(name, "timers") == 0)
        opt->timer_limit = (uint32_t)n;
    else if (strcmp(name, "calls") == 0)
        opt->call_limit = (uint32_t)n;
    else if (strcmp(name, "files") == 0)
        opt->file_limit = (uint32_t)n;
    else
        require(QJSP_ERR_INVALID, text);
}

/* NAME EXPRESSION, as one map. */
static void set_globals(runner *r, const test_case *c, qjsp_buffer *globals)
{
    const char *text;
    size_t n = 0;

    while (case_get(c, "global", n) != NULL)
        n++;
    if (n == 0)
        return;
    qjsp_write_map(globals, n);
    for (size_t i = 0; i < n; i++) {
        size_t len;
        qjsp_result *value;

        text = case_get(c, "global", i);
        len = strcspn(text, " ");
        value = ask_oracle(r, text + len);
        qjsp_write_text(globals, text, len);
        qjsp_buffer_append(globals, value->value.data, value->value.len);
        qjsp_result_free(value);
    }
}

/* The first line of a module's setting is its specifier. */
static void set_modules(const test_case *c, qjsp_module *modules, char **names, size_t *n)
{
    const char *text;

    for (*n = 0; *n < MAX_MODULES && (text = case_get(c, "module", *n)) != NULL; (*n)++) {
        size_t len = strcspn(text, "\n");

        names[*n] = strndup(text, len);
        modules[*n].specifier = names[*n];
        modules[*n].source = bytes_of(text + len + (text[len] == '\n'));
    }
}

static qjsp_pool *make_pool(runner *r, const test_case *c, host *h, const case_mounts *mounts)
{
    qjsp_pool_options opt;
    qjsp_module modules[MAX_MODULES];
    char *names[MAX_MODULES];
    qjsp_buffer globals;
    const char *text;
    qjsp_pool *pool;

    qjsp_buffer_init(&globals, NULL, 0);
    qjsp_pool_options_init(&opt);
    opt.workers = (uint32_t)number(case_get(c, "workers", 0), 1);
    opt.timeout_ms = number(case_get(c, "timeout", 0), STEP_TIMEOUT_MS);
    opt.isolate.memory_limit = number(case_get(c, "memory", 0), opt.isolate.memory_limit);
    opt.isolate.stack_limit = number(case_get(c, "stack", 0), opt.isolate.stack_limit);
    for (size_t i = 0; (text = case_get(c, "limit", i)) != NULL; i++)
        set_limit(&opt.isolate, text);
    text = case_get(c, "isolation", 0);
    if (text != NULL && strcmp(text, "worker") == 0)
        opt.isolate.isolation = QJSP_ISOLATION_WORKER;
    opt.isolate.has_seed = case_get(c, "seed", 0) != NULL;
    opt.isolate.seed = number(case_get(c, "seed", 0), 0);
    opt.isolate.has_clock = case_get(c, "clock", 0) != NULL;
    opt.isolate.clock_ms = opt.isolate.has_clock ? strtod(case_get(c, "clock", 0), NULL) : 0;
    opt.bootstrap = bytes_of(case_get(c, "bootstrap", 0));
    set_globals(r, c, &globals);
    opt.isolate.globals = qjsp_buffer_peek(&globals);
    set_modules(c, modules, names, &opt.isolate.nmodules);
    opt.isolate.modules = modules;
    opt.isolate.mounts = mounts->items;
    opt.isolate.nmounts = mounts->n;
    host_configure(h, &opt);
    require(qjsp_pool_new(&pool, &opt), c->name);
    for (size_t i = 0; i < opt.isolate.nmodules; i++)
        free(names[i]);
    qjsp_buffer_fini(&globals);
    return pool;
}

/* ---- running ---- */

static void run_steps(runner *r, const test_case *c, failure *f, const case_mounts *mounts)
{
    host h;
    qjsp_pool *pool;
    qjsp_submit submit;
    qjsp_result *args = NULL;

    host_init(&h);
    pool = make_pool(r, c, &h, mounts);
    qjsp_submit_init(&submit);
    submit.task.filename = case_get(c, "filename", 0);
    if (case_get(c, "call", 0) != NULL) {
        args = ask_oracle(r, case_get(c, "call", 0));
        submit.task.kind = QJSP_TASK_CALL;
        submit.task.args = args->value;
    }
    if (case_get(c, "session", 0) != NULL)
        require(qjsp_pool_open_session(pool, &submit.session), c->name);
    for (size_t i = 0; i < c->nsteps; i++) {
        qjsp_result *result;
        char *printed;

        submit.task.source = bytes_of(c->steps[i].source);
        require(qjsp_pool_run(pool, &submit, &result), c->name);
        printed = host_take_console(&h);
        check_step(r, f, &c->steps[i], result, printed);
        free(printed);
        qjsp_result_free(result);
    }
    qjsp_pool_free(pool);
    qjsp_result_free(args);
    host_fini(&h);
}

static void run_case(runner *r, const test_case *c, const char *path, qjsp_mount_kind kind)
{
    failure f = { .c = c, .path = path, .where = "" };
    case_mounts mounts;

    case_mounts_init(&mounts, c, kind);
    if (mounts.n > 0)
        f.where = kind == QJSP_MOUNT_MEMORY ? ", in memory" : ", in a directory";
    run_steps(r, c, &f, &mounts);
    case_mounts_fini(&mounts);
    r->failed += f.happened;
    r->passed += !f.happened;
    if (r->is_verbose && !f.happened)
        printf("ok - %s%s\n", c->name, f.where);
    fflush(stdout);
}

static void run_file(runner *r, const char *path)
{
    case_file file;
    test_case *c = malloc(sizeof *c);

    if (c == NULL)
        abort();
    case_file_open(&file, path);
    while (case_file_next(&file, c)) {
        run_case(r, c, path, QJSP_MOUNT_MEMORY);
        if (case_get(c, "mount", 0) != NULL)
            run_case(r, c, path, QJSP_MOUNT_DIRECTORY);
        case_fini(c);
    }
    case_file_close(&file);
    free(c);
}

int main(int argc, char **argv)
{
    runner r = { .passed = 0 };
    qjsp_pool_options opt;

    qjsp_pool_options_init(&opt);
    opt.workers = 1;
    require(qjsp_pool_new(&r.oracle, &opt), "oracle");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-v") == 0)
            r.is_verbose = true;
        else
            run_file(&r, argv[i]);
    }
    qjsp_pool_free(r.oracle);
    printf("%zu passed, %zu failed\n", r.passed, r.failed);
    return r.failed == 0 && r.passed > 0 ? 0 : 1;
}
