/* SPDX-License-Identifier: MIT */
/*
 * Asynchronous host calls. A call is the user's from its start until it is
 * returned, however long that takes: it keeps the worker's memory alive, not the worker. Returned
 * in time it lies in the worker's inbox; too late, it is only freed.
 */
#include <qjspool/value.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/drive.h"

struct qjsp_call {
    qjsp__list link;      /* in worker->inbox; guarded by worker->lock */
    qjsp__worker *worker; /* counted */
    uint64_t task;
    uint64_t generation; /* of the worker, when the guest made it */
    uint64_t id;         /* the isolate's */
    bool is_rejected;
    qjsp_buffer value; /* what it came to */
    size_t args_len;
    uint8_t args[];
};

static void call_free(qjsp_call *call)
{
    const qjsp_alloc *alloc = call->worker->alloc;

    qjsp_buffer_fini(&call->value);
    qjsp__worker_unref(call->worker);
    qjsp__free(alloc, call);
}

void qjsp__calls_free(qjsp__list *list)
{
    qjsp__list *node;

    while ((node = qjsp__list_first(list)) != NULL) {
        qjsp__list_remove(node);
        call_free(QJSP_LIST_ENTRY(node, qjsp_call, link));
    }
}

/* ---- from the guest ---- */

static qjsp_call *call_new(qjsp__worker *w, const qjsp_isolate_call *made)
{
    qjsp_call *call = NULL;
    size_t size;

    if (qjsp__size_add(sizeof *call, made->args.len, &size))
        call = qjsp__malloc(w->alloc, size);
    if (call == NULL)
        return NULL;
    *call = (qjsp_call){
        .worker = w,
        .task = w->task_id,
        .generation = w->generation, /* only this thread changes it */
        .id = made->id,
        .args_len = made->args.len,
    };
    if (made->args.len > 0)
        memcpy(call->args, made->args.data, made->args.len);
    atomic_fetch_add_explicit(&w->refs, 1, memory_order_relaxed);
    qjsp__list_init(&call->link);
    qjsp_buffer_init(&call->value, w->alloc, 0);
    return call;
}

/* For a call whose value has no memory. Losing the race with the task's end is fine. */
static void reject_for_memory(qjsp__worker *w, uint64_t id)
{
    uint8_t room[128];
    qjsp_buffer buf = {
        .data = room,
        .cap = sizeof room,
        .limit = sizeof room,
        .alloc = qjsp_alloc_default(),
    };

    qjsp_write_error(&buf, "OutOfMemoryError", "the host has no memory for this call");
    (void)!qjsp_isolate_resolve(w->iso, id, true, qjsp_buffer_peek(&buf));
}

void qjsp__calls_start(qjsp__worker *w)
{
    qjsp_isolate_call made;

    while (qjsp_isolate_next_call(w->iso, &made)) {
        const qjsp_pool_function *fn = &w->config->opt.functions[made.function];
        qjsp_call *call = call_new(w, &made);

        if (call == NULL)
            reject_for_memory(w, made.id);
        else if (!qjsp__hooks_may_call(w))
            call_free(call);
        else
            fn->start(fn->ud, call);
    }
}

void qjsp__calls_settle(qjsp__worker *w, qjsp__list *returned)
{
    qjsp__list *node;

    while ((node = qjsp__list_first(returned)) != NULL) {
        qjsp_call *call = QJSP_LIST_ENTRY(node, qjsp_call, link);

        qjsp__list_remove(node);
        if (call->value.status != QJSP_OK)
            reject_for_memory(w, call->id);
        else
            (void)!qjsp_isolate_resolve(w->iso, call->id, call->is_rejected,
                                        qjsp_buffer_peek(&call->value));
        call_free(call);
    }
}

/* ---- from the user ---- */

qjsp_bytes qjsp_call_peek_args(const qjsp_call *call)
{
    return (qjsp_bytes){ .data = call->args, .len = call->args_len };
}

uint64_t qjsp_call_get_task(const qjsp_call *call)
{
    return call->task;
}

/* Takes `call`, with its value. */
static void hand_in(qjsp_call *call)
{
    qjsp__worker *w = call->worker;
    bool is_late;

    pthread_mutex_lock(&w->lock);
    is_late = w->is_abandoned || call->generation != w->generation;
    if (!is_late) {
        qjsp__list_insert(&w->inbox, &call->link);
        pthread_cond_signal(&w->cond);
    }
    pthread_mutex_unlock(&w->lock);
    if (is_late)
        call_free(call);
}

void qjsp_call_return(qjsp_call *call, qjsp_bytes value)
{
    if (value.len == 0)
        qjsp_write_undefined(&call->value);
    else
        qjsp_buffer_append(&call->value, value.data, value.len);
    hand_in(call);
}

void qjsp_call_throw(qjsp_call *call, const char *name, const char *message)
{
    call->is_rejected = true;
    qjsp_write_error(&call->value, name, message);
    hand_in(call);
}
