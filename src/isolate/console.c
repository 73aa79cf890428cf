/* SPDX-License-Identifier: MIT */
/*
 * console (WHATWG Console): each call becomes a level and its arguments as bytes, given to
 * the host's callback up to a limit for the task. Never throws on account of
 * what it is given, and never runs guest code to read it.
 */
#include <math.h>
#include <qjspool/value.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "isolate/apply.h"
#include "isolate/isolate.h"

static void emit(qjsp_isolate *iso, qjsp_console_level level, qjsp_bytes args)
{
    iso->opt.on_console(iso->opt.console_ud, level, args);
}

static void emit_limit(qjsp_isolate *iso)
{
    char text[96];
    qjsp_buffer args;

    snprintf(text, sizeof text, "console output over %zu bytes was dropped",
             iso->opt.console_limit);
    qjsp_buffer_init(&args, iso->alloc, 0);
    qjsp_write_array(&args, 1);
    qjsp_write_cstr(&args, text);
    if (args.status == QJSP_OK)
        emit(iso, QJSP_CONSOLE_WARN, qjsp_buffer_peek(&args));
    qjsp_buffer_fini(&args);
}

/* values: a JS array. false: the task must stop. */
static bool print(qjsp_isolate *iso, qjsp_console_level level, JSValueConst values)
{
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    size_t room;
    qjsp_buffer args;
    qjsp_status st;

    if (!qjsp__isolate_may_call_out(iso))
        return false;
    if (iso->opt.on_console == NULL || iso->console_used == SIZE_MAX || iso->opt.console_limit == 0)
        return true;
    room = iso->opt.console_limit - iso->console_used;
    qjsp_buffer_init(&args, iso->alloc, room + 1);
    st = qjsp__encode_lenient(iso->realm->ctx, iso->realm->intrinsics, values, &limits, &args);
    if (st == QJSP_OK && args.len <= room) {
        iso->console_used += args.len;
        emit(iso, level, qjsp_buffer_peek(&args));
    } else if (st != QJSP_ERR_TIMEOUT) {
        iso->console_used = SIZE_MAX;
        emit_limit(iso);
    }
    qjsp_buffer_fini(&args);
    return true;
}

static JSValue print_all(JSContext *ctx, qjsp_console_level level, int argc, JSValueConst *argv)
{
    JSValue values = qjsp__array_from(ctx, argc, argv);
    bool ok = !JS_IsException(values);

    ok = ok && print(qjsp__isolate_of(ctx), level, values);
    JS_FreeValue(ctx, values);
    return ok ? JS_UNDEFINED : JS_EXCEPTION;
}

static JSValue print_text(JSContext *ctx, qjsp_console_level level, const char *text)
{
    JSValue string = JS_NewString(ctx, text);
    JSValue ret = JS_IsException(string) ? string : print_all(ctx, level, 1, &string);

    JS_FreeValue(ctx, string);
    return ret;
}

/* magic: the level. */
static JSValue console_log(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                           int magic)
{
    (void)this_val;
    return print_all(ctx, (qjsp_console_level)magic, argc, argv);
}

static JSValue console_assert(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSValue values[2], ret;

    (void)this_val;
    if (JS_ToBool(ctx, argv[0]))
        return JS_UNDEFINED;
    if (argc < 2)
        return print_text(ctx, QJSP_CONSOLE_ERROR, "Assertion failed");
    /* the data as one list: a format string among it is data here */
    values[0] = JS_NewString(ctx, "Assertion failed:");
    values[1] = JS_DupValue(ctx, argv[1]);
    ret = JS_IsException(values[0]) ? JS_EXCEPTION : print_all(ctx, QJSP_CONSOLE_ERROR, 2, values);
    JS_FreeValues(ctx, values[0], values[1]);
    return ret;
}

/* ---- count and time: numbers kept by label in objects without prototype ---- */

static JSAtom get_label(JSContext *ctx, int argc, JSValueConst *argv)
{
    JSAtom atom;
    JSValue text;

    if (argc < 1 || JS_IsUndefined(argv[0]))
        return JS_NewAtom(ctx, "default");
    text = JS_ToString(ctx, argv[0]);
    if (JS_IsException(text))
        return JS_ATOM_NULL;
    atom = JS_ValueToAtom(ctx, text);
    JS_FreeValue(ctx, text);
    return atom;
}

/* NaN: there is none. */
static double get_number(JSContext *ctx, JSValueConst table, JSAtom label)
{
    JSValue value = JS_GetProperty(ctx, table, label);
    double d = (double)NAN;

    if (JS_IsNumber(value) && JS_ToFloat64(ctx, &d, value) < 0)
        d = (double)NAN;
    JS_FreeValue(ctx, value);
    return d;
}

static JSValue print_number(JSContext *ctx, JSAtom label, const char *format, double number)
{
    const char *name = JS_AtomToCString(ctx, label);
    qjsp_buffer text;
    JSValue ret = JS_EXCEPTION;

    if (name == NULL)
        return ret;
    qjsp_buffer_init(&text, qjsp__isolate_of(ctx)->alloc, 0);
    qjsp_buffer_append(&text, name, strlen(name));
    qjsp_buffer_printf(&text, format, number);
    qjsp_buffer_append(&text, "", 1);
    ret = text.status == QJSP_OK ? print_text(ctx, QJSP_CONSOLE_LOG, (const char *)text.data)
                                 : JS_ThrowOutOfMemory(ctx);
    qjsp_buffer_fini(&text);
    JS_FreeCString(ctx, name);
    return ret;
}

enum { COUNT, COUNT_RESET, TIME, TIME_LOG, TIME_END };

static JSValue count(JSContext *ctx, JSValueConst table, JSAtom label, int what)
{
    double n = get_number(ctx, table, label);

    n = what == COUNT_RESET ? 0 : (n > 0 ? n : 0) + 1;
    if (JS_DefinePropertyValue(ctx, table, label, JS_NewFloat64(ctx, n), JS_PROP_C_W_E) < 0)
        return JS_EXCEPTION;
    return what == COUNT_RESET ? JS_UNDEFINED : print_number(ctx, label, ": %.0f", n);
}

static JSValue stopwatch(JSContext *ctx, JSValueConst table, JSAtom label, int what)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    double now = iso->opt.has_clock ? 0 : (double)qjsp__clock_ns() / 1e6;
    double since = get_number(ctx, table, label);

    if (what == TIME)
        return JS_DefinePropertyValue(ctx, table, label, JS_NewFloat64(ctx, now), JS_PROP_C_W_E) < 0
                   ? JS_EXCEPTION
                   : JS_UNDEFINED;
    if (since != since) /* never started: say nothing wrong */
        return JS_UNDEFINED;
    if (what == TIME_END && JS_DeleteProperty(ctx, table, label, 0) < 0)
        return JS_EXCEPTION;
    return print_number(ctx, label, ": %.3fms", now - since);
}

static JSValue console_labelled(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                                int magic)
{
    qjsp__realm *realm = qjsp__isolate_of(ctx)->realm;
    JSAtom label = get_label(ctx, argc, argv);
    JSValue ret;

    (void)this_val;
    if (label == JS_ATOM_NULL)
        return JS_EXCEPTION;
    ret = magic <= COUNT_RESET ? count(ctx, realm->counters, label, magic)
                               : stopwatch(ctx, realm->stopwatches, label, magic);
    JS_FreeAtom(ctx, label);
    return ret;
}

static JSValue console_nothing(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)ctx;
    (void)this_val;
    (void)argc;
    (void)argv;
    return JS_UNDEFINED;
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_MAGIC_DEF("log", 0, console_log, QJSP_CONSOLE_LOG),
    JS_CFUNC_MAGIC_DEF("info", 0, console_log, QJSP_CONSOLE_INFO),
    JS_CFUNC_MAGIC_DEF("warn", 0, console_log, QJSP_CONSOLE_WARN),
    JS_CFUNC_MAGIC_DEF("error", 0, console_log, QJSP_CONSOLE_ERROR),
    JS_CFUNC_MAGIC_DEF("debug", 0, console_log, QJSP_CONSOLE_DEBUG),
    JS_CFUNC_MAGIC_DEF("dir", 0, console_log, QJSP_CONSOLE_LOG),
    JS_CFUNC_MAGIC_DEF("dirxml", 0, console_log, QJSP_CONSOLE_LOG),
    JS_CFUNC_MAGIC_DEF("table", 0, console_log, QJSP_CONSOLE_LOG),
    JS_CFUNC_MAGIC_DEF("group", 0, console_log, QJSP_CONSOLE_LOG),
    JS_CFUNC_MAGIC_DEF("groupCollapsed", 0, console_log, QJSP_CONSOLE_LOG),
    JS_CFUNC_DEF("groupEnd", 0, console_nothing),
    JS_CFUNC_DEF("clear", 0, console_nothing),
    JS_CFUNC_DEF("assert", 1, console_assert),
    JS_CFUNC_MAGIC_DEF("trace", 0, console_log, QJSP_CONSOLE_TRACE),
    JS_CFUNC_MAGIC_DEF("count", 0, console_labelled, COUNT),
    JS_CFUNC_MAGIC_DEF("countReset", 0, console_labelled, COUNT_RESET),
    JS_CFUNC_MAGIC_DEF("time", 0, console_labelled, TIME),
    JS_CFUNC_MAGIC_DEF("timeLog", 0, console_labelled, TIME_LOG),
    JS_CFUNC_MAGIC_DEF("timeEnd", 0, console_labelled, TIME_END),
};

bool qjsp__console_install(JSContext *ctx, JSValueConst global)
{
    qjsp__realm *realm = qjsp__isolate_of(ctx)->realm;
    JSValue console = JS_NewObject(ctx);

    realm->counters = JS_NewObjectProto(ctx, JS_NULL);
    realm->stopwatches = JS_NewObjectProto(ctx, JS_NULL);
    if (JS_IsException(console) || JS_IsException(realm->counters) ||
        JS_IsException(realm->stopwatches))
        return false;
    if (JS_SetPropertyFunctionList(ctx, console, functions, QJSP_COUNTOF(functions)) < 0)
        return false;
    return JS_DefinePropertyValueStr(ctx, global, "console", console,
                                     JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0;
}
