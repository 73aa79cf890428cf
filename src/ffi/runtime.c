/* SPDX-License-Identifier: MIT */
/* Runtimes and contexts: their life, limits and jobs, and what is told of their memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ffi/ffi.h"

/*
 * Of guest stack, until the host says otherwise: 1,100 levels of recursion. The thread that made the
 * instance may have about 1 MB, of which each level takes up to twice as much as here; at 512 KiB
 * Node's ended first, with an error of the host's that nothing in the instance survives.
 */
enum { STACK_BYTES = 384 * 1024 };

/* ---- life ---- */

/* NULL: no memory. */
QJSP__FFI(QTS_NewRuntime) JSRuntime *QTS_NewRuntime(void)
{
    qjsp__ffi_runtime *own = calloc(1, sizeof *own);
    JSRuntime *rt = own == NULL ? NULL : JS_NewRuntime();

    if (rt == NULL || !qjsp__ffi_add_host_refs(rt, own)) {
        free(own);
        return NULL;
    }
    JS_SetRuntimeOpaque(rt, own);
    JS_SetMaxStackSize(rt, STACK_BYTES);
    return rt;
}

/* What the host still has of a runtime. */
QJSP__FFI(qjsp_ffi_count_handles) uint32_t qjsp_ffi_count_handles(JSRuntime *rt)
{
    return ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->nboxes;
}

/* With one of these, or a context, a runtime must not be freed. */
QJSP__FFI(qjsp_ffi_count_objects) uint32_t qjsp_ffi_count_objects(JSRuntime *rt)
{
    return ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->nobject_boxes;
}

QJSP__FFI(qjsp_ffi_count_contexts) uint32_t qjsp_ffi_count_contexts(JSRuntime *rt)
{
    return ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->ncontexts;
}

/* One in which the engine has lost objects stays, as memory that nobody uses. */
QJSP__FFI(QTS_FreeRuntime) void QTS_FreeRuntime(JSRuntime *rt)
{
    void *own = JS_GetRuntimeOpaque(rt);

    if (!qjsp__engine_drain(rt))
        return;
    JS_FreeRuntime(rt);
    free(own);
}

/* ORDER IntrinsicsFlags of @jitl/quickjs-ffi-types */
typedef enum intrinsics {
    BASE_OBJECTS = 1 << 0,
    DATE = 1 << 1,
    EVAL = 1 << 2,
    REGEXP = 1 << 4,
    REGEXP_COMPILER = 1 << 5,
    JSON = 1 << 6,
    PROXY = 1 << 7,
    MAP_SET = 1 << 8,
    TYPED_ARRAYS = 1 << 9,
    PROMISE = 1 << 10,
    BIG_INT = 1 << 11,
} intrinsics;

static void add_intrinsics(JSContext *ctx, int flags)
{
    if ((flags & BASE_OBJECTS) != 0)
        JS_AddIntrinsicBaseObjects(ctx);
    if ((flags & DATE) != 0)
        JS_AddIntrinsicDate(ctx);
    if ((flags & EVAL) != 0)
        JS_AddIntrinsicEval(ctx);
    if ((flags & REGEXP) != 0)
        JS_AddIntrinsicRegExp(ctx);
    if ((flags & REGEXP_COMPILER) != 0)
        JS_AddIntrinsicRegExpCompiler(ctx);
    if ((flags & JSON) != 0)
        JS_AddIntrinsicJSON(ctx);
    if ((flags & PROXY) != 0)
        JS_AddIntrinsicProxy(ctx);
    if ((flags & MAP_SET) != 0)
        JS_AddIntrinsicMapSet(ctx);
    if ((flags & TYPED_ARRAYS) != 0)
        JS_AddIntrinsicTypedArrays(ctx);
    if ((flags & PROMISE) != 0)
        JS_AddIntrinsicPromise(ctx);
    if ((flags & BIG_INT) != 0)
        JS_AddIntrinsicBigInt(ctx);
}

/* flags 0: all there are. */
QJSP__FFI(QTS_NewContext) JSContext *QTS_NewContext(JSRuntime *rt, int flags)
{
    JSContext *ctx = flags == 0 ? JS_NewContext(rt) : JS_NewContextRaw(rt);

    if (ctx == NULL)
        return NULL;
    add_intrinsics(ctx, flags);
    if (flags == 0 && !qjsp__ffi_realm_add(ctx)) {
        JS_FreeContext(ctx);
        return NULL;
    }
    qjsp__ffi_of(ctx)->ncontexts++;
    return ctx;
}

QJSP__FFI(QTS_FreeContext) void QTS_FreeContext(JSContext *ctx)
{
    qjsp__ffi_realm_remove(ctx);
    qjsp__ffi_of(ctx)->ncontexts--;
    JS_FreeContext(ctx);
}

/* ---- limits ---- */

static int interrupt(JSRuntime *rt, void *opaque)
{
    (void)opaque;
    return qjsp__ffi_host_interrupt(rt);
}

QJSP__FFI(QTS_RuntimeEnableInterruptHandler) void QTS_RuntimeEnableInterruptHandler(JSRuntime *rt)
{
    JS_SetInterruptHandler(rt, interrupt, NULL);
}

QJSP__FFI(QTS_RuntimeDisableInterruptHandler) void QTS_RuntimeDisableInterruptHandler(JSRuntime *rt)
{
    JS_SetInterruptHandler(rt, NULL, NULL);
}

/* limit: bytes; -1: none. */
QJSP__FFI(QTS_RuntimeSetMemoryLimit) void QTS_RuntimeSetMemoryLimit(JSRuntime *rt, int limit)
{
    JS_SetMemoryLimit(rt, limit < 0 ? 0 : (size_t)limit);
}

QJSP__FFI(QTS_RuntimeSetMaxStackSize) void QTS_RuntimeSetMaxStackSize(JSRuntime *rt, size_t size)
{
    JS_SetMaxStackSize(rt, size);
}

/* ---- jobs ---- */

QJSP__FFI(QTS_IsJobPending) int QTS_IsJobPending(JSRuntime *rt)
{
    return JS_IsJobPending(rt);
}

/* How many ran, or what one threw. *last: the context of the last one; unchanged if none ran. */
QJSP__FFI(QTS_ExecutePendingJob)
JSValue *QTS_ExecutePendingJob(JSRuntime *rt, int limit, JSContext **last)
{
    JSContext *ctx;
    int ndone = 0;

    while (ndone != limit) {
        int state = JS_ExecutePendingJob(rt, &ctx);

        if (state == 0)
            break;
        *last = ctx;
        if (state < 0)
            return qjsp__ffi_box(ctx, JS_GetException(ctx));
        ndone++;
    }
    return qjsp__ffi_box_of(rt, JS_MKVAL(JS_TAG_INT, ndone));
}

/* ---- memory ---- */

QJSP__FFI(QTS_RuntimeComputeMemoryUsage)
JSValue *QTS_RuntimeComputeMemoryUsage(JSRuntime *rt, JSContext *ctx)
{
    JSMemoryUsage usage;
    JSValue object = JS_NewObject(ctx);

    JS_ComputeMemoryUsage(rt, &usage);
    const struct {
        const char *name;
        int64_t count;
    } fields[] = {
        { "malloc_limit", usage.malloc_limit },
        { "memory_used_size", usage.memory_used_size },
        { "malloc_count", usage.malloc_count },
        { "memory_used_count", usage.memory_used_count },
        { "atom_count", usage.atom_count },
        { "atom_size", usage.atom_size },
        { "str_count", usage.str_count },
        { "str_size", usage.str_size },
        { "obj_count", usage.obj_count },
        { "obj_size", usage.obj_size },
        { "prop_count", usage.prop_count },
        { "prop_size", usage.prop_size },
        { "shape_count", usage.shape_count },
        { "shape_size", usage.shape_size },
        { "js_func_count", usage.js_func_count },
        { "js_func_size", usage.js_func_size },
        { "js_func_code_size", usage.js_func_code_size },
        { "js_func_pc2line_count", usage.js_func_pc2line_count },
        { "js_func_pc2line_size", usage.js_func_pc2line_size },
        { "c_func_count", usage.c_func_count },
        { "array_count", usage.array_count },
        { "fast_array_count", usage.fast_array_count },
        { "fast_array_elements", usage.fast_array_elements },
        { "binary_object_count", usage.binary_object_count },
        { "binary_object_size", usage.binary_object_size },
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && !JS_IsException(object); i++) {
        if (JS_SetPropertyStr(ctx, object, fields[i].name, JS_NewInt64(ctx, fields[i].count)) < 0) {
            JS_FreeValue(ctx, object);
            object = JS_EXCEPTION;
        }
    }
    return qjsp__ffi_box(ctx, object);
}

/* Text of malloc. */
QJSP__FFI(QTS_RuntimeDumpMemoryUsage) char *QTS_RuntimeDumpMemoryUsage(JSRuntime *rt)
{
    JSMemoryUsage usage;
    char *text = NULL;
    size_t len;
    FILE *file = open_memstream(&text, &len);

    if (file == NULL)
        return NULL;
    JS_ComputeMemoryUsage(rt, &usage);
    JS_DumpMemoryUsage(file, &usage, rt);
    fclose(file);
    return text;
}

/* ---- of the build ---- */

QJSP__FFI(QTS_GetDebugLogEnabled) int QTS_GetDebugLogEnabled(JSRuntime *rt)
{
    return ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->is_debugged;
}

QJSP__FFI(QTS_SetDebugLogEnabled) void QTS_SetDebugLogEnabled(JSRuntime *rt, int is_enabled)
{
    ((qjsp__ffi_runtime *)JS_GetRuntimeOpaque(rt))->is_debugged = is_enabled != 0;
}
