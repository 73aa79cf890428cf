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

/* The end of a session comes alone: it may need a new isolate before the task can begin. */
static mail wait_mail(qjsp__worker *w)
{
    mail got = { 0 };

    qjsp__spin(&w->has_mail);
    pthread_mutex_lock(&w->lock);
    while (w->run == NULL && !w->must_end_session && !w->must_stop && !w->is_abandoned)
        pthread_cond_wait(&w->cond, &w->lock);
    got.must_stop = w->must_stop || w->is_abandoned;
    got.must_end_session = w->must_end_session;
    w->must_end_session = false;
    if (!got.must_end_session && w->run != NULL) {
        got.task = w->run;
        w->run = NULL;
        w->interrupt = w->stop_run;
    }
    atomic_store(&w->has_mail, w->run != NULL);
    pthread_mutex_unlock(&w->lock);
    return got;
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

/* A new isolate for one that was lost between tasks. What comes from here on to stop a task
 * is about one that has not begun: it must not stop the bootstrap. False: the worker is done for. */
static bool renew(qjsp__worker *w)
{
    bool must_stop;

    qjsp__drive_unboot(w);
    pthread_mutex_lock(&w->lock);
    must_stop = w->must_stop || w->is_abandoned;
    w->is_up = false;
    w->interrupt = QJSP_OK;
    pthread_mutex_unlock(&w->lock);
    return !must_stop && qjsp__report_renewing(w) && come_up(w);
}

/* False: the worker is done for. */
static bool run_task(qjsp__worker *w, qjsp__task *task)
{
    qjsp__box *offer;
    bool is_damaged = !qjsp__drive_task(w, task->node.id, &task->work);

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
    if (!task->work.in_session)
        return renew(w);
    qjsp__drive_unboot(w);
    qjsp__report_down(w, NULL, NULL);
    return false;
}

/* False: the worker is done for. */
static bool restore(qjsp__worker *w)
{
    return qjsp_isolate_restore(w->iso) == QJSP_OK || renew(w);
}

static void work(qjsp__worker *w)
{
    bool goes_on = true;

    while (goes_on) {
        mail got = wait_mail(w);

        if (got.must_end_session) {
            goes_on = restore(w);
        } else if (got.task != NULL) {
            goes_on = run_task(w, got.task);
            qjsp__task_unref(got.task);
        } else {
            goes_on = !got.must_stop;
        }
    }
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
    w->stop_run = QJSP_OK;
    atomic_store(&w->has_mail, true);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_signal(&w->cond);
}

/* A shutdown is a cancellation to the guest. */
static qjsp_status reason_for_guest(qjsp_status reason)
{
    return reason == QJSP_ERR_TIMEOUT ? reason : QJSP_ERR_CANCELED;
}

/* What is at hand: a task, or a bootstrap. Caller holds w->lock. */
static void interrupt(qjsp__worker *w, qjsp_status reason)
{
    w->interrupt = reason_for_guest(reason);
    if (w->iso != NULL)
        qjsp_isolate_interrupt(w->iso, w->interrupt);
    pthread_cond_signal(&w->cond);
}

void qjsp__worker_interrupt(qjsp__worker *w, qjsp_status reason)
{
    pthread_mutex_lock(&w->lock);
    if (w->run != NULL) /* it is about that one, which has not begun */
        w->stop_run = reason_for_guest(reason);
    else
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
