/* SPDX-License-Identifier: MIT */
/*
 * How a task ends: its value as bytes, or an error record.
 *
 * Reading a value may run getters of the guest; they run here, under the
 * task's own deadline, and when a function of this file returns no guest code
 * of this task will run again.
 */
#include <qjspool/value.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "clone/intrinsics.h"
#include "clone/own.h"
#include "isolate/isolate.h"

/* ---- the strings of a record, for C ---- */

/* Copies WTF-8 to where C strings are kept; lone surrogates become U+FFFD. */
static size_t keep_string(qjsp_isolate *iso, qjsp_bytes text)
{
    size_t at = iso->strings.len, begin = 0; /* of what is not copied yet */

    for (size_t i = 0; i + 2 < text.len; i++) {
        if (text.data[i] != 0xed || text.data[i + 1] < 0xa0)
            continue;
        qjsp_buffer_append(&iso->strings, text.data + begin, i - begin);
        qjsp_buffer_append(&iso->strings, "\xef\xbf\xbd", 3);
        begin = i + 3;
        i += 2;
    }
    if (begin < text.len)
        qjsp_buffer_append(&iso->strings, text.data + begin, text.len - begin);
    qjsp_buffer_append(&iso->strings, "", 1);
    return at;
}

static bool key_is(const qjsp_token *key, const char *name)
{
    return key->kind == QJSP_TOKEN_TEXT && key->u.bytes.len == strlen(name) &&
           memcmp(key->u.bytes.data, name, key->u.bytes.len) == 0;
}

/* Finds name, message and stack in the record just written. */
static void keep_strings(qjsp_isolate *iso)
{
    static const char *const keys[] = { "name", "message", "stack" };
    size_t at[] = { SIZE_MAX, SIZE_MAX, SIZE_MAX };
    qjsp_token key, value;
    qjsp_reader r;

    qjsp_buffer_clear(&iso->strings);
    qjsp_reader_init(&r, qjsp_buffer_peek(&iso->out), 0);
    if (qjsp_reader_next(&r, &value) != QJSP_OK || value.kind != QJSP_TOKEN_MAP)
        return;
    /* these three come first, see write_record */
    for (uint64_t n = qjsp__u64_min(value.u.u64, QJSP_COUNTOF(keys)); n > 0; n--) {
        if (qjsp_reader_next(&r, &key) != QJSP_OK || qjsp_reader_next(&r, &value) != QJSP_OK)
            return;
        for (size_t i = 0; i < QJSP_COUNTOF(keys); i++) {
            if (key_is(&key, keys[i]) && value.kind == QJSP_TOKEN_TEXT)
                at[i] = keep_string(iso, value.u.bytes);
        }
        if (value.kind != QJSP_TOKEN_TEXT)
            break;
    }
    if (iso->strings.status != QJSP_OK)
        return;
    for (size_t i = 0; i < QJSP_COUNTOF(keys); i++) {
        const char *s = at[i] == SIZE_MAX ? NULL : (const char *)iso->strings.data + at[i];

        if (i == 0)
            iso->result.error_name = s;
        else if (i == 1)
            iso->result.error_message = s;
        else
            iso->result.error_stack = s;
    }
}

/* ---- ending ---- */

static void finish(qjsp_isolate *iso, qjsp_status status)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(iso->arena, &usage);
    iso->result.status = status;
    iso->result.value = qjsp_buffer_peek(&iso->out);
    iso->result.memory_used = usage.peak;
    if (status != QJSP_OK) {
        iso->result.error_name = "Error";
        iso->result.error_message = "";
        keep_strings(iso);
    }
    iso->phase = QJSP__PHASE_DONE;
}

void qjsp__finish_error(qjsp_isolate *iso, qjsp_status status, const char *name,
                        const char *message)
{
    size_t limit = iso->out.limit;

    qjsp_buffer_clear(&iso->out);
    iso->out.limit = SIZE_MAX; /* our own few words always fit */
    qjsp_write_map(&iso->out, 2);
    qjsp_write_cstr(&iso->out, "name");
    qjsp_write_cstr(&iso->out, name);
    qjsp_write_cstr(&iso->out, "message");
    qjsp_write_cstr(&iso->out, message);
    iso->out.limit = limit;
    finish(iso, status);
}

void qjsp__finish_stopped(qjsp_isolate *iso)
{
    qjsp_status why = atomic_load(&iso->stop);
    const char *what = iso->kind == QJSP_TASK_BOOT ? "bootstrap code" : "task";
    char message[96];
    uint64_t ms = (qjsp__clock_ns() - iso->begin_ns) / 1000000;

    if (why == QJSP_ERR_TIMEOUT) {
        snprintf(message, sizeof message, "the %s was stopped by its time limit after %llu ms",
                 what, (unsigned long long)ms);
        qjsp__finish_error(iso, why, "TimeoutError", message);
    } else if (why == QJSP_ERR_CLOSED) {
        qjsp__finish_error(iso, why, "PoolDisposedError", "the pool was disposed of");
    } else {
        qjsp__finish_error(iso, why, "CancelledError", "the task was cancelled");
    }
}

static void finish_memory(qjsp_isolate *iso)
{
    char message[96];

    snprintf(message, sizeof message, "the memory limit of %zu bytes was reached",
             iso->memory_limit);
    qjsp__finish_error(iso, QJSP_ERR_LIMIT, "MemoryLimitError", message);
}

void qjsp__finish_fault(qjsp_isolate *iso)
{
    iso->is_broken = true;
    if (qjsp__arena_was_exhausted(iso->arena)) /* what makes it give up, nearly always */
        finish_memory(iso);
    else
        qjsp__finish_error(iso, QJSP_ERR_CRASHED, "WorkerCrashError",
                           "the engine failed a check of its own; the isolate was thrown away");
}

static void finish_too_large(qjsp_isolate *iso, const char *what)
{
    char message[160];

    snprintf(message, sizeof message,
             "the %s is larger than %zu bytes or nested more than %u levels deep", what,
             iso->opt.result_limit, (unsigned)iso->opt.depth_limit);
    qjsp__finish_error(iso, QJSP_ERR_LIMIT, "ResultTooLargeError", message);
}

/* ---- values ---- */

void qjsp__finish_value(qjsp_isolate *iso, JSValue value)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    qjsp_status st;

    qjsp_buffer_clear(&iso->out);
    if (iso->kind == QJSP_TASK_BOOT) {
        qjsp_write_undefined(&iso->out); /* nobody asked for it */
        st = QJSP_OK;
    } else {
        st = qjsp__encode(ctx, iso->realm->intrinsics, value, "result", &limits, &iso->out);
    }
    JS_FreeValue(ctx, value);
    /* the engine swallows an interrupt here and there (Error.prepareStackTrace), and has loops
     * that never ask: late is late */
    if (qjsp__isolate_must_stop(iso))
        qjsp__finish_stopped(iso);
    else if (st == QJSP_OK && iso->out.status == QJSP_OK)
        finish(iso, QJSP_OK);
    else if (st == QJSP_ERR_EXCEPTION)
        qjsp__finish_exception(iso);
    else if (st == QJSP_ERR_TIMEOUT)
        qjsp__finish_stopped(iso);
    else if (st == QJSP_ERR_LIMIT)
        finish_too_large(iso, "result");
    else
        qjsp__finish_error(iso, QJSP_ERR_NOMEM, "MemoryLimitError",
                           "the host has no memory for the result");
}

/* ---- exceptions ---- */

/* Whatever goes wrong while an error is described is not worth an error of its own. */
static void forget_exception(JSContext *ctx)
{
    JS_FreeValue(ctx, JS_GetException(ctx));
}

/* The property as a string; JS_UNDEFINED when there is none. */
static JSValue get_string(JSContext *ctx, JSValueConst object, const char *key)
{
    JSValue value = JS_GetPropertyStr(ctx, object, key), string;

    if (JS_IsString(value))
        return value;
    if (JS_IsException(value)) {
        forget_exception(ctx);
        return JS_UNDEFINED;
    }
    if (JS_IsUndefined(value) || JS_IsNull(value)) {
        JS_FreeValue(ctx, value);
        return JS_UNDEFINED;
    }
    string = JS_ToString(ctx, value);
    JS_FreeValue(ctx, value);
    if (JS_IsException(string)) {
        forget_exception(ctx);
        return JS_UNDEFINED;
    }
    return string;
}

/* An own data property, or JS_UNINITIALIZED. */
static JSValue get_own_data(JSContext *ctx, JSValueConst object, const char *key)
{
    JSAtom atom = JS_NewAtom(ctx, key);
    qjsp__own own = QJSP__OWN_THREW;
    JSValue value = JS_UNDEFINED;

    if (atom != JS_ATOM_NULL)
        own = qjsp__own_get(ctx, object, atom, &value);
    JS_FreeAtom(ctx, atom);
    if (own == QJSP__OWN_THREW)
        forget_exception(ctx);
    return own == QJSP__OWN_DATA ? value : JS_UNINITIALIZED;
}

/* Exactly if that is possible, as text for people if not. */
static void write_any(qjsp_isolate *iso, JSValueConst value, const char *root)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    qjsp_status st = qjsp__encode(ctx, iso->realm->intrinsics, value, root, &limits, &iso->out);

    if (st == QJSP_OK)
        return;
    if (st == QJSP_ERR_EXCEPTION)
        forget_exception(ctx);
    if (qjsp__encode_lenient(ctx, iso->realm->intrinsics, value, &limits, &iso->out) != QJSP_OK &&
        iso->out.status == QJSP_OK)
        qjsp_write_undefined(&iso->out);
}

static void write_string(qjsp_isolate *iso, JSValueConst string, const char *fallback)
{
    if (JS_IsString(string))
        write_any(iso, string, "error");
    else
        qjsp_write_cstr(&iso->out, fallback);
}

/* ORDER keep_strings: name, message and stack first. */
static void write_error_record(qjsp_isolate *iso, JSValueConst error)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue name = get_string(ctx, error, "name");
    JSValue message = get_string(ctx, error, "message");
    JSValue stack = get_string(ctx, error, "stack");
    JSValue cause = get_own_data(ctx, error, "cause");
    JSValue errors = get_own_data(ctx, error, "errors");
    bool has_cause = !JS_IsUninitialized(cause), has_errors = JS_IsArray(errors);
    bool has_stack = JS_IsString(stack);

    qjsp_write_map(&iso->out, 2u + has_stack + has_cause + has_errors);
    qjsp_write_cstr(&iso->out, "name");
    write_string(iso, name, "Error");
    qjsp_write_cstr(&iso->out, "message");
    write_string(iso, message, "");
    if (has_stack) {
        qjsp_write_cstr(&iso->out, "stack");
        write_string(iso, stack, "");
    }
    if (has_cause) {
        qjsp_write_cstr(&iso->out, "cause");
        write_any(iso, cause, "error.cause");
    }
    if (has_errors) {
        qjsp_write_cstr(&iso->out, "errors");
        write_any(iso, errors, "error.errors");
    }
    JS_FreeValues(ctx, name, message, stack, cause, errors);
}

static JSValue describe(qjsp_isolate *iso, JSValueConst thrown)
{
    JSContext *ctx = iso->realm->ctx;

    if (!JS_IsSymbol(thrown))
        return JS_ToString(ctx, thrown);
    /* String(symbol) does not throw, unlike the engine's conversion */
    return JS_Call(ctx, iso->realm->intrinsics->values[QJSP__IN_SYMBOL_TO_STRING], thrown, 0, NULL);
}

static void write_thrown_record(qjsp_isolate *iso, JSValueConst thrown)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue message = describe(iso, thrown);

    if (JS_IsException(message)) {
        forget_exception(ctx);
        message = JS_UNDEFINED;
    }
    qjsp_write_map(&iso->out, 3);
    qjsp_write_cstr(&iso->out, "name");
    qjsp_write_cstr(&iso->out, "Error");
    qjsp_write_cstr(&iso->out, "message");
    write_string(iso, message, "a value that cannot be converted to a string was thrown");
    qjsp_write_cstr(&iso->out, "value");
    write_any(iso, thrown, "error.value");
    JS_FreeValue(ctx, message);
}

/* The engine's own "out of memory", or nothing at all when there was no room even for that. */
static bool is_memory_error(qjsp_isolate *iso, JSValueConst thrown)
{
    JSContext *ctx = iso->realm->ctx;
    const char *message;
    JSValue value;
    bool is_it;

    if (!qjsp__arena_was_exhausted(iso->arena))
        return false;
    if (!JS_IsError(thrown))
        return JS_IsNull(thrown) || JS_IsUninitialized(thrown) || JS_IsUndefined(thrown);
    value = get_own_data(ctx, thrown, "message");
    if (JS_IsUninitialized(value))
        return true; /* an Error whose message found no room */
    message = JS_IsString(value) ? JS_ToCString(ctx, value) : NULL;
    is_it = message != NULL && strcmp(message, "out of memory") == 0;
    if (message == NULL && JS_IsString(value))
        forget_exception(ctx);
    JS_FreeCString(ctx, message);
    JS_FreeValue(ctx, value);
    return is_it;
}

static bool is_error(qjsp_isolate *iso, JSValueConst thrown)
{
    return JS_IsError(thrown) || JS_GetClassID(thrown) == iso->realm->dom_exception_class;
}

void qjsp__finish_exception(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue thrown = JS_GetException(ctx);

    /* what was thrown may say no more than that: a file operation ends with EINTR */
    if (qjsp__isolate_must_stop(iso)) {
        JS_FreeValue(ctx, thrown);
        qjsp__finish_stopped(iso);
        return;
    }
    if (is_memory_error(iso, thrown)) {
        JS_FreeValue(ctx, thrown);
        finish_memory(iso);
        return;
    }
    qjsp_buffer_clear(&iso->out);
    if (is_error(iso, thrown))
        write_error_record(iso, thrown);
    else
        write_thrown_record(iso, thrown);
    JS_FreeValue(ctx, thrown);
    /* describing it may have run guest code into the deadline */
    if (atomic_load(&iso->stop) != QJSP_OK)
        qjsp__finish_stopped(iso);
    else if (iso->out.status != QJSP_OK)
        finish_too_large(iso, "error");
    else
        finish(iso, QJSP_ERR_EXCEPTION);
}
