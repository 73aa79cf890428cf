/* SPDX-License-Identifier: MIT */
/*
 * What guests find on globalThis besides the language: values of the host, structuredClone,
 * Math.random of our own. (Timers, console, text encoding, crypto and time have files of
 * their own.)
 */
#include <string.h>

#include "base/checked.h"
#include "isolate/isolate.h"

/* ---- values of the host ---- */

/* Defines, never sets: a guest's setter on Object.prototype must not run. */
static bool define_all(JSContext *ctx, JSValueConst from)
{
    JSValue global = JS_GetGlobalObject(ctx);
    JSPropertyEnum *keys;
    uint32_t nkeys;
    bool ok = JS_GetOwnPropertyNames(ctx, &keys, &nkeys, from,
                                     JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) == 0;

    for (uint32_t i = 0; ok && i < nkeys; i++) {
        JSValue value = JS_GetProperty(ctx, from, keys[i].atom);

        ok = !JS_IsException(value) && JS_DefinePropertyValue(ctx, global, keys[i].atom, value,
                                                              JS_PROP_C_W_E | JS_PROP_THROW) >= 0;
    }
    if (nkeys > 0 || ok)
        JS_FreePropertyEnum(ctx, keys, nkeys);
    JS_FreeValue(ctx, global);
    return ok;
}

bool qjsp__define_globals(qjsp_isolate *iso, qjsp_bytes map)
{
    JSContext *ctx = iso->realm->ctx;
    const qjsp__clone_functions functions = { .make = qjsp__hostcall_carry, .ud = iso };
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    JSValue object;
    bool ok;

    limits.functions = &functions;
    object = qjsp__decode(ctx, iso->realm->intrinsics, map, &limits);

    if (JS_IsException(object))
        return false;
    ok = JS_IsObject(object) && !JS_IsArray(object);
    if (ok)
        ok = define_all(ctx, object);
    else
        JS_ThrowTypeError(ctx, "globals must be a map of names to values");
    JS_FreeValue(ctx, object);
    return ok;
}

static bool define_json(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    qjsp_bytes json = iso->opt.globals_json;
    JSValue object = JS_ParseJSON(ctx, (const char *)json.data, json.len, "globals");
    bool ok;

    if (JS_IsException(object))
        return false;
    ok = JS_IsObject(object) && !JS_IsArray(object) && define_all(ctx, object);
    JS_FreeValue(ctx, object);
    return ok;
}

/* ---- functions ---- */

/* HTML, section 2.7.10; of the options, transfer is understood for ArrayBuffers. */
static bool detach_all(JSContext *ctx, JSValueConst options)
{
    JSValue list =
        JS_IsObject(options) ? JS_GetPropertyStr(ctx, options, "transfer") : JS_UNDEFINED;
    int64_t n = 0;
    bool ok = !JS_IsException(list);

    if (ok && JS_IsArray(list))
        ok = JS_GetLength(ctx, list, &n) >= 0;
    for (int64_t i = 0; ok && i < n; i++) {
        JSValue item = JS_GetPropertyInt64(ctx, list, i);

        ok = JS_IsArrayBuffer(item);
        if (ok)
            JS_DetachArrayBuffer(ctx, item);
        else if (!JS_IsException(item))
            JS_ThrowDOMException(ctx, "DataCloneError", "transfer[%lld] is not an ArrayBuffer",
                                 (long long)i);
        JS_FreeValue(ctx, item);
    }
    JS_FreeValue(ctx, list);
    return ok;
}

static JSValue structured_clone(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    JSValue ret = JS_EXCEPTION;
    qjsp_buffer buf;
    qjsp_status st;

    (void)this_val;
    if (argc < 1)
        return JS_ThrowTypeError(ctx, "structuredClone: a value is required");
    qjsp_buffer_init(&buf, iso->alloc, iso->opt.result_limit);
    st = qjsp__encode(ctx, iso->realm->intrinsics, argv[0], "value", &limits, &buf);
    if (st == QJSP_OK && (argc < 2 || detach_all(ctx, argv[1])))
        ret = qjsp__decode(ctx, iso->realm->intrinsics, qjsp_buffer_peek(&buf), &limits);
    else if (st == QJSP_ERR_LIMIT)
        JS_ThrowRangeError(ctx, "structuredClone: the value is too large or too deep");
    else if (st == QJSP_ERR_TIMEOUT)
        (void)qjsp__isolate_may_call_out(iso);
    else if (st == QJSP_ERR_NOMEM)
        JS_ThrowOutOfMemory(ctx);
    qjsp_buffer_fini(&buf);
    return ret;
}

/* The engine's own generator lies in the snapshot: every task would see the same numbers. */
static JSValue math_random(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)this_val;
    (void)argc;
    (void)argv;
    return JS_NewFloat64(ctx, qjsp__random_double(&qjsp__isolate_of(ctx)->realm->random));
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("structuredClone", 1, structured_clone),
};

bool qjsp__globals_install(qjsp_isolate *iso, JSValueConst global)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue math = JS_GetPropertyStr(ctx, global, "Math");
    bool ok = !JS_IsException(math) &&
              JS_DefinePropertyValueStr(ctx, math, "random",
                                        JS_NewCFunction(ctx, math_random, "random", 0),
                                        JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0 &&
              JS_SetPropertyFunctionList(ctx, global, functions, QJSP_COUNTOF(functions)) == 0;

    JS_FreeValue(ctx, math);
    if (ok && iso->opt.globals.len > 0)
        ok = qjsp__define_globals(iso, iso->opt.globals);
    if (ok && iso->opt.globals_json.len > 0)
        ok = define_json(iso);
    return ok;
}
