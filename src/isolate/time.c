/* SPDX-License-Identifier: MIT */
/*
 * The guest's clocks: performance.now from the task's beginning, and, where the
 * options fix the time, a Date that stands still there.
 */
#include "isolate/isolate.h"

#include "base/checked.h"

/* Milliseconds since the task began, to the microsecond (High Resolution Time,
 * section 4.1; coarser than the CPU's clock on purpose). */
static double elapsed_ms(const qjsp_isolate *iso)
{
    if (iso->opt.has_clock)
        return 0;
    return (double)((qjsp__clock_ns() - iso->begin_ns) / 1000) / 1e3;
}

static JSValue performance_now(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    (void)argv;
    return JS_NewFloat64(ctx, elapsed_ms(qjsp__isolate_of(ctx)));
}

static const JSCFunctionListEntry performance_functions[] = {
    JS_CFUNC_DEF("now", 0, performance_now),
};

/* ---- a Date that stands still ---- */

static JSValue date_now(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    (void)argv;
    return JS_NewFloat64(ctx, qjsp__isolate_of(ctx)->opt.clock_ms);
}

/* handler.construct(target, args, newTarget): `new Date()` becomes `new Date(fixed)`. */
static JSValue date_construct(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSValue now[1], args[8];
    int64_t n = 0;
    int nargs;
    JSValue ret;

    (void)this_val;
    (void)argc;
    if (JS_GetLength(ctx, argv[1], &n) < 0)
        return JS_EXCEPTION;
    if (n == 0) {
        now[0] = JS_NewFloat64(ctx, qjsp__isolate_of(ctx)->opt.clock_ms);
        return JS_CallConstructor2(ctx, argv[0], argv[2], 1, now);
    }
    /* Date looks at seven arguments at most */
    for (nargs = 0; nargs < n && nargs < (int)QJSP_COUNTOF(args); nargs++)
        args[nargs] = JS_GetPropertyInt64(ctx, argv[1], nargs);
    ret = JS_CallConstructor2(ctx, argv[0], argv[2], nargs, args);
    while (nargs > 0)
        JS_FreeValue(ctx, args[--nargs]);
    return ret;
}

/* handler.apply(target, this, args): Date() is the text of `new Date()`. */
static JSValue date_apply(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSValue now = JS_NewFloat64(ctx, qjsp__isolate_of(ctx)->opt.clock_ms);
    JSValue date = JS_CallConstructor(ctx, argv[0], 1, &now);
    JSValue text;

    (void)this_val;
    (void)argc;
    if (JS_IsException(date))
        return date;
    text = JS_ToString(ctx, date);
    JS_FreeValue(ctx, date);
    return text;
}

static const JSCFunctionListEntry date_handler[] = {
    JS_CFUNC_DEF("construct", 3, date_construct),
    JS_CFUNC_DEF("apply", 3, date_apply),
};

/* A proxy, since the engine offers no hook for its clock: everything but the
 * current time passes through to the real Date. */
static bool fix_date(JSContext *ctx, JSValueConst global)
{
    JSValue date = JS_GetPropertyStr(ctx, global, "Date");
    JSValue prototype = JS_GetPropertyStr(ctx, date, "prototype");
    JSValue handler = JS_NewObjectProto(ctx, JS_NULL);
    JSValue proxy = JS_EXCEPTION;
    bool ok =
        !JS_IsException(prototype) && !JS_IsException(handler) &&
        JS_DefinePropertyValueStr(ctx, date, "now", JS_NewCFunction(ctx, date_now, "now", 0),
                                  JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0 &&
        JS_SetPropertyFunctionList(ctx, handler, date_handler, QJSP_COUNTOF(date_handler)) == 0;

    if (ok)
        proxy = JS_NewProxy(ctx, date, handler);
    ok = ok && !JS_IsException(proxy) &&
         JS_DefinePropertyValueStr(ctx, prototype, "constructor", JS_DupValue(ctx, proxy),
                                   JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0 &&
         JS_DefinePropertyValueStr(ctx, global, "Date", JS_DupValue(ctx, proxy),
                                   JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0;
    JS_FreeValues(ctx, proxy, handler, prototype, date);
    return ok;
}

bool qjsp__time_install(qjsp_isolate *iso, JSValueConst global)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue performance = JS_NewObject(ctx);

    /* replaces the engine's, which tells the machine's uptime */
    if (JS_IsException(performance) ||
        JS_SetPropertyFunctionList(ctx, performance, performance_functions,
                                   QJSP_COUNTOF(performance_functions)) < 0 ||
        JS_DefinePropertyValueStr(ctx, performance, "timeOrigin", JS_NewInt32(ctx, 0),
                                  JS_PROP_ENUMERABLE) < 0 ||
        JS_DefinePropertyValueStr(ctx, global, "performance", performance,
                                  JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) < 0)
        return false;
    return !iso->opt.has_clock || fix_date(ctx, global);
}
