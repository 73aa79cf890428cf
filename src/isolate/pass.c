/* SPDX-License-Identifier: MIT */
/* PASS tasks: the value goes through a function of the guest's before it crosses. */
#include "clone/own.h"
#include "isolate/apply.h"
#include "isolate/isolate.h"

static JSValue peek_promise(JSContext *ctx, JSValueConst promise)
{
    static const char *const states[] = { "pending", "fulfilled", "rejected" }; /* ORDER */
    JSPromiseStateEnum state = JS_PromiseState(ctx, promise);
    JSValue items[2], array;
    int n = state == JS_PROMISE_PENDING ? 1 : 2;

    items[0] = JS_NewString(ctx, states[state]);
    items[1] = n == 2 ? JS_PromiseResult(ctx, promise) : JS_UNDEFINED;
    array = JS_IsException(items[0]) ? JS_EXCEPTION : qjsp__array_from(ctx, n, items);
    JS_FreeValue(ctx, items[0]);
    JS_FreeValue(ctx, items[1]);
    return array;
}

static JSValue peek(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv)
{
    (void)this_value;
    if (argc < 1 || !JS_IsObject(argv[0]))
        return JS_UNDEFINED;
    if (JS_IsProxy(argv[0]))
        return JS_NewString(ctx, "proxy");
    return JS_IsPromise(argv[0]) ? peek_promise(ctx, argv[0]) : JS_UNDEFINED;
}

/* The function that the first argument names; its place is given to `value`, which is taken. */
static JSValue swap_first(JSContext *ctx, JSValue args, JSValue value)
{
    JSValue name = JS_GetPropertyUint32(ctx, args, 0), function = JS_UNDEFINED;
    JSValue global = JS_GetGlobalObject(ctx);
    JSAtom atom = JS_IsString(name) ? JS_ValueToAtom(ctx, name) : JS_ATOM_NULL;
    bool has_failed = JS_IsException(name) || (JS_IsString(name) && atom == JS_ATOM_NULL);

    if (atom != JS_ATOM_NULL)
        has_failed = qjsp__own_get(ctx, global, atom, &function) == QJSP__OWN_THREW;
    JS_FreeAtom(ctx, atom);
    JS_FreeValue(ctx, global);
    JS_FreeValue(ctx, name);
    if (JS_DefinePropertyValueUint32(ctx, args, 0, value, JS_PROP_C_W_E) < 0)
        has_failed = true;
    if (!has_failed && JS_IsFunction(ctx, function))
        return function;
    if (!has_failed)
        JS_ThrowTypeError(ctx, "the first argument of a task that passes its value on must name a "
                               "function among the globals");
    JS_FreeValue(ctx, function);
    return JS_EXCEPTION;
}

JSValue qjsp__pass(qjsp_isolate *iso, JSValue value)
{
    JSValue args = iso->realm->args, function, helper, ret;
    JSContext *ctx = iso->realm->ctx;

    function = swap_first(ctx, args, value);
    if (JS_IsException(function))
        return JS_EXCEPTION;
    helper = JS_NewCFunction(ctx, peek, "peek", 1);
    ret = JS_IsException(helper) ? JS_EXCEPTION : qjsp__apply_to(ctx, function, helper, args);
    JS_FreeValue(ctx, helper);
    JS_FreeValue(ctx, function);
    return ret;
}
