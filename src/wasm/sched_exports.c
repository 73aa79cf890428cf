/* SPDX-License-Identifier: MIT */
/*
 * The export table of sched.wasm: the scheduler for a host that has no C structs. Imports nothing.
 *
 * Numbers cross as i32 and f64 alone (an i64 is a BigInt to JavaScript, and slow): ids and
 * microseconds are exact up to 2^53. Anything that is not a number from 0 to that counts as
 * 0, or as never. packages/qjspool/src/core/sched.ts is the other side. ORDER qjsp_wasm_sched
 */
#include <qjspool/scheduler.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name), used))
#else
#define EXPORT(name) QJSP_API /* for its unit test */
#endif

/* One action, as the host reads it. */
typedef struct action_record {
    int32_t kind; /* qjsp_action_kind */
    uint32_t worker, new_worker;
    int32_t status;
    double task, session;
    double wait_us, run_us;
} action_record;

_Static_assert(offsetof(action_record, task) == 16 && sizeof(action_record) == 48, "layout");
_Static_assert(QJSP_EV_WORKER_RENEWING == 12 && QJSP_ACT_RECALL == 11, "sched.ts numbers them too");

enum { NCOUNTS = 12, NTIMES = 5, NSTATS = NCOUNTS + 2 * NTIMES };

typedef struct qjsp_wasm_sched {
    qjsp_sched *sched;
    action_record action;
    double stats[NSTATS];
} qjsp_wasm_sched;

static uint64_t to_u64(double number)
{
    if (!(number > 0))
        return 0;
    return number >= 0x1p53 ? UINT64_MAX : (uint64_t)number;
}

/* 0 means none to a limit: half a microsecond must not. */
static uint64_t to_limit(double us)
{
    return us > 0 && us < 1 ? 1 : to_u64(us);
}

/* NULL: an option is out of its range, or there is no memory. */
EXPORT(qjsp_wasm_sched_new)
qjsp_wasm_sched *qjsp_wasm_sched_new(uint32_t max_workers, uint32_t min_workers,
                                     uint32_t queue_limit, uint32_t hold_limit, double idle_us,
                                     double grace_us, double hold_us)
{
    qjsp_wasm_sched *s = calloc(1, sizeof *s);
    qjsp_sched_options opt;

    qjsp_sched_options_init(&opt);
    opt.max_workers = max_workers;
    opt.min_workers = min_workers;
    opt.queue_limit = queue_limit;
    opt.hold_limit = hold_limit;
    opt.idle_us = to_limit(idle_us);
    opt.grace_us = to_limit(grace_us);
    opt.hold_us = to_limit(hold_us);
    if (s != NULL && qjsp_sched_new(&s->sched, &opt) == QJSP_OK)
        return s;
    free(s);
    return NULL;
}

EXPORT(qjsp_wasm_sched_free) void qjsp_wasm_sched_free(qjsp_wasm_sched *s)
{
    if (s == NULL)
        return;
    qjsp_sched_free(s->sched);
    free(s);
}

/* qjsp_sched_handle; fields that the kind does not name are 0. A qjsp_status. */
EXPORT(qjsp_wasm_sched_event)
int qjsp_wasm_sched_event(qjsp_wasm_sched *s, int kind, uint32_t worker, double task,
                          double session, int32_t priority, double run_us, double queue_us,
                          int status, double now_us)
{
    qjsp_event ev = {
        .kind = (qjsp_event_kind)kind,
        .worker = worker,
        .task = to_u64(task),
        .session = to_u64(session),
        .priority = priority,
        .run_us = to_limit(run_us),
        .queue_us = to_limit(queue_us),
        .status = (qjsp_status)status,
    };

    return qjsp_sched_handle(s->sched, &ev, to_u64(now_us));
}

EXPORT(qjsp_wasm_sched_deadline)
void qjsp_wasm_sched_deadline(qjsp_wasm_sched *s, double now_us)
{
    qjsp_sched_handle_deadline(s->sched, to_u64(now_us));
}

/* The next action, valid until the next call; NULL: there is none. */
EXPORT(qjsp_wasm_sched_next_action)
const action_record *qjsp_wasm_sched_next_action(qjsp_wasm_sched *s)
{
    qjsp_action act;

    if (!qjsp_sched_next_action(s->sched, &act))
        return NULL;
    s->action = (action_record){
        .kind = (int32_t)act.kind,
        .worker = act.worker,
        .new_worker = act.new_worker,
        .status = act.status,
        .task = (double)act.task,
        .session = (double)act.session,
        .wait_us = (double)act.wait_us,
        .run_us = (double)act.run_us,
    };
    return &s->action;
}

/* Infinity: none. */
EXPORT(qjsp_wasm_sched_next_deadline)
double qjsp_wasm_sched_next_deadline(const qjsp_wasm_sched *s)
{
    uint64_t deadline = qjsp_sched_next_deadline(s->sched);

    return deadline == UINT64_MAX ? __builtin_inf() : (double)deadline;
}

static void put_times(double *out, const qjsp_sched_times *times)
{
    out[0] = times->mean;
    out[1] = (double)times->p50;
    out[2] = (double)times->p95;
    out[3] = (double)times->p99;
    out[4] = (double)times->max;
}

/* The fields of qjsp_sched_stats in their order, valid until the next call. */
EXPORT(qjsp_wasm_sched_stats) const double *qjsp_wasm_sched_stats(qjsp_wasm_sched *s)
{
    double *out = s->stats;
    qjsp_sched_stats stats;

    qjsp_sched_get_stats(s->sched, &stats);
    out[0] = stats.workers;
    out[1] = stats.busy_workers;
    out[2] = stats.idle_workers;
    out[3] = stats.sessions;
    out[4] = (double)stats.queued_tasks;
    out[5] = (double)stats.submitted_tasks;
    out[6] = (double)stats.completed_tasks;
    out[7] = (double)stats.failed_tasks;
    out[8] = (double)stats.timed_out_tasks;
    out[9] = (double)stats.cancelled_tasks;
    out[10] = (double)stats.crashed_tasks;
    out[11] = (double)stats.worker_restarts;
    put_times(out + NCOUNTS, &stats.wait);
    put_times(out + NCOUNTS + NTIMES, &stats.run);
    return out;
}
