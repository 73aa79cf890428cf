/* SPDX-License-Identifier: MIT */
/*
 * The loop of a task: jobs, then timers, until what the task waits for is
 * there, can never come, or is late. It never sleeps.
 */
#include "base/checked.h"
#include "isolate/fault.h"
#include "isolate/files/files.h"
#include "isolate/isolate.h"

/* Jobs between two looks at the clock: a job that only runs native code never
 * reaches the engine's own interrupt check. */
enum { JOBS_PER_CHECK = 256 };

static const char NEVER_SETTLES[] =
    "the awaited promise can never settle: no job, timer or host call is left";

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

/* A promise that a PASS task's source came to is its value, unlike that of its own evaluation. */
static bool is_passed_on(const qjsp_isolate *iso)
{
    return iso->kind == QJSP_TASK_PASS && !iso->realm->is_boxed && iso->realm->module == NULL;
}

/* Looks whether what the task waits for is there; true: the task is finished. */
static bool settle(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;

    while (JS_IsPromise(realm->completion) && !is_passed_on(iso)) {
        JSPromiseStateEnum state = JS_PromiseState(realm->ctx, realm->completion);

        if (state == JS_PROMISE_PENDING)
            return false;
        if (state == JS_PROMISE_REJECTED) {
            JS_Throw(realm->ctx, JS_PromiseResult(realm->ctx, realm->completion));
            qjsp__finish_exception(iso);
            return true;
        }
        take_completion(iso, unwrap(iso, realm->completion));
        /* without a `then`, two promises can each be the other's value */
        if (JS_IsPromise(realm->completion) && qjsp__isolate_must_stop(iso)) {
            qjsp__finish_stopped(iso);
            return true;
        }
    }
    if (iso->kind == QJSP_TASK_PASS && !JS_IsException(realm->completion)) {
        JSValue value = realm->completion;

        realm->completion = JS_UNDEFINED;
        realm->completion = qjsp__pass(iso, value);
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
        qjsp__finish_error(iso, QJSP_ERR_EXCEPTION, "DeadlockError", NEVER_SETTLES);
    return false;
}

/* Timers that an earlier task of the session left and that fell due meanwhile. */
static void run_left_over_timers(qjsp_isolate *iso)
{
    uint32_t left = iso->realm->ntimers; /* each once: an interval may be due again */

    while (left-- > 0 && iso->phase == QJSP__PHASE_READY &&
           qjsp__timers_run_one(iso, iso->poll_ms)) {
        if (!run_jobs(iso))
            return;
        if (atomic_load_explicit(&iso->stop, memory_order_relaxed) != QJSP_OK)
            qjsp__finish_stopped(iso);
    }
}

static void start(qjsp_isolate *iso)
{
    if (iso->in_session)
        run_left_over_timers(iso);
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

/* What one poll does inside the engine. */
static void enter_poll(void *ud)
{
    qjsp_isolate *iso = ud;

    if (qjsp__isolate_must_stop(iso))
        qjsp__finish_stopped(iso);
    if (iso->phase == QJSP__PHASE_READY)
        start(iso);
    while (iso->phase == QJSP__PHASE_RUNNING && turn(iso)) {
    }
}

void qjsp_isolate_poll(qjsp_isolate *iso, uint64_t now_ms, qjsp_poll *out)
{
    if (iso->phase == QJSP__PHASE_READY || iso->phase == QJSP__PHASE_RUNNING) {
        qjsp__isolate_enter(iso, now_ms);
        if (!qjsp__fault_call(enter_poll, iso))
            qjsp__finish_fault(iso);
        /* before anyone hears of the end: what a task wrote is there for whoever comes after it */
        if (iso->phase == QJSP__PHASE_DONE)
            qjsp__files_end_task(iso);
        qjsp__isolate_leave(iso);
        iso->result.cpu_us = iso->cpu_ns / 1000;
        iso->result.run_us = (qjsp__clock_ns() - iso->begin_ns) / 1000;
    }
    report(iso, out);
}
