/* SPDX-License-Identifier: MIT */
/* The loop that an isolate needs from outside: poll, wait, resolve, poll again. */
#define _POSIX_C_SOURCE 200809L
#include "pool/drive.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/clock.h"

/* ---- waiting ---- */

/* Caller holds w->lock. */
static bool has_news(const qjsp__worker *w)
{
    return !qjsp__list_is_empty(&w->inbox) || w->interrupt != QJSP_OK;
}

/* Sleeps until wake_ms, a returned host call or an interrupt, and takes the calls. */
static void await_news(qjsp__worker *w, uint64_t wake_ms, qjsp__list *returned)
{
    struct timespec until = qjsp__timespec_of_us(qjsp__u64_mul_sat(wake_ms, QJSP_US_PER_MS));
    int rc = 0;

    pthread_mutex_lock(&w->lock);
    while (!has_news(w) && rc == 0) {
        if (wake_ms == UINT64_MAX)
            rc = pthread_cond_wait(&w->cond, &w->lock);
        else
            rc = pthread_cond_timedwait(&w->cond, &w->lock, &until);
    }
    qjsp__list_move(returned, &w->inbox);
    pthread_mutex_unlock(&w->lock);
}

/* Lets calls in, or (with the task's end) voids those that are still out. An interrupt that
 * came before the isolate had the task is repeated. */
static void turn_generation(qjsp__worker *w)
{
    qjsp__list late;

    qjsp__list_init(&late);
    pthread_mutex_lock(&w->lock);
    w->generation++;
    qjsp__list_move(&late, &w->inbox);
    if (w->interrupt != QJSP_OK && w->iso != NULL)
        qjsp_isolate_interrupt(w->iso, w->interrupt);
    pthread_mutex_unlock(&w->lock);
    qjsp__calls_free(&late);
}

bool qjsp__drive_task(qjsp__worker *w, uint64_t id, const qjsp_task *task)
{
    uint64_t now_ms = qjsp__now_ms();
    qjsp__list returned;
    qjsp_poll poll;

    w->task_id = id;
    if (qjsp_isolate_begin(w->iso, task, now_ms) != QJSP_OK)
        return false;
    turn_generation(w);
    qjsp__list_init(&returned);
    for (;;) {
        qjsp_isolate_poll(w->iso, now_ms, &poll);
        qjsp__calls_start(w);
        if (poll.state == QJSP_POLL_DONE)
            break;
        await_news(w, poll.wake_ms, &returned);
        qjsp__calls_settle(w, &returned);
        now_ms = qjsp__now_ms();
    }
    turn_generation(w);
    return !poll.is_damaged;
}

qjsp__box *qjsp__drive_take_result(const qjsp__worker *w)
{
    const qjsp_result *result = qjsp_isolate_peek_result(w->iso);

    return result == NULL ? NULL : qjsp__box_copy(w->alloc, result);
}

/* ---- the isolate ---- */

static void set_isolate(qjsp__worker *w, qjsp_isolate *iso)
{
    pthread_mutex_lock(&w->lock);
    w->iso = iso;
    pthread_mutex_unlock(&w->lock);
}

static qjsp_status make_isolate(qjsp__worker *w)
{
    size_t n = w->config->opt.nfunctions;
    qjsp_isolate_options opt = w->config->opt.isolate;
    qjsp_host_function *functions = NULL;
    qjsp_isolate *iso = NULL;
    qjsp_status st = QJSP_ERR_NOMEM;
    size_t size;

    if (!qjsp__size_mul(n, sizeof *functions, &size))
        return st;
    if (n > 0)
        functions = qjsp__malloc(w->alloc, size);
    if (n == 0 || functions != NULL) {
        qjsp__hooks_apply(w, &opt, functions);
        st = qjsp_isolate_new(&iso, &opt);
    }
    qjsp__free(w->alloc, functions);
    if (st == QJSP_OK)
        set_isolate(w, iso);
    return st;
}

void qjsp__drive_unboot(qjsp__worker *w)
{
    qjsp_isolate *iso = w->iso;

    /* first out of reach of interrupts, then gone */
    set_isolate(w, NULL);
    qjsp_isolate_free(iso);
}

/* *error is set if the bootstrap has a result that is not QJSP_OK. */
static qjsp_status run_bootstrap(qjsp__worker *w, qjsp__box **error)
{
    const qjsp_pool_options *opt = &w->config->opt;
    const qjsp_result *result;
    qjsp_task task;
    bool is_sound;

    qjsp_task_init(&task);
    task.kind = QJSP_TASK_BOOT;
    task.source = opt->bootstrap;
    task.filename = opt->bootstrap_filename;
    task.timeout_ms = opt->timeout_ms;
    is_sound = qjsp__drive_task(w, 0, &task);
    result = qjsp_isolate_peek_result(w->iso);
    if (!is_sound || result == NULL)
        return QJSP_ERR_CRASHED;
    if (result->status == QJSP_OK)
        return qjsp_isolate_end(w->iso);
    *error = qjsp__drive_take_result(w);
    return result->status;
}

/* For failures that are nobody's JavaScript. */
static qjsp__box *make_start_error(qjsp__worker *w, qjsp_status status)
{
    qjsp_result result = { 0 };
    qjsp__note note;

    snprintf(note.message, sizeof note.message, "no worker could be started: %s",
             qjsp_status_name(status));
    qjsp__note_set(&note, &result, status, "WorkerStartError");
    return qjsp__box_copy(w->alloc, &result);
}

qjsp_status qjsp__drive_boot(qjsp__worker *w, qjsp__box **error)
{
    qjsp_status st = make_isolate(w);

    *error = NULL;
    if (st == QJSP_OK && w->config->opt.bootstrap.len > 0)
        st = run_bootstrap(w, error);
    if (st == QJSP_OK)
        st = qjsp_isolate_seal(w->iso);
    if (st == QJSP_OK)
        return st;
    qjsp__drive_unboot(w);
    if (*error == NULL)
        *error = make_start_error(w, st);
    return st;
}
