/* SPDX-License-Identifier: MIT */
/*
 * Functions and other things of the host's that guests hold. The host knows each by a number; an
 * object of a class of its own carries it, and tells the host when nobody holds it any more.
 */
#include <stdlib.h>

#include "ffi/ffi.h"

static int32_t id_of(JSValueConst value, JSClassID host_ref_class)
{
    return (int32_t)(intptr_t)JS_GetOpaque(value, host_ref_class);
}

static void finalize(JSRuntime *rt, JSValueConst value)
{
    const qjsp__ffi_runtime *own = JS_GetRuntimeOpaque(rt);
    int32_t id = id_of(value, own->host_ref_class);

    if (id != 0)
        qjsp__ffi_host_free_ref(rt, id);
}

bool qjsp__ffi_add_host_refs(JSRuntime *rt, qjsp__ffi_runtime *own)
{
    static const JSClassDef host_ref = { .class_name = "HostRef", .finalizer = finalize };

    JS_NewClassID(rt, &own->host_ref_class);
    return JS_NewClass(rt, own->host_ref_class, &host_ref) == 0;
}

static JSValue new_host_ref(JSContext *ctx, int32_t id)
{
    JSValue object = JS_NewObjectClass(ctx, qjsp__ffi_of(ctx)->host_ref_class);

    if (!JS_IsException(object))
        JS_SetOpaque(object, (void *)(intptr_t)id);
    return object;
}

QJSP__FFI(QTS_NewHostRef) JSValue *QTS_NewHostRef(JSContext *ctx, int32_t id)
{
    return qjsp__ffi_box(ctx, new_host_ref(ctx, id));
}

/* The class of a runtime's host references: the same number in all of them. */
QJSP__FFI(qjsp_ffi_host_ref_class) uint32_t qjsp_ffi_host_ref_class(JSRuntime *rt)
{
    return ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->host_ref_class;
}

/* 0: it carries none. The second argument is not the FFI's: a value does not say its runtime. */
QJSP__FFI(QTS_GetHostRefId)
int32_t QTS_GetHostRefId(const JSValue *value, uint32_t host_ref_class)
{
    return id_of(*value, host_ref_class);
}

bool qjsp__ffi_begin_host_call(JSContext *ctx)
{
    qjsp__ffi_runtime *own = qjsp__ffi_of(ctx);
    bool can_wait = own->is_suspendable && !qjsp__engine_is_building_stack(JS_GetRuntime(ctx));

    if (can_wait)
        own->is_suspendable = false;
    return can_wait;
}

void qjsp__ffi_end_host_call(JSContext *ctx, bool was_suspendable)
{
    if (was_suspendable)
        qjsp__ffi_of(ctx)->is_suspendable = true;
}

static JSValue call_host(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                         int magic, JSValueConst *data)
{
    int32_t id = id_of(data[0], qjsp__ffi_of(ctx)->host_ref_class);
    bool can_wait = qjsp__ffi_begin_host_call(ctx);
    JSValue *box;

    (void)magic;
    box = can_wait ? qjsp__ffi_host_call_wait(ctx, &this_val, argc, argv, id)
                   : qjsp__ffi_host_call(ctx, &this_val, argc, argv, id);
    qjsp__ffi_end_host_call(ctx, can_wait);
    return box == NULL ? JS_UNDEFINED : qjsp__ffi_unbox(ctx, box);
}

/* The number is the function's from here on: the host hears when it is gone. */
QJSP__FFI(QTS_NewFunction)
JSValue *QTS_NewFunction(JSContext *ctx, const char *name, int length, int is_constructor,
                         int32_t id)
{
    JSValue ref = new_host_ref(ctx, id);
    JSValue function;

    if (JS_IsException(ref))
        return qjsp__ffi_box(ctx, ref);
    function = JS_NewCFunctionData2(ctx, call_host, name, length, 0, 1, &ref);
    JS_FreeValue(ctx, ref);
    if (!JS_IsException(function) && is_constructor)
        JS_SetConstructorBit(ctx, function, true);
    return qjsp__ffi_box(ctx, function);
}

/* Whether host functions and module loaders may answer later in the call that comes next. */
QJSP__FFI(qjsp_ffi_set_suspendable) void qjsp_ffi_set_suspendable(JSRuntime *rt, int on)
{
    ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->is_suspendable = on != 0;
}

/* What a guest is told where the host answers later and cannot suspend. A box: an exception. */
QJSP__FFI(qjsp_ffi_cannot_suspend) JSValue *qjsp_ffi_cannot_suspend(JSContext *ctx)
{
    return qjsp__ffi_box(
        ctx,
        JS_ThrowTypeError(ctx, "the host's answer comes later, and it cannot be waited for here"));
}

QJSP__FFI(qjsp_ffi_runtime_of) JSRuntime *qjsp_ffi_runtime_of(JSContext *ctx)
{
    return JS_GetRuntime(ctx);
}

QJSP__FFI(QTS_ArgvGetJSValueConstPointer)
const JSValue *QTS_ArgvGetJSValueConstPointer(const JSValue *argv, int i)
{
    return &argv[i];
}
