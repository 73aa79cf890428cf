/* SPDX-License-Identifier: MIT */
/*
 * setTimeout and its kin (HTML, section 8.6): a binary heap ordered by due
 * time, then by when they were set. Nothing here waits; isolate.c asks what is
 * due. Differences from HTML: no clamping to 4 ms, and code as a string is refused.
 */
#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "isolate/apply.h"
#include "isolate/isolate.h"

/* The longest delay that browsers and Node take; more fires at once there. Here it is clamped. */
static const double MAX_DELAY_MS = 2147483647.0;

static bool is_before(const qjsp__timer *a, const qjsp__timer *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->seq < b->seq;
}

static void swap(qjsp__timer *a, qjsp__timer *b)
{
    qjsp__timer t = *a;

    *a = *b;
    *b = t;
}

static void sift_up(qjsp__realm *realm, uint32_t i)
{
    qjsp__timer *h = realm->timers;

    for (; i > 0 && is_before(&h[i], &h[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&h[i], &h[(i - 1) / 2]);
}

static void sift_down(qjsp__realm *realm, uint32_t i)
{
    qjsp__timer *h = realm->timers;

    for (;;) {
        uint32_t least = i, left = 2 * i + 1;

        for (uint32_t child = left; child < left + 2 && child < realm->ntimers; child++) {
            if (is_before(&h[child], &h[least]))
                least = child;
        }
        if (least == i)
            return;
        swap(&h[i], &h[least]);
        i = least;
    }
}

/* Takes the timer out; its values are the caller's. */
static qjsp__timer remove_at(qjsp__realm *realm, uint32_t i)
{
    qjsp__timer gone = realm->timers[i];

    realm->timers[i] = realm->timers[--realm->ntimers];
    if (i < realm->ntimers) {
        sift_up(realm, i);
        sift_down(realm, i);
    }
    return gone;
}

static bool reserve(qjsp__realm *realm)
{
    uint32_t cap = realm->timer_cap == 0 ? 8 : realm->timer_cap * 2;
    qjsp__timer *timers;

    if (realm->ntimers < realm->timer_cap)
        return true;
    timers = js_realloc(realm->ctx, realm->timers, cap * sizeof *timers);
    if (timers == NULL)
        return false;
    realm->timers = timers;
    realm->timer_cap = cap;
    return true;
}

/* Room was reserved. */
static void push(qjsp__realm *realm, qjsp__timer timer)
{
    timer.seq = realm->next_timer_seq++;
    realm->timers[realm->ntimers] = timer;
    sift_up(realm, realm->ntimers++);
}

static bool to_delay(JSContext *ctx, JSValueConst value, uint64_t *delay_ms)
{
    double d;

    if (JS_ToFloat64(ctx, &d, value) < 0)
        return false;
    if (!(d > 0)) /* NaN too */
        d = 0;
    *delay_ms = (uint64_t)fmin(d, MAX_DELAY_MS);
    return true;
}

/* magic: whether it repeats. */
static JSValue set_timer(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,
                         int magic)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);
    qjsp__realm *realm = iso->realm;
    qjsp__timer timer = { .is_interval = magic != 0 };

    (void)this_val;
    if (!JS_IsFunction(ctx, argv[0]))
        return JS_ThrowTypeError(ctx, "%s: the callback must be a function",
                                 magic ? "setInterval" : "setTimeout");
    if (!to_delay(ctx, argv[1], &timer.delay_ms))
        return JS_EXCEPTION;
    if (realm->ntimers >= iso->opt.timer_limit)
        return JS_ThrowRangeError(ctx, "at most %u timers at a time",
                                  (unsigned)iso->opt.timer_limit);
    timer.args = JS_UNDEFINED;
    if (argc > 2) {
        timer.args = qjsp__array_from(ctx, argc - 2, argv + 2);
        if (JS_IsException(timer.args))
            return JS_EXCEPTION;
    }
    if (!reserve(realm)) {
        JS_FreeValue(ctx, timer.args);
        return JS_EXCEPTION;
    }
    timer.id = realm->next_timer_id++;
    timer.due_ms = qjsp__isolate_now_ms(iso) + timer.delay_ms;
    timer.callback = JS_DupValue(ctx, argv[0]);
    push(realm, timer);
    return JS_NewUint32(ctx, timer.id);
}

static void timer_fini(JSContext *ctx, qjsp__timer *timer)
{
    JS_FreeValue(ctx, timer->callback);
    JS_FreeValue(ctx, timer->args);
}

static JSValue clear_timer(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    qjsp__realm *realm = qjsp__isolate_of(ctx)->realm;
    double id;

    (void)this_val;
    (void)argc;
    if (JS_ToFloat64(ctx, &id, argv[0]) < 0)
        return JS_EXCEPTION;
    for (uint32_t i = 0; i < realm->ntimers; i++) {
        if ((double)realm->timers[i].id == id) {
            qjsp__timer gone = remove_at(realm, i);

            timer_fini(ctx, &gone);
            break;
        }
    }
    return JS_UNDEFINED;
}

static bool call(JSContext *ctx, const qjsp__timer *timer)
{
    JSValue ret = JS_IsUndefined(timer->args) ? JS_Call(ctx, timer->callback, JS_UNDEFINED, 0, NULL)
                                              : qjsp__apply(ctx, timer->callback, timer->args);

    JS_FreeValue(ctx, ret);
    return !JS_IsException(ret);
}

bool qjsp__timers_run_one(qjsp_isolate *iso, uint64_t now_ms)
{
    qjsp__realm *realm = iso->realm;
    JSContext *ctx = realm->ctx;
    qjsp__timer timer;
    bool ok;

    if (realm->ntimers == 0 || realm->timers[0].due_ms > now_ms)
        return false;
    timer = remove_at(realm, 0);
    if (timer.is_interval) { /* the slot just emptied is there for it */
        qjsp__timer again = timer;

        again.due_ms = now_ms + (timer.delay_ms == 0 ? 1 : timer.delay_ms);
        again.callback = JS_DupValue(ctx, timer.callback);
        again.args = JS_DupValue(ctx, timer.args);
        push(realm, again);
    }
    ok = call(ctx, &timer);
    timer_fini(ctx, &timer);
    /* as an uncaught error in a timer ends a Node process, it ends the task */
    if (!ok)
        qjsp__finish_exception(iso);
    return true;
}

uint64_t qjsp__timers_next(const qjsp__realm *realm)
{
    return realm->ntimers == 0 ? UINT64_MAX : realm->timers[0].due_ms;
}

void qjsp__timers_clear(qjsp_isolate *iso)
{
    qjsp__realm *realm = iso->realm;

    while (realm->ntimers > 0)
        timer_fini(realm->ctx, &realm->timers[--realm->ntimers]);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_MAGIC_DEF("setTimeout", 2, set_timer, 0),
    JS_CFUNC_MAGIC_DEF("setInterval", 2, set_timer, 1),
    JS_CFUNC_DEF("clearTimeout", 1, clear_timer),
    JS_CFUNC_DEF("clearInterval", 1, clear_timer),
};

bool qjsp__timers_install(JSContext *ctx, JSValueConst global)
{
    return JS_SetPropertyFunctionList(ctx, global, functions, QJSP_COUNTOF(functions)) == 0;
}
