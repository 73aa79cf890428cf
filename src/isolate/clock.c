/* SPDX-License-Identifier: MIT */
/*
 * Time, as an isolate knows it: the driver's clock is an argument of begin and
 * poll; between two of them it is carried on by the monotonic clock.
 */
#include "base/checked.h"
#include "isolate/isolate.h"

enum { NS_PER_MS = 1000000 };

uint64_t qjsp__isolate_now_ms(const qjsp_isolate *iso)
{
    return iso->poll_ms + (qjsp__clock_ns() - iso->poll_ns) / NS_PER_MS;
}

void qjsp__isolate_enter(qjsp_isolate *iso, uint64_t now_ms)
{
    uint64_t left_ms = iso->deadline_ms > now_ms ? iso->deadline_ms - now_ms : 0;

    iso->poll_ms = now_ms;
    iso->poll_ns = qjsp__clock_ns();
    iso->cpu_base_ns = 0;
    iso->deadline_ns = UINT64_MAX;
    if (iso->deadline_ms != UINT64_MAX)
        iso->deadline_ns = qjsp__u64_add_sat(iso->poll_ns, qjsp__u64_mul_sat(left_ms, NS_PER_MS));
    JS_UpdateStackTop(iso->realm->rt);
}

/*
 * Reading a thread's CPU time costs more than a small task (0.8 us here), so
 * a stretch that never reaches an interrupt check counts by the wall clock.
 */
void qjsp__isolate_leave(qjsp_isolate *iso)
{
    if (iso->cpu_base_ns == 0) {
        iso->cpu_ns += qjsp__clock_ns() - iso->poll_ns;
        return;
    }
    iso->cpu_ns += iso->cpu_base_wall_ns - iso->poll_ns;
    iso->cpu_ns += qjsp__clock_cpu_ns() - iso->cpu_base_ns;
}

bool qjsp__isolate_must_stop(qjsp_isolate *iso)
{
    uint64_t now;
    int none = QJSP_OK;

    qjsp_isolate_interrupt(iso, qjsp__platform_interrupt());
    if (atomic_load_explicit(&iso->stop, memory_order_relaxed) != QJSP_OK)
        return true;
    now = qjsp__clock_ns();
    if (iso->cpu_base_ns == 0) {
        iso->cpu_base_ns = qjsp__clock_cpu_ns();
        iso->cpu_base_wall_ns = now;
    }
    if (now < iso->deadline_ns)
        return false;
    /* an interrupt that came first keeps its reason */
    atomic_compare_exchange_strong(&iso->stop, &none, QJSP_ERR_TIMEOUT);
    return true;
}

bool qjsp__isolate_interrupted(void *iso)
{
    return qjsp__isolate_must_stop(iso);
}

bool qjsp__isolate_may_call_out(qjsp_isolate *iso)
{
    JSContext *ctx = iso->realm->ctx;
    JSValue error;

    if (!qjsp__isolate_must_stop(iso))
        return true;
    error = JS_NewInternalError(ctx, "interrupted");
    JS_SetUncatchableError(ctx, error);
    JS_Throw(ctx, error);
    return false;
}
