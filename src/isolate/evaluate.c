/* SPDX-License-Identifier: MIT */
/*
 * From a task's source to the value or promise that it comes to. What is
 * awaited, and how it is read, is isolate.c's and finish.c's business.
 */
#include "isolate/apply.h"
#include "isolate/isolate.h"
#include "isolate/modules/modules.h"
#include "source/redeclare.h"

enum { MAX_ARGUMENTS = 65535 };

static const char *filename(const qjsp_isolate *iso)
{
    return (const char *)iso->filename.data;
}

static JSValue eval_text(qjsp_isolate *iso, const qjsp_buffer *text, int first_line, int flags)
{
    JSEvalOptions options = {
        .version = JS_EVAL_OPTIONS_VERSION,
        .eval_flags = flags,
        .filename = filename(iso),
        .line_num = first_line,
    };

    return JS_Eval2(iso->realm->ctx, (const char *)text->data, text->len - 1, &options);
}

static JSValue out_of_host_memory(JSContext *ctx)
{
    return JS_ThrowInternalError(ctx, "the host has no memory for the source");
}

/* The promise of a module's evaluation; its namespace is read when that is fulfilled. */
static JSValue eval_module(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    JSModuleDef *module = qjsp__modules_load_task(iso);

    if (module == NULL)
        return JS_EXCEPTION;
    iso->realm->module = module;
    return JS_EvalFunction(ctx, JS_DupValue(ctx, JS_MKPTR(JS_TAG_MODULE, module)));
}

/* False with an exception: the source has an early error. */
static bool source_compiles(qjsp_isolate *iso, int flags)
{
    JSValue compiled = eval_text(iso, &iso->source, 1, flags | JS_EVAL_FLAG_COMPILE_ONLY);

    if (JS_IsException(compiled))
        return false;
    JS_FreeValue(iso->realm->ctx, compiled);
    return true;
}

/* Where the source has an early error too, it is that error that the host gets: its
 * position is right. */
static JSValue fail_redeclared(qjsp_isolate *iso, int flags)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue error = JS_GetException(ctx);

    if (source_compiles(iso, flags))
        return JS_Throw(ctx, error);
    JS_FreeValue(ctx, error);
    return JS_EXCEPTION;
}

/*
 * State that outlives the task must allow `const x` a second time, which the
 * engine refuses for the life of a realm. Early errors are those of the
 * source. To compile it costs as much as to compile the text, so that
 * is done only where the text may hide an error, or when it has one.
 */
static JSValue eval_redeclared(qjsp_isolate *iso, int flags)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp_bytes source = { iso->source.data, iso->source.len - 1 };
    qjsp__redeclared how;
    JSValue compiled;

    qjsp_buffer_clear(&iso->scratch);
    qjsp__source_redeclare(source, &iso->scratch, &how);
    qjsp_buffer_append(&iso->scratch, "", 1);
    if (iso->scratch.status != QJSP_OK)
        return out_of_host_memory(ctx);
    if (!how.is_plain && !source_compiles(iso, flags))
        return JS_EXCEPTION;
    compiled = eval_text(iso, &iso->scratch, how.first_line, flags | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(compiled))
        return how.is_plain ? fail_redeclared(iso, flags) : compiled;
    return JS_EvalFunction(ctx, compiled);
}

static JSValue eval_program(qjsp_isolate *iso)
{
    qjsp__source_facts facts;
    int flags = JS_EVAL_TYPE_GLOBAL;

    qjsp__source_scan((qjsp_bytes){ iso->source.data, iso->source.len - 1 }, &facts);
    if (facts.is_module)
        return eval_module(iso);
    /* Without the word there is nothing to await, and the plain form is cheaper. */
    if (facts.has_await) {
        flags |= JS_EVAL_FLAG_ASYNC;
        iso->realm->is_boxed = true;
    }
    if (facts.has_lexical && (iso->keeps_state || iso->kind == QJSP_TASK_BOOT))
        return eval_redeclared(iso, flags);
    return eval_text(iso, &iso->source, 1, flags);
}

/*
 * The source of a call is an expression: parentheses make it one, on lines of
 * their own, so that the caller's lines keep their numbers. (Two lines, since
 * the engine takes 0 for "not given".)
 */
static JSValue eval_function(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue function;

    qjsp_buffer_clear(&iso->scratch);
    qjsp_buffer_append(&iso->scratch, "(\n\n", 3);
    qjsp_buffer_append(&iso->scratch, iso->source.data, iso->source.len - 1);
    qjsp_buffer_append(&iso->scratch, "\n)", 3);
    if (iso->scratch.status != QJSP_OK)
        return out_of_host_memory(ctx);
    function = eval_text(iso, &iso->scratch, -1, JS_EVAL_TYPE_GLOBAL);
    if (JS_IsException(function) || JS_IsFunction(ctx, function))
        return function;
    JS_FreeValue(ctx, function);
    return JS_ThrowTypeError(ctx, "the source of a call must be a function");
}

static JSValue eval_call(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue function, ret;
    int64_t argc;

    if (JS_GetLength(ctx, iso->realm->args, &argc) < 0)
        return JS_EXCEPTION;
    if (argc > MAX_ARGUMENTS)
        return JS_ThrowRangeError(ctx, "a call may have at most %d arguments", MAX_ARGUMENTS);
    function = eval_function(iso);
    if (JS_IsException(function))
        return function;
    ret = qjsp__apply(ctx, function, iso->realm->args);
    JS_FreeValue(ctx, function);
    return ret;
}

bool qjsp__evaluate(qjsp_isolate *iso)
{
    JSValue value = iso->kind == QJSP_TASK_CALL ? eval_call(iso) : eval_program(iso);

    if (JS_IsException(value)) {
        iso->realm->module = NULL;
        return false;
    }
    if (JS_IsPromise(value))
        JS_PromiseMarkAsHandled(iso->realm->ctx, value);
    iso->realm->completion = value;
    return true;
}
