/* SPDX-License-Identifier: MIT */
/* The life of an isolate and of its tasks: new, begin, poll, end, seal, free. */
#include "isolate/isolate.h"

#include "base/alloc.h"
#include "base/checked.h"

enum {
    /* Jobs between two looks at the clock: a job that only runs native code
     * never reaches the engine's own interrupt check. */
    JOBS_PER_CHECK = 256,
    /* Garbage that a task may make before cycles are collected. */
    GC_HEADROOM = 2 << 20,
    /* A buffer that one big task grew is given back when it ends. */
    KEEP_BYTES = 256 * 1024,
};

static const char OVERSTAYED[] = "the awaited promise can never settle: no job, timer or host call is left";

const char *qjsp_engine_version(void)
{
    return "QuickJS-NG " QJSP_ENGINE_VERSION;
}

static void buffers_init(qjsp_isolate *iso)
{
    const qjsp_alloc *alloc = iso->alloc;

    qjsp_buffer_init(&iso->source, alloc, 0);
    qjsp_buffer_init(&iso->filename, alloc, 0);
    qjsp_buffer_init(&iso->out, alloc, iso->opt.result_limit);
    qjsp_buffer_init(&iso->strings, alloc, 0);
    qjsp_buffer_init(&iso->scratch, alloc, iso->opt.result_limit);
    qjsp_buffer_init(&iso->outcall_args, alloc, iso->opt.result_limit);
}

static uint64_t any_seed(void)
{
    uint64_t seed = 0;

    /* without entropy the clock must do: Math.random keeps no secrets */
    if (!qjsp__entropy(&seed, sizeof seed))
        seed = qjsp__clock_ns();
    return seed;
}

qjsp_status qjsp_isolate_new(qjsp_isolate **out, const qjsp_isolate_options *opt)
{
    const qjsp_alloc *alloc = opt->alloc == NULL ? qjsp_alloc_default() : opt->alloc;
    qjsp_isolate *iso;
    qjsp_status st = qjsp__options_check(opt);

    if (st != QJSP_OK)
        return st;
    iso = qjsp__calloc(alloc, sizeof *iso);
    if (iso == NULL)
        return QJSP_ERR_NOMEM;
    iso->alloc = alloc;
    iso->deadline_ms = UINT64_MAX;
    iso->deadline_ns = UINT64_MAX;
    iso->memory_limit = opt->memory_limit;
    iso->next_call_id = 1;
    buffers_init(iso);
    st = qjsp__options_copy(&iso->opt, opt, alloc);
    if (st != QJSP_OK)
        goto fail;
    buffers_init(iso); /* again: now with the limits */
    qjsp__random_seed(&iso->seeds, any_seed());
    st = qjsp__arena_new(&iso->arena, opt->memory_limit, alloc);
    if (st != QJSP_OK)
        goto fail;
    st = qjsp__realm_new(iso);
    if (st != QJSP_OK)
        goto fail;
    *out = iso;
    return QJSP_OK;
fail:
    qjsp_isolate_free(iso);
    return st;
}

void qjsp_isolate_free(qjsp_isolate *iso)
{
    if (iso == NULL)
        return;
    qjsp__arena_free(iso->arena);
    qjsp_buffer_fini(&iso->source);
    qjsp_buffer_fini(&iso->filename);
    qjsp_buffer_fini(&iso->out);
    qjsp_buffer_fini(&iso->strings);
    qjsp_buffer_fini(&iso->scratch);
    qjsp_buffer_fini(&iso->outcall_args);
    qjsp__free(iso->alloc, iso->outcalls);
    qjsp__options_fini(&iso->opt, iso->alloc);
    qjsp__free(iso->alloc, iso);
}

/* ---- begin ---- */

static void reset_task(qjsp_isolate *iso, const qjsp_task *task, uint64_t now_ms)
{
    iso->kind = task->kind;
    iso->in_session = task->in_session;
    iso->keeps_state = task->in_session || iso->opt.isolation == QJSP_ISOLATION_WORKER;
    iso->result = (qjsp_result){ 0 };
    qjsp_buffer_clear(&iso->out);
    qjsp_buffer_clear(&iso->strings);
    qjsp_buffer_clear(&iso->source);
    qjsp_buffer_clear(&iso->filename);
    iso->console_used = 0;
    iso->cpu_ns = 0;
    iso->deadline_ms = UINT64_MAX;
    if (task->timeout_ms != 0)
        iso->deadline_ms = qjsp__u64_add_sat(now_ms, task->timeout_ms);
    atomic_store(&iso->stop, QJSP_OK);
    iso->memory_limit = iso->opt.memory_limit;
    if (task->memory_limit != 0)
        iso->memory_limit = qjsp__size_min(iso->memory_limit, task->memory_limit);
    qjsp__arena_set_limit(iso->arena, task->memory_limit);
    qjsp__random_seed(&iso->realm->random,
                      iso->opt.has_seed ? iso->opt.seed : qjsp__random_next(&iso->seeds));
    iso->phase = QJSP__PHASE_READY;
}

/* Copies what the task points to; false: the task is finished with an error. */
static bool copy_source(qjsp_isolate *iso, const qjsp_task *task)
{
    const char *filename = task->filename == NULL ? "eval.js" : task->filename;

    if (iso->opt.source_limit != 0 && task->source.len > iso->opt.source_limit) {
        qjsp_buffer_printf(&iso->strings, "the source has %zu bytes, the limit is %zu",
                           task->source.len, iso->opt.source_limit);
        qjsp_buffer_append(&iso->strings, "", 1);
        qjsp__finish_error(iso, QJSP_ERR_LIMIT, "SourceTooLargeError",
                           (const char *)iso->strings.data);
        return false;
    }
    qjsp_buffer_append(&iso->source, task->source.data, task->source.len);
    qjsp_buffer_append(&iso->source, "", 1); /* the engine wants a NUL behind it */
    qjsp_buffer_append(&iso->filename, filename, strlen(filename) + 1);
    if (iso->source.status == QJSP_OK && iso->filename.status == QJSP_OK)
        return true;
    qjsp__finish_error(iso, QJSP_ERR_NOMEM, "MemoryLimitError",
                       "the host has no memory for the source");
    return false;
}

static bool take_arguments(qjsp_isolate *iso, const qjsp_task *task)
{
    static const uint8_t none[] = { 0x80 }; /* an empty array */
    qjsp__clone_limits limits = qjsp__isolate_clone_limits(iso);
    qjsp_bytes args = task->args.len > 0 ? task->args : (qjsp_bytes){ none, sizeof none };
    JSContext *ctx = iso->realm->ctx;

    if (task->globals.len > 0 && !qjsp__define_globals(iso, task->globals))
        return false;
    if (task->kind != QJSP_TASK_CALL)
        return true;
    iso->realm->args = qjsp__decode(ctx, iso->realm->intrinsics, args, &limits);
    if (JS_IsException(iso->realm->args)) {
        iso->realm->args = JS_UNDEFINED;
        return false;
    }
    if (JS_IsArray(iso->realm->args))
        return true;
    JS_ThrowTypeError(ctx, "the arguments of a call must be a CBOR array");
    return false;
}

qjsp_status qjsp_isolate_begin(qjsp_isolate *iso, const qjsp_task *task, uint64_t now_ms)
{
    if (iso->phase != QJSP__PHASE_IDLE || iso->is_broken)
        return QJSP_ERR_INVALID;
    if (task->kind != QJSP_TASK_EVAL && task->kind != QJSP_TASK_CALL &&
        (task->kind != QJSP_TASK_BOOT || iso->is_sealed))
        return QJSP_ERR_INVALID;
    reset_task(iso, task, now_ms);
    qjsp__isolate_enter(iso, now_ms);
    iso->begin_ns = iso->poll_ns;
    if (copy_source(iso, task) && !take_arguments(iso, task))
        qjsp__finish_exception(iso);
    qjsp__isolate_leave(iso);
    return QJSP_OK;
}

/* ---- poll ---- */

/* Runs jobs until there is none; false: the task was finished. */
static bool run_jobs(qjsp_isolate *iso)
{
    JSContext *ctx;
    uint32_t njobs = 0;

    while (JS_IsJobPending(iso->realm->rt)) {
        if (JS_ExecutePendingJob(iso->realm->rt, &ctx) < 0)
            JS_FreeValue(ctx, JS_GetException(ctx)); /* only an interrupt gets here */
        if (++njobs % JOBS_PER_CHECK == 0)
            qjsp__isolate_must_stop(iso);
        if (atomic_load_explicit(&iso->stop, memory_order_relaxed) != QJSP_OK) {
            qjsp__finish_stopped(iso);
            return false;
        }
    }
    return true;
}

static void take_completion(qjsp_isolate *iso, JSValue value)
{
    JS_FreeValue(iso->realm->ctx, iso->realm->completion);
    iso->realm->completion = value;
}

/* What a fulfilled promise of an evaluation stands for. */
static JSValue unwrap(qjsp_isolate *iso, JSValueConst promise)
{
    qjsp__realm *realm = iso->realm;
    JSValue result, value;

    if (realm->module != NULL) {
        value = JS_GetModuleNamespace(realm->ctx, realm->module);
        realm->module = NULL;
        return value;
    }
    result = JS_PromiseResult(realm->ctx, promise);
    if (!realm->is_boxed)
        return result;
    realm->is_boxed = false;
    /* an own data property of an object that no guest code has seen */
    value = JS_GetPropertyStr(realm->ctx, result, "value");
    JS_FreeValue(realm->ctx, result);
    return value;
}

/* Looks whether what the task waits for is there; true: the task is finished. */
static bool settle(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;

    while (JS_IsPromise(realm->completion)) {
        JSPromiseStateEnum state = JS_PromiseState(realm->ctx, realm->completion);

        if (state == JS_PROMISE_PENDING)
            return false;
        if (state == JS_PROMISE_REJECTED) {
            JS_Throw(realm->ctx, JS_PromiseResult(realm->ctx, realm->completion));
            qjsp__finish_exception(iso);
            return true;
        }
        take_completion(iso, unwrap(iso, realm->completion));
    }
    if (JS_IsException(realm->completion)) {
        realm->completion = JS_UNDEFINED;
        qjsp__finish_exception(iso);
        return true;
    }
    qjsp__finish_value(iso, realm->completion);
    realm->completion = JS_UNDEFINED;
    return true;
}

/* One turn: all jobs, then whatever is due; true: turn again. */
static bool turn(qjsp_isolate *iso)
{
    if (!run_jobs(iso) || settle(iso))
        return false;
    if (qjsp__timers_run_one(iso, qjsp__isolate_now_ms(iso))) {
        if (atomic_load_explicit(&iso->stop, memory_order_relaxed) != QJSP_OK)
            qjsp__finish_stopped(iso);
        return iso->phase == QJSP__PHASE_RUNNING;
    }
    if (JS_IsJobPending(iso->realm->rt))
        return true;
    if (iso->realm->ntimers == 0 && iso->realm->npending == 0)
        qjsp__finish_error(iso, QJSP_ERR_EXCEPTION, "DeadlockError", OVERSTAYED);
    return false;
}

/* Timers that an earlier task of the session left and that fell due meanwhile. */
static void run_left_over_timers(qjsp_isolate *iso, uint64_t now_ms)
{
    uint32_t left = iso->realm->ntimers; /* each once: an interval may be due again */

    while (left-- > 0 && iso->phase == QJSP__PHASE_READY && qjsp__timers_run_one(iso, now_ms)) {
        if (!run_jobs(iso))
            return;
        if (atomic_load_explicit(&iso->stop, memory_order_relaxed) != QJSP_OK)
            qjsp__finish_stopped(iso);
    }
}

static void start(qjsp_isolate *iso, uint64_t now_ms)
{
    if (iso->in_session)
        run_left_over_timers(iso, now_ms);
    if (iso->phase != QJSP__PHASE_READY)
        return;
    iso->phase = QJSP__PHASE_RUNNING;
    if (!qjsp__evaluate(iso))
        qjsp__finish_exception(iso);
}

static void report(qjsp_isolate *iso, qjsp_poll *out)
{
    *out = (qjsp_poll){
        .state = iso->phase == QJSP__PHASE_RUNNING ? QJSP_POLL_WAITING : QJSP_POLL_DONE,
        .wake_ms = UINT64_MAX,
        .is_damaged = iso->is_broken,
    };
    if (out->state == QJSP_POLL_DONE)
        return;
    out->wake_ms = qjsp__u64_min(iso->deadline_ms, qjsp__timers_next(iso->realm));
    out->ncalls = iso->noutcalls - iso->next_outcall;
}

void qjsp_isolate_poll(qjsp_isolate *iso, uint64_t now_ms, qjsp_poll *out)
{
    if (iso->phase == QJSP__PHASE_READY || iso->phase == QJSP__PHASE_RUNNING) {
        qjsp__isolate_enter(iso, now_ms);
        if (qjsp__isolate_must_stop(iso))
            qjsp__finish_stopped(iso);
        if (iso->phase == QJSP__PHASE_READY)
            start(iso, now_ms);
        while (iso->phase == QJSP__PHASE_RUNNING && turn(iso)) {
        }
        qjsp__isolate_leave(iso);
        iso->result.cpu_us = iso->cpu_ns / 1000;
        iso->result.run_us = (qjsp__clock_ns() - iso->begin_ns) / 1000;
    }
    report(iso, out);
}

const qjsp_result *qjsp_isolate_peek_result(const qjsp_isolate *iso)
{
    return iso->phase == QJSP__PHASE_DONE ? &iso->result : NULL;
}

void qjsp_isolate_interrupt(qjsp_isolate *iso, qjsp_status reason)
{
    int none = QJSP_OK;

    if (reason != QJSP_OK)
        atomic_compare_exchange_strong(&iso->stop, &none, reason);
}

/* ---- end ---- */

static void shrink(qjsp_buffer *buf)
{
    if (buf->cap > KEEP_BYTES)
        qjsp_buffer_fini(buf);
    else
        qjsp_buffer_clear(buf);
}

static void forget_task(qjsp_isolate *iso)
{
    shrink(&iso->source);
    shrink(&iso->out);
    shrink(&iso->strings);
    shrink(&iso->scratch);
    qjsp__hostcall_clear(iso);
    iso->deadline_ms = UINT64_MAX;
    iso->result = (qjsp_result){ 0 };
    iso->phase = QJSP__PHASE_IDLE;
}

static void drop_values(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;

    take_completion(iso, JS_UNDEFINED);
    JS_FreeValue(realm->ctx, realm->args);
    realm->args = JS_UNDEFINED;
    realm->module = NULL;
    realm->is_boxed = false;
    if (!iso->in_session)
        qjsp__timers_clear(iso);
}

qjsp_status qjsp_isolate_end(qjsp_isolate *iso)
{
    bool is_spoiled = atomic_load(&iso->stop) != QJSP_OK || iso->phase != QJSP__PHASE_DONE ||
                      qjsp__arena_was_exhausted(iso->arena);
    bool restores = iso->is_sealed && !iso->in_session && (!iso->keeps_state || is_spoiled);

    if (iso->phase == QJSP__PHASE_IDLE)
        return iso->is_broken ? QJSP_ERR_CRASHED : QJSP_OK;
    forget_task(iso);
    /* what follows frees guest values: finalizers of the engine, no guest code */
    JS_UpdateStackTop(iso->realm->rt);
    if (restores)
        return qjsp_isolate_restore(iso);
    drop_values(iso);
    return QJSP_OK;
}

qjsp_status qjsp_isolate_restore(qjsp_isolate *iso)
{
    if (iso->phase != QJSP__PHASE_IDLE || !iso->is_sealed)
        return QJSP_ERR_INVALID;
    if (qjsp__arena_restore(iso->arena) == QJSP_OK)
        return QJSP_OK;
    iso->is_broken = true;
    return QJSP_ERR_CRASHED;
}

qjsp_status qjsp_isolate_seal(qjsp_isolate *iso)
{
    qjsp__arena_usage usage;
    qjsp_status st;
    size_t room;

    if (iso->phase != QJSP__PHASE_IDLE || iso->is_sealed)
        return QJSP_ERR_INVALID;
    JS_UpdateStackTop(iso->realm->rt);
    JS_RunGC(iso->realm->rt);
    qjsp__arena_get_usage(iso->arena, &usage);
    /* Without head-room each task would begin by collecting the whole realm. */
    room = qjsp__size_min((usage.limit - usage.live) / 2, GC_HEADROOM);
    JS_SetGCThreshold(iso->realm->rt, usage.live + room);
    st = qjsp__arena_snapshot(iso->arena);
    iso->is_sealed = st == QJSP_OK;
    return st;
}

void qjsp_isolate_get_usage(const qjsp_isolate *iso, qjsp_isolate_usage *out)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(iso->arena, &usage);
    *out = (qjsp_isolate_usage){
        .snapshot_bytes = usage.snapshot,
        .used_bytes = usage.used,
        .limit_bytes = usage.limit,
    };
}
