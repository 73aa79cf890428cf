/* SPDX-License-Identifier: MIT */
/* The invariants of the scheduler, for tests and fuzzing. */
#ifndef QJSP_SCHEDULER_CHECK_H
#define QJSP_SCHEDULER_CHECK_H

#include <qjspool/scheduler.h>

/*
 * qjsp__sched_check walks everything, and says whether all invariants hold
 * between two calls: each task is in exactly one place, counts agree, pins have two
 * ends, the lines of workers hold what they say, no worker idles while work waits for
 * it, the next call has room for its actions.
 */
bool qjsp__sched_check(const qjsp_sched *s);

#endif
