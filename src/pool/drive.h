/* SPDX-License-Identifier: MIT */
/*
 * Driving an isolate on a worker's thread: made, polled until a task is done, waiting
 * where it waits. Worker thread only, unless it says otherwise.
 */
#ifndef QJSP_POOL_DRIVE_H
#define QJSP_POOL_DRIVE_H

#include "pool/worker.h"

/*
 * qjsp__drive_boot makes the worker's isolate: realm, bootstrap, snapshot. On failure there
 * is none, and *error is what to tell the task that needed it (NULL: no memory for that).
 */
QJSP_NODISCARD qjsp_status qjsp__drive_boot(qjsp__worker *w, qjsp__box **error);

/* Drops the isolate, whatever it runs. */
void qjsp__drive_unboot(qjsp__worker *w);

/* qjsp__drive_task runs a task to its end, without ending it in the isolate. False: the
 * isolate must not be used again. */
bool qjsp__drive_task(qjsp__worker *w, uint64_t id, const qjsp_task *task);

/* qjsp__drive_take_result copies what the task came to. NULL: no memory, or no result. */
qjsp__box *qjsp__drive_take_result(const qjsp__worker *w);

/* hooks.c: what the isolate calls instead of the user's functions; each refuses once the
 * worker is abandoned. */
void qjsp__hooks_init(qjsp__worker *w);
/* Points the isolate's options to the worker's hooks. functions: room for all of the pool's. */
void qjsp__hooks_apply(qjsp__worker *w, qjsp_isolate_options *opt, qjsp_host_function *functions);
/* Whether the user's functions may still be called. */
bool qjsp__hooks_may_call(qjsp__worker *w);

/* call.c */
/* Starts the asynchronous host calls that the last poll made. */
void qjsp__calls_start(qjsp__worker *w);
/* Settles the calls of a list that was taken from the inbox. */
void qjsp__calls_settle(qjsp__worker *w, qjsp__list *returned);
/* Frees the calls of a list. */
void qjsp__calls_free(qjsp__list *list);

#endif
