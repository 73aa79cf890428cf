/* SPDX-License-Identifier: MIT */
/*
 * Batches on their way through the pool.
 *
 * Tasks are cut from the waiting spans only when the pool has room for them,
 * as large as the pace so far suggests: large enough that a task costs little
 * beside its records, small enough that every worker has some. A task whose function is slow
 * leaves the rest of its records (see map_harness.h); one that fails as a
 * whole is run again record by record, so that only the record at fault
 * fails, with the time limit for itself alone.
 */
#ifndef QJSP_CLI_MAP_WORK_H
#define QJSP_CLI_MAP_WORK_H

#include "cli/map_batch.h"
#include "cli/options.h"
#include "cli/report.h"

typedef struct map_work {
    qjsp_pool *pool;
    report *r;
    mailbox *box;
    const options *opt;
    uint32_t room;     /* tasks that may be in the pool */
    uint32_t nrunning; /* tasks that are */
    uint32_t nworkers;
    uint32_t pace;     /* records of the next task */
    double us_record;  /* time of a record, lately; 0: not known yet */
    map_span *waiting; /* in the order of the input */
    map_span *last_waiting;
    qjsp_buffer args; /* of the task being submitted */
} map_work;

void map_work_init(map_work *work, qjsp_pool *pool, mailbox *box, const options *opt, report *r,
                   uint32_t nworkers);
void map_work_fini(map_work *work);

/* map_work_probe calls the function with no records, to see whether it can be loaded.
 * CLI_OK, or an exit code after saying why not. */
int map_work_probe(map_work *work, int signal_fd);

/* map_work_add makes all records of a batch wait. False: no memory. */
bool map_work_add(map_work *work, map_batch *batch);

/*
 * map_work_submit gives the pool as much as it has room for; with `sparingly`, when the
 * results that wait for earlier ones take too much memory, only what they wait
 * for. False: said why.
 */
bool map_work_submit(map_work *work, bool sparingly);

/*
 * map_work_accept takes a span whose result has arrived: it becomes DONE, or waits
 * again. False: no memory.
 */
bool map_work_accept(map_work *work, map_span *span);

#endif
