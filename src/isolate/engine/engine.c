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
 * arrays were an error of the host's. So each level takes a share of the other as well. It is the same
 * with JSON.parse, Array.prototype.flat, proxies of proxies, and with the parser of programs.
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

struct JSParseState;
struct JSONParseRecord;
static JSValue level_json_parse(struct JSParseState *s, struct JSONParseRecord *record);
static int level_postfix(struct JSParseState *s, int flags);
static int level_unary(struct JSParseState *s, int flags);
static int level_assign(struct JSParseState *s, int flags);
static int level_statement(struct JSParseState *s, int mask);
static int64_t level_flatten(JSContext *ctx, JSValueConst target, JSValueConst source,
                             int64_t source_len, int64_t target_index, int depth,
                             JSValueConst mapper, JSValueConst this_arg);
static JSValue js_proxy_get(JSContext *ctx, JSValueConst object, JSAtom key, JSValueConst receiver);

#define QJSP__PARSE_JSON_JSParseState js_level_json_parse(JSParseState
#define QJSP__PARSE_JSON_s level_json_parse(s
#define json_parse_value(first, ...) QJSP__PARSE_JSON_##first, __VA_ARGS__)
#define QJSP__POSTFIX_JSParseState js_level_postfix(JSParseState
#define QJSP__POSTFIX_s level_postfix(s
#define js_parse_postfix_expr(first, ...) QJSP__POSTFIX_##first, __VA_ARGS__)
#define QJSP__UNARY_JSParseState js_level_unary(JSParseState
#define QJSP__UNARY_s level_unary(s
#define js_parse_unary(first, ...) QJSP__UNARY_##first, __VA_ARGS__)
#define QJSP__ASSIGN_JSParseState js_level_assign(JSParseState
#define QJSP__ASSIGN_s level_assign(s
#define js_parse_assign_expr2(first, ...) QJSP__ASSIGN_##first, __VA_ARGS__)
#define QJSP__STATEMENT_JSParseState js_level_statement(JSParseState
#define QJSP__STATEMENT_s level_statement(s
#define js_parse_statement_or_decl(first, ...) QJSP__STATEMENT_##first, __VA_ARGS__)
#define QJSP__FLATTEN_JSContext js_level_flatten(JSContext
#define QJSP__FLATTEN_ctx level_flatten(ctx
#define JS_FlattenIntoArray(first, ...) QJSP__FLATTEN_##first, __VA_ARGS__)
/* in a table it has no parenthesis */
#define js_proxy_get(ctx, object, key, receiver) js_level_proxy_get(ctx, object, key, receiver)
#endif

static JSValue js_error_set_stackTraceLimit(JSContext *ctx, JSValueConst this_val,
                                            JSValueConst value);

#define js_error_set_stackTraceLimit(ctx, this_val, value)                                         \
    js_raw_set_stack_limit(ctx, this_val, value)

#include <quickjs.c> /* NOLINT(bugprone-suspicious-include): so it is meant */

#undef js_error_set_stackTraceLimit
#ifdef __wasm__
#undef js_proxy_get
#endif

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
/*
 * Of a thread's stack of 1 MB levels take 130 to 1,500 bytes, in a compiler's first, quick code, and
 * together they are not to take 4/5 of it before 384 KiB of the other are gone.
 */
enum {
    STRINGIFY_BYTES = 128,
    PARSE_JSON_BYTES = 48,
    POSTFIX_BYTES = 480, /* once for each pair of parentheses or the like */
    UNARY_BYTES = 48,
    ASSIGN_BYTES = 160,
    STATEMENT_BYTES = 192,
    FLATTEN_BYTES = 80,
    PROXY_BYTES = 96,
};

/* Nothing looks at the share, which the compiler must not know. */
#define QJSP__SHARE(bytes)                                                                         \
    char share[bytes];                                                                             \
    __asm__ volatile("" : : "r"(share) : "memory")
#define QJSP__LEVEL __attribute__((noinline)) static

QJSP__LEVEL int level_json_to_str(JSContext *ctx, JSONStringifyContext *jsc, JSValueConst holder,
                                  JSValue val, JSValueConst indent)
{
    QJSP__SHARE(STRINGIFY_BYTES);
    return js_level_json_to_str(ctx, jsc, holder, val, indent);
}

QJSP__LEVEL JSValue level_json_parse(JSParseState *s, JSONParseRecord *record)
{
    QJSP__SHARE(PARSE_JSON_BYTES);
    return js_level_json_parse(s, record);
}

QJSP__LEVEL int level_postfix(JSParseState *s, int flags)
{
    QJSP__SHARE(POSTFIX_BYTES);
    return js_level_postfix(s, flags);
}

QJSP__LEVEL int level_unary(JSParseState *s, int flags)
{
    QJSP__SHARE(UNARY_BYTES);
    return js_level_unary(s, flags);
}

QJSP__LEVEL int level_assign(JSParseState *s, int flags)
{
    QJSP__SHARE(ASSIGN_BYTES);
    return js_level_assign(s, flags);
}

QJSP__LEVEL int level_statement(JSParseState *s, int mask)
{
    QJSP__SHARE(STATEMENT_BYTES);
    return js_level_statement(s, mask);
}

QJSP__LEVEL int64_t level_flatten(JSContext *ctx, JSValueConst target, JSValueConst source,
                                  int64_t source_len, int64_t target_index, int depth,
                                  JSValueConst mapper, JSValueConst this_arg)
{
    QJSP__SHARE(FLATTEN_BYTES);
    return js_level_flatten(ctx, target, source, source_len, target_index, depth, mapper, this_arg);
}

QJSP__LEVEL JSValue js_proxy_get(JSContext *ctx, JSValueConst object, JSAtom key,
                                 JSValueConst receiver)
{
    QJSP__SHARE(PROXY_BYTES);
    return js_level_proxy_get(ctx, object, key, receiver);
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
