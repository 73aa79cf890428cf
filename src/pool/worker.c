/* SPDX-License-Identifier: MIT */
/* A worker's thread, and the orders that it takes. */
#include "pool/worker.h"

#include "base/alloc.h"
#include "base/checked.h"
#include "pool/drive.h"
#include "pool/spin.h"
#include "pool/thread.h"

/* What the thread needs beyond the guest's share: the engine's own frames, and
 * callbacks of the user. */
enum { STACK_EXTRA = 512 * 1024 };

/* ---- the thread ---- */

typedef struct mail {
    qjsp__task *task; /* with its reference */
    bool must_end_session;
    bool must_stop;
} mail;

static mail wait_mail(qjsp__worker *w)
{
    mail got;

    qjsp__spin(&w->has_mail);
    pthread_mutex_lock(&w->lock);
    while (w->run == NULL && !w->must_end_session && !w->must_stop && !w->is_abandoned)
        pthread_cond_wait(&w->cond, &w->lock);
    got = (mail){
        .task = w->run,
        .must_end_session = w->must_end_session,
        .must_stop = w->must_stop || w->is_abandoned,
    };
    w->run = NULL;
    w->must_end_session = false;
    atomic_store(&w->has_mail, false);
    pthread_mutex_unlock(&w->lock);
    return got;
}

/* False: the worker is done for. */
static bool run_task(qjsp__worker *w, qjsp__task *task)
{
    qjsp__box *offer = NULL;
    bool is_damaged;

    /* The last one was lost between tasks, where nobody noticed but us. */
    if (w->iso == NULL && qjsp__drive_boot(w, &offer) != QJSP_OK)
        return qjsp__report_done(w, task, offer);
    is_damaged = !qjsp__drive_task(w, task->node.id, &task->work);
    offer = qjsp__drive_take_result(w);
    if (is_damaged) {
        qjsp__report_down(w, task, offer);
        return false;
    }
    if (!qjsp__report_done(w, task, offer))
        return false;
    /* The result is with its owner: nobody waits for the realm to be cleaned. */
    if (qjsp_isolate_end(w->iso) == QJSP_OK)
        return true;
    qjsp__drive_unboot(w);
    if (task->work.in_session)
        qjsp__report_down(w, NULL, NULL);
    return !task->work.in_session;
}

static void restore(qjsp__worker *w)
{
    if (w->iso != NULL && qjsp_isolate_restore(w->iso) != QJSP_OK)
        qjsp__drive_unboot(w);
}

static void work(qjsp__worker *w)
{
    for (;;) {
        mail got = wait_mail(w);

        if (got.must_end_session)
            restore(w);
        if (got.task != NULL) {
            bool goes_on = run_task(w, got.task);

            qjsp__task_unref(got.task);
            if (!goes_on)
                return;
        } else if (got.must_stop) {
            return;
        }
    }
}

static bool come_up(qjsp__worker *w)
{
    qjsp__box *error = NULL;
    qjsp_status st = qjsp__drive_boot(w, &error);

    if (st == QJSP_OK) {
        pthread_mutex_lock(&w->lock);
        w->is_up = true;
        pthread_mutex_unlock(&w->lock);
        if (!qjsp__report_up(w, &st))
            return false;
    }
    if (st != QJSP_OK)
        qjsp__report_failed(w, st, error);
    return st == QJSP_OK;
}

/* The thread has ended, or is about to and nobody will join it. Takes `w`. */
static void dismiss(qjsp__worker *w)
{
    if (w->run != NULL)
        qjsp__task_unref(w->run);
    w->run = NULL;
    qjsp__pool_unref(w->pool);
    w->pool = NULL;
    qjsp__worker_unref(w);
}

static void *worker_main(void *arg)
{
    qjsp__worker *w = arg;

    if (come_up(w))
        work(w);
    qjsp__drive_unboot(w);
    if (!qjsp__report_ended(w))
        dismiss(w);
    return NULL;
}

/* ---- its memory ---- */

static qjsp__worker *worker_new(qjsp_pool *pool, uint32_t id)
{
    size_t nhooks = pool->config->opt.nfunctions; /* they are in memory, so this is small */
    qjsp__worker *w = qjsp__calloc(pool->alloc, sizeof *w + nhooks * sizeof w->hooks[0]);

    if (w == NULL)
        return NULL;
    if (pthread_mutex_init(&w->lock, NULL) != 0)
        goto fail_lock;
    if (!qjsp__cond_init(&w->cond))
        goto fail_cond;
    w->node.id = id;
    qjsp__list_init(&w->link);
    qjsp__list_init(&w->inbox);
    atomic_init(&w->refs, 1);
    w->alloc = pool->alloc;
    w->config = pool->config;
    qjsp__config_ref(w->config);
    w->pool = pool;
    qjsp__pool_ref(pool);
    qjsp__hooks_init(w);
    return w;
fail_cond:
    pthread_mutex_destroy(&w->lock);
fail_lock:
    qjsp__free(pool->alloc, w);
    return NULL;
}

void qjsp__worker_unref(qjsp__worker *w)
{
    if (atomic_fetch_sub_explicit(&w->refs, 1, memory_order_acq_rel) != 1)
        return;
    pthread_cond_destroy(&w->cond);
    pthread_mutex_destroy(&w->lock);
    qjsp__config_unref(w->config);
    qjsp__free(w->alloc, w);
}

/* ---- orders ---- */

qjsp_status qjsp__worker_start(qjsp_pool *pool, uint32_t id)
{
    qjsp__worker *w = worker_new(pool, id);
    size_t stack;

    if (w == NULL)
        return QJSP_ERR_NOMEM;
    if (!qjsp__size_add(pool->config->opt.isolate.stack_limit, STACK_EXTRA, &stack) ||
        qjsp__thread_start(&w->thread, stack, worker_main, w) != QJSP_OK) {
        dismiss(w);
        return QJSP_ERR_SYSTEM;
    }
    qjsp__id_map_put(&pool->workers, &w->node);
    return QJSP_OK;
}

void qjsp__worker_run(qjsp__worker *w, qjsp__task *task)
{
    qjsp__task_ref(task);
    pthread_mutex_lock(&w->lock);
    w->run = task;
    w->interrupt = QJSP_OK;
    atomic_store(&w->has_mail, true);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->cond);
}

/* Caller holds w->lock. */
static void interrupt(qjsp__worker *w, qjsp_status reason)
{
    /* A shutdown is a cancellation to the guest. */
    w->interrupt = reason == QJSP_ERR_TIMEOUT ? reason : QJSP_ERR_CANCELED;
    if (w->iso != NULL)
        qjsp_isolate_interrupt(w->iso, w->interrupt);
    pthread_cond_signal(&w->cond);
}

void qjsp__worker_interrupt(qjsp__worker *w, qjsp_status reason)
{
    pthread_mutex_lock(&w->lock);
    interrupt(w, reason);
    pthread_mutex_unlock(&w->lock);
}

void qjsp__worker_end_session(qjsp__worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->must_end_session = true;
    atomic_store(&w->has_mail, true);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->cond);
}

void qjsp__worker_stop(qjsp__worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->must_stop = true;
    atomic_store(&w->has_mail, true);
    if (!w->is_up)
        interrupt(w, QJSP_ERR_CLOSED);
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void qjsp__worker_abandon(qjsp__worker *w)
{
    pthread_detach(w->thread);
    pthread_mutex_lock(&w->lock);
    w->is_abandoned = true;
    atomic_store(&w->has_mail, true);
    interrupt(w, QJSP_ERR_CLOSED);
    pthread_mutex_unlock(&w->lock);
}

void qjsp__worker_join(qjsp__worker *w)
{
    pthread_join(w->thread, NULL);
    dismiss(w);
}
