/* SPDX-License-Identifier: MIT */
/* Who works next, who must be started, who may go. */
#ifndef QJSP_SCHEDULER_DISPATCH_H
#define QJSP_SCHEDULER_DISPATCH_H

#include <qjspool/scheduler.h>

/* Brings waiting work and workers together. Ends each call of the public API. */
void qjsp__sched_dispatch(qjsp_sched *s);

/*
 * Is there more waiting work (held tasks included) than workers that start, renew
 * or are idle, and room for one more?
 *
 * After a failed start the answer is no while any worker that is not pinned
 * exists: that one will get to the work, whereas a start that fails costs a
 * task its life. The hold ends with the first worker that comes up, or when
 * nothing waits.
 */
bool qjsp__sched_is_spawn_due(const qjsp_sched *s);

#endif
