/* SPDX-License-Identifier: MIT */
/* Counting, and the public view of it. */
#include "scheduler/stats.h"

#include "scheduler/scheduler.h"

void qjsp__sched_stats_settled(qjsp_sched *s, const qjsp_action *act, bool has_run)
{
    qjsp__sched_counts *c = &s->counts;

    c->completed_tasks += act->status == QJSP_OK;
    c->failed_tasks += act->status != QJSP_OK;
    c->timed_out_tasks += act->status == QJSP_ERR_TIMEOUT;
    c->cancelled_tasks += act->status == QJSP_ERR_CANCELED;
    c->crashed_tasks += act->status == QJSP_ERR_CRASHED;
    if (!has_run)
        return;
    qjsp__histogram_add(&c->wait, act->wait_us);
    qjsp__histogram_add(&c->run, act->run_us);
}

void qjsp_sched_get_stats(const qjsp_sched *s, qjsp_sched_stats *out)
{
    const qjsp__sched_counts *c = &s->counts;
    uint32_t nbusy = s->nstate[QJSP__WORKER_BUSY] + s->nstate[QJSP__WORKER_INTERRUPTED] +
                     s->nstate[QJSP__WORKER_RENEWING];

    *out = (qjsp_sched_stats){
        .workers = s->nworkers,
        .busy_workers = nbusy,
        .idle_workers = s->nidle,
        .sessions = s->npinned + s->nopenings,
        .queued_tasks = s->nwaiting,
        .submitted_tasks = c->submitted_tasks,
        .completed_tasks = c->completed_tasks,
        .failed_tasks = c->failed_tasks,
        .timed_out_tasks = c->timed_out_tasks,
        .cancelled_tasks = c->cancelled_tasks,
        .crashed_tasks = c->crashed_tasks,
        .worker_restarts = c->worker_restarts,
    };
    qjsp__histogram_get_times(&c->wait, &out->wait);
    qjsp__histogram_get_times(&c->run, &out->run);
}
