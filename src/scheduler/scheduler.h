/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's state, for the files of this folder.
 *
 * One event is handled in three steps, and the order matters: what is overdue
 * ends (deadline.c), the event changes tasks, sessions and workers (event.c),
 * and then waiting work meets workers: idle ones (dispatch.c), or the lines of
 * busy ones (hold.c). After each call: no worker is idle while work waits that it
 * could do, unless that is held, and was called back for it.
 */
#ifndef QJSP_SCHEDULER_SCHEDULER_H
#define QJSP_SCHEDULER_SCHEDULER_H

#include <qjspool/scheduler.h>

#include "base/list.h"
#include "scheduler/action.h"
#include "scheduler/deadline.h"
#include "scheduler/dispatch.h"
#include "scheduler/hold.h"
#include "scheduler/map.h"
#include "scheduler/minheap.h"
#include "scheduler/session.h"
#include "scheduler/stats.h"
#include "scheduler/task.h"
#include "scheduler/worker.h"

struct qjsp_sched {
    const qjsp_alloc *alloc; /* borrowed */
    qjsp_sched_options opt;
    uint64_t now_us; /* never goes backwards */
    bool is_closing; /* CLOSE or ABORT was seen */
    bool is_aborted;
    bool is_drained;    /* DRAINED was emitted */
    bool is_spawn_held; /* a worker failed to start; see qjsp__sched_is_spawn_due */

    qjsp__map tasks;     /* not settled yet */
    qjsp__minheap queue; /* waiting tasks without a session that are not held, by priority */
    size_t nwaiting;     /* those, the held ones, and the waiting tasks of sessions */
    qjsp__sched_holds holds;
    qjsp__minheap deadlines;

    qjsp__map sessions;  /* opening, open and dead */
    qjsp__list openings; /* the opening ones, oldest first */
    uint32_t nopenings;

    qjsp__sched_worker *workers; /* max_workers slots */
    qjsp__map worker_ids;
    qjsp__list free_slots;
    qjsp__list idle;                       /* idle and not pinned, the most recently used first */
    uint32_t nidle;                        /* in that list */
    uint32_t last_worker;                  /* the newest id */
    uint32_t nworkers;                     /* slots that are not free */
    uint32_t npinned;                      /* by an open session */
    uint32_t nstate[QJSP__WORKER_NSTATES]; /* slots in each state */

    qjsp__actions actions;
    qjsp__sched_counts counts;
};

/*
 * How many actions one call can emit at most, with the tasks, sessions and workers
 * that exist now, and the one that an event of this kind adds.
 *
 * A task: SETTLE or RUN, and one that is held when the call begins: RECALL. A session: OPENED, DEAD and END_SESSION, all at once when it opens
 * after CLOSE without tasks. A slot: INTERRUPT at its deadline, END_SESSION and RUN
 * when its answer comes with the same call (or INTERRUPT, if the next in its line is a
 * ghost); or STOP or REPLACE of the old worker, and RUN of the new one; 4 leaves one to
 * spare. And DRAINED.
 */
size_t qjsp__sched_actions_bound(const qjsp_sched *s, qjsp_event_kind kind);

#endif
