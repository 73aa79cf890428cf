/* SPDX-License-Identifier: MIT */
/* Task records: made, counted, settled. */
#include "pool/task.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/pack.h"

void qjsp_submit_init(qjsp_submit *submit)
{
    *submit = (qjsp_submit){ 0 };
    qjsp_task_init(&submit->task);
}

/* Runs twice: to measure, and to copy. */
static void pack_task(qjsp__pack *pack, const qjsp_task *from, size_t source_limit, qjsp_task *to)
{
    *to = *from;
    /* An isolate refuses a source over its limit by the length alone. */
    if (source_limit > 0 && from->source.len > source_limit)
        to->source.data = NULL;
    else
        to->source = qjsp__pack_bytes(pack, from->source);
    to->args = qjsp__pack_bytes(pack, from->args);
    to->globals = qjsp__pack_bytes(pack, from->globals);
    to->filename = qjsp__pack_string(pack, from->filename);
}

qjsp__task *qjsp__task_new(const qjsp_submit *submit, size_t source_limit, const qjsp_alloc *alloc)
{
    qjsp__pack pack = { 0 };
    qjsp_task measured;
    qjsp__task *task;
    size_t size;

    pack_task(&pack, &submit->task, source_limit, &measured);
    if (!qjsp__pack_total(&pack, sizeof *task, &size))
        return NULL;
    task = qjsp__malloc(alloc, size);
    if (task == NULL)
        return NULL;
    atomic_init(&task->refs, 1);
    task->alloc = alloc;
    task->session = submit->session;
    task->priority = submit->priority;
    task->queue_timeout_ms = submit->queue_timeout_ms;
    task->delivery = submit->delivery;
    task->on_done = submit->on_done;
    task->ud = submit->ud;
    qjsp__list_init(&task->link);
    task->waiter = NULL;
    task->offer = NULL;
    task->result = NULL;
    pack = qjsp__pack_into(task + 1);
    pack_task(&pack, &submit->task, source_limit, &task->work);
    task->work.in_session = submit->session != 0;
    return task;
}

void qjsp__task_ref(qjsp__task *task)
{
    atomic_fetch_add_explicit(&task->refs, 1, memory_order_relaxed);
}

void qjsp__task_unref(qjsp__task *task)
{
    if (atomic_fetch_sub_explicit(&task->refs, 1, memory_order_acq_rel) == 1)
        qjsp__free(task->alloc, task);
}

/* Writes the message for a status that the pool gives, and returns the error's name. */
static const char *explain(qjsp__task *task, const qjsp_action *act)
{
    char *message = task->note.message;
    size_t size = sizeof task->note.message;

    switch (act->status) {
    case QJSP_ERR_TIMEOUT:
        if (act->run_us > 0)
            snprintf(message, size, "the task was stopped by its time limit after %" PRIu64 " ms",
                     task->work.timeout_ms);
        else
            snprintf(message, size, "the task waited longer than %" PRIu64 " ms in the queue",
                     task->queue_timeout_ms);
        return "TimeoutError";
    case QJSP_ERR_CANCELED:
        snprintf(message, size, "the task was cancelled");
        return "CancelledError";
    case QJSP_ERR_CLOSED:
        snprintf(message, size, "the pool was freed before the task ended");
        return "PoolDisposedError";
    case QJSP_ERR_CRASHED:
        snprintf(message, size, "the worker of this task died");
        return "WorkerCrashError";
    case QJSP_ERR_NOMEM:
        snprintf(message, size, "the host has no memory for this task");
        return "OutOfMemoryError";
    default:
        snprintf(message, size, "no worker could be started: %s", qjsp_status_name(act->status));
        return "WorkerStartError";
    }
}

static qjsp__box *settle_by_own_word(qjsp__task *task, const qjsp_action *act)
{
    qjsp__box *box = &task->own;

    *box = (qjsp__box){ .alloc = task->alloc, .task = task };
    box->result.run_us = act->run_us;
    qjsp__note_set(&task->note, &box->result, act->status, explain(task, act));
    qjsp__task_ref(task);
    return box;
}

void qjsp__task_settle(qjsp__task *task, const qjsp_action *act)
{
    if (task->offer != NULL && task->offer->result.status == act->status) {
        task->result = task->offer;
        task->offer = NULL;
    } else {
        task->result = settle_by_own_word(task, act);
    }
    task->result->result.wait_us = act->wait_us;
}
