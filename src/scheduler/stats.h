/* SPDX-License-Identifier: MIT */
/* What the scheduler counts. Counters only grow; the present is read off the state. */
#ifndef QJSP_SCHEDULER_STATS_H
#define QJSP_SCHEDULER_STATS_H

#include <qjspool/scheduler.h>

#include "scheduler/histogram.h"

typedef struct qjsp__sched_counts {
    uint64_t submitted_tasks;
    uint64_t completed_tasks;
    uint64_t failed_tasks;
    uint64_t timed_out_tasks;
    uint64_t cancelled_tasks;
    uint64_t crashed_tasks;
    uint64_t worker_restarts;
    qjsp__histogram wait;
    qjsp__histogram run;
} qjsp__sched_counts;

/* act is the SETTLE of a task. */
void qjsp__sched_stats_settled(qjsp_sched *s, const qjsp_action *act, bool has_run);

#endif
