/* SPDX-License-Identifier: MIT */
/*
 * The engine's main source, as it is, and behind it a few questions about its modules, whose
 * layout it keeps to itself.
 *
 * One call of it is looked after. The compiler reads the variable of a closure that found no memory (0.17.0):
 * item -1 of a list. A list of these that cannot grow leaves the engine, as buffers do (buffers.h).
 * The first argument tells calls from the definition, where it begins with a type; that
 * becomes js_try_resize_array.
 *
 * In Wasm, JSON.stringify keeps nearly all of a level on the host's stack, which nobody can look at, and
 * little on the one that the engine looks at, so that the host's ended first: 50,000 nested
 * arrays were an error of the host's. So each level takes a share of the other as well.
 *
 * The setter of Error.stackTraceLimit forgets the value before it (0.17.0), so that a guest could lose
 * objects, and a runtime with lost objects ends with an assertion. Only the definition of the setter is
 * followed by a parenthesis; that becomes js_raw_set_stack_limit.
 */
#include <quickjs.h>

static int js_checked_resize_array(JSContext *ctx, void **list, int elem_size, int *size,
                                   int req_size);

#define QJSP__RESIZE_JSContext js_try_resize_array(JSContext
#define QJSP__RESIZE_ctx js_checked_resize_array(ctx
#define QJSP__RESIZE_s js_checked_resize_array(s
#define QJSP__RESIZE_fd js_checked_resize_array(fd
#define js_resize_array(first, ...) QJSP__RESIZE_##first, __VA_ARGS__)

#ifdef __wasm__
struct JSONStringifyContext;
static int level_json_to_str(JSContext *ctx, struct JSONStringifyContext *jsc, JSValueConst holder,
                             JSValue val, JSValueConst indent);

#define QJSP__JSON_JSContext js_level_json_to_str(JSContext
#define QJSP__JSON_ctx level_json_to_str(ctx
#define js_json_to_str(first, ...) QJSP__JSON_##first, __VA_ARGS__)
#endif

static JSValue js_error_set_stackTraceLimit(JSContext *ctx, JSValueConst this_val,
                                            JSValueConst value);

#define js_error_set_stackTraceLimit(ctx, this_val, value)                                         \
    js_raw_set_stack_limit(ctx, this_val, value)

#include <quickjs.c> /* NOLINT(bugprone-suspicious-include): so it is meant */

#undef js_error_set_stackTraceLimit

#include "isolate/engine/engine.h"

static int js_checked_resize_array(JSContext *ctx, void **list, int elem_size, int *size,
                                   int req_size)
{
    int ret = js_try_resize_array(ctx, list, elem_size, size, req_size);

    if (ret != 0 && elem_size == (int)sizeof(JSClosureVar) && qjsp__engine_can_leave())
        qjsp__engine_abort();
    return ret;
}

#ifdef __wasm__
/* Of a thread's stack of 1 MB a level takes 200 bytes, in a compiler's first, quick code. */
enum { JSON_LEVEL_BYTES = 128 };

__attribute__((noinline)) static int level_json_to_str(JSContext *ctx, JSONStringifyContext *jsc,
                                                       JSValueConst holder, JSValue val,
                                                       JSValueConst indent)
{
    char share[JSON_LEVEL_BYTES];

    /* nothing looks at it, which the compiler must not know */
    __asm__ volatile("" : : "r"(share) : "memory");
    return js_level_json_to_str(ctx, jsc, holder, val, indent);
}
#endif

static JSValue js_error_set_stackTraceLimit(JSContext *ctx, JSValueConst this_val,
                                            JSValueConst value)
{
    JSValue before = ctx->error_stack_trace_limit;
    JSValue ret = js_raw_set_stack_limit(ctx, this_val, value);

    if (!JS_IsException(ret))
        JS_FreeValue(ctx, before);
    return ret;
}

bool qjsp__engine_drain(JSRuntime *rt)
{
    rt->in_free = true; /* what is finalized has no jobs any more */
    JS_FreeValueRT(rt, rt->current_exception);
    rt->current_exception = JS_UNINITIALIZED;
    while (!list_empty(&rt->job_list)) {
        JSJobEntry *job = list_entry(rt->job_list.next, JSJobEntry, link);

        list_del(&job->link);
        for (int i = 0; i < job->argc; i++)
            JS_FreeValueRT(rt, job->argv[i]);
        js_free_rt(rt, job);
    }
    JS_RunGC(rt);
    return list_empty(&rt->gc_obj_list);
}

void qjsp__engine_set_resolved(JSModuleDef *module)
{
    module->resolved = true;
}

bool qjsp__engine_is_building_stack(const JSRuntime *rt)
{
    return rt->in_build_stack_trace;
}

bool qjsp__engine_is_evaluating(const JSModuleDef *module)
{
    return module->status == JS_MODULE_STATUS_EVALUATING;
}

bool qjsp__engine_is_async(const JSModuleDef *module)
{
    if (module->status == JS_MODULE_STATUS_EVALUATING_ASYNC)
        return true;
    return module->has_tla && module->status != JS_MODULE_STATUS_EVALUATED;
}
