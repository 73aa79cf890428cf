/* SPDX-License-Identifier: MIT */
/* Sources that are evaluated, and modules that the host loads. */
#include <stdlib.h>
#include <string.h>

#include "ffi/ffi.h"
#include "source/redeclare.h"

/* ---- evaluating ---- */

/* argv[0] is not looked at: the promise of a module's evaluation resolves to undefined. */
static JSValue get_namespace(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                             int magic, JSValueConst *data)
{
    (void)this_val;
    (void)argc;
    (void)argv;
    (void)magic;
    return JS_DupValue(ctx, data[0]);
}

/* A promise of the namespace, by way of the engine's own `then`: guests may have patched theirs. */
static JSValue when_done(JSContext *ctx, JSValueConst promise, JSValueConst names)
{
    JSValue done = JS_NewCFunctionData(ctx, get_namespace, 0, 0, 1, &names);
    JSValue then = JS_GetPropertyStr(ctx, promise, "then");
    JSValue result = JS_Call(ctx, then, promise, 1, &done);

    JS_FreeValue(ctx, then);
    JS_FreeValue(ctx, done);
    return result;
}

/* Takes the module that was compiled: what it exports, or a promise of it where it awaits. */
static JSValue evaluate_module(JSContext *ctx, JSValue compiled)
{
    JSModuleDef *module = JS_VALUE_GET_PTR(compiled);
    JSValue promise = JS_EvalFunction(ctx, compiled), names, result;
    int state;

    if (JS_IsException(promise))
        return promise;
    state = JS_PromiseState(ctx, promise);
    if (state == JS_PROMISE_REJECTED) {
        result = JS_Throw(ctx, JS_PromiseResult(ctx, promise));
        JS_FreeValue(ctx, promise);
        return result;
    }
    names = JS_GetModuleNamespace(ctx, module);
    if (state != JS_PROMISE_PENDING || JS_IsException(names)) {
        JS_FreeValue(ctx, promise);
        return names;
    }
    result = when_done(ctx, promise, names);
    JS_FreeValue(ctx, promise);
    JS_FreeValue(ctx, names);
    return result;
}

/* Not JS_DetectModule: it compiles all there is, and takes any script for a module. */
static bool is_module_source(const char *source, size_t len)
{
    qjsp__source_facts facts;

    qjsp__source_scan((qjsp_bytes){ (const uint8_t *)source, len }, &facts);
    return facts.is_module;
}

QJSP__FFI(QTS_Eval)
JSValue *QTS_Eval(JSContext *ctx, const char *source, size_t len, const char *filename,
                  int detects_module, int flags)
{
    bool is_module = (flags & JS_EVAL_TYPE_MASK) == JS_EVAL_TYPE_MODULE;
    JSValue value;

    if (!is_module && detects_module && is_module_source(source, len)) {
        flags |= JS_EVAL_TYPE_MODULE;
        is_module = true;
    }
    if (!is_module || (flags & JS_EVAL_FLAG_COMPILE_ONLY) != 0)
        return qjsp__ffi_box(ctx, JS_Eval(ctx, source, len, filename, flags));
    value = JS_Eval(ctx, source, len, filename, flags | JS_EVAL_FLAG_COMPILE_ONLY);
    return qjsp__ffi_box(ctx, JS_IsException(value) ? value : evaluate_module(ctx, value));
}

QJSP__FFI(QTS_GetModuleNamespace)
JSValue *QTS_GetModuleNamespace(JSContext *ctx, const JSValue *module)
{
    if (!JS_IsModule(*module))
        return qjsp__ffi_box(ctx, JS_ThrowTypeError(ctx, "not a module"));
    return qjsp__ffi_box(ctx, JS_GetModuleNamespace(ctx, JS_VALUE_GET_PTR(*module)));
}

/* ---- loading ---- */

/* Takes text of malloc. */
static char *to_engine(JSContext *ctx, char *text, const char *name)
{
    char *copy = NULL;

    if (text != NULL)
        copy = js_strdup(ctx, text);
    else if (!JS_HasException(ctx))
        JS_ThrowReferenceError(ctx, "could not load module '%s'", name);
    free(text);
    return copy;
}

static char *normalize(JSContext *ctx, const char *base, const char *name, void *opaque)
{
    JSRuntime *rt = JS_GetRuntime(ctx);
    bool can_wait = qjsp__ffi_begin_host_call(ctx);
    char *text = can_wait ? qjsp__ffi_host_normalize_wait(rt, ctx, base, name)
                          : qjsp__ffi_host_normalize(rt, ctx, base, name);

    (void)opaque;
    qjsp__ffi_end_host_call(ctx, can_wait);
    return to_engine(ctx, text, name);
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque)
{
    JSRuntime *rt = JS_GetRuntime(ctx);
    bool can_wait = qjsp__ffi_begin_host_call(ctx);
    char *source =
        can_wait ? qjsp__ffi_host_load_wait(rt, ctx, name) : qjsp__ffi_host_load(rt, ctx, name);
    JSModuleDef *module;
    JSValue value;

    (void)opaque;
    qjsp__ffi_end_host_call(ctx, can_wait);
    if (source == NULL) {
        if (!JS_HasException(ctx))
            JS_ThrowReferenceError(ctx, "could not load module '%s'", name);
        return NULL;
    }
    value =
        JS_Eval(ctx, source, strlen(source), name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    free(source);
    if (JS_IsException(value))
        return NULL;
    module = JS_VALUE_GET_PTR(value);
    JS_FreeValue(ctx, value); /* the engine's list of modules holds it */
    return module;
}

QJSP__FFI(QTS_RuntimeEnableModuleLoader)
void QTS_RuntimeEnableModuleLoader(JSRuntime *rt, int normalizes)
{
    JS_SetModuleLoaderFunc(rt, normalizes ? normalize : NULL, load, NULL);
}

QJSP__FFI(QTS_RuntimeDisableModuleLoader) void QTS_RuntimeDisableModuleLoader(JSRuntime *rt)
{
    JS_SetModuleLoaderFunc(rt, NULL, NULL, NULL);
}
