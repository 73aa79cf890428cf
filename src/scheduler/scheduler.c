/* SPDX-License-Identifier: MIT */
/* The public face: making and freeing a scheduler, and which file handles which event. */
#include "scheduler/scheduler.h"

#include "base/alloc.h"
#include "base/checked.h"
#include "scheduler/event.h"

void qjsp_sched_options_init(qjsp_sched_options *opt)
{
    *opt = (qjsp_sched_options){
        .max_workers = 4,
        .grace_us = 100000,
        .hold_us = 2000,
    };
}

static bool options_are_valid(const qjsp_sched_options *opt)
{
    return opt->max_workers >= 1 && opt->max_workers <= QJSP_SCHED_MAX_WORKERS &&
           opt->min_workers <= opt->max_workers && opt->grace_us >= 1 &&
           opt->hold_limit <= QJSP_SCHED_MAX_HOLD && (opt->hold_limit == 0 || opt->hold_us >= 1);
}

/* All slots and all room for them at once, so that starting or replacing a worker never fails. */
static bool workers_init(qjsp_sched *s)
{
    uint32_t n = s->opt.max_workers;

    qjsp__list_init(&s->idle);
    qjsp__list_init(&s->free_slots);
    qjsp__list_init(&s->openings);
    s->workers = qjsp__calloc(s->alloc, n * sizeof *s->workers);
    if (s->workers == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        qjsp__list_init(&s->workers[i].node);
        qjsp__list_init(&s->workers[i].line.tasks);
        qjsp__list_insert(&s->free_slots, &s->workers[i].node);
    }
    s->nstate[QJSP__WORKER_FREE] = n;
    return qjsp__map_reserve(&s->worker_ids, s->alloc, n) &&
           qjsp__minheap_reserve(&s->deadlines, s->alloc, n) && qjsp__sched_holds_reserve(s);
}

size_t qjsp__sched_actions_bound(const qjsp_sched *s, qjsp_event_kind kind)
{
    size_t ntasks = s->tasks.count + (kind == QJSP_EV_SUBMIT);
    size_t nsessions = s->sessions.count + (kind == QJSP_EV_SESSION_OPEN);
    /* not nheld: that grows with events that may not fail */
    size_t nheld = qjsp__size_min(ntasks, (size_t)s->opt.max_workers * s->opt.hold_limit);

    return ntasks + nheld + nsessions * 3 + (size_t)s->opt.max_workers * 4 + 1;
}

/* Never lacks memory when the driver drained the actions of the last call, but for an
 * event that adds a task or session: the queue is then as large as it needs to be. */
static bool actions_reserve(qjsp_sched *s, qjsp_event_kind kind)
{
    return qjsp__actions_reserve(&s->actions, s->alloc, qjsp__sched_actions_bound(s, kind));
}

qjsp_status qjsp_sched_new(qjsp_sched **out, const qjsp_sched_options *opt)
{
    const qjsp_alloc *alloc = opt->alloc != NULL ? opt->alloc : qjsp_alloc_default();
    qjsp_sched *s;

    if (!options_are_valid(opt))
        return QJSP_ERR_INVALID;
    s = qjsp__calloc(alloc, sizeof *s);
    if (s == NULL)
        return QJSP_ERR_NOMEM;
    s->alloc = alloc;
    s->opt = *opt;
    if (!workers_init(s) || !actions_reserve(s, QJSP_EV_CLOSE)) {
        qjsp_sched_free(s);
        return QJSP_ERR_NOMEM;
    }
    *out = s;
    return QJSP_OK;
}

static void values_free(qjsp__map *m, const qjsp_alloc *alloc)
{
    size_t at = 0;

    for (void *v = qjsp__map_next(m, &at); v != NULL; v = qjsp__map_next(m, &at))
        qjsp__free(alloc, v);
    qjsp__map_fini(m, alloc);
}

void qjsp_sched_free(qjsp_sched *s)
{
    if (s == NULL)
        return;
    qjsp__sched_holds_fini(s); /* its ghosts stand between tasks */
    values_free(&s->tasks, s->alloc);
    values_free(&s->sessions, s->alloc);
    qjsp__map_fini(&s->worker_ids, s->alloc);
    qjsp__minheap_fini(&s->queue, s->alloc);
    qjsp__minheap_fini(&s->deadlines, s->alloc);
    qjsp__actions_fini(&s->actions, s->alloc);
    qjsp__free(s->alloc, s->workers);
    qjsp__free(s->alloc, s);
}

static qjsp_status event_handle(qjsp_sched *s, const qjsp_event *ev)
{
    switch (ev->kind) {
    case QJSP_EV_SUBMIT: return qjsp__sched_on_submit(s, ev);
    case QJSP_EV_CANCEL: qjsp__sched_on_cancel(s, ev); return QJSP_OK;
    case QJSP_EV_WORKER_UP: qjsp__sched_on_worker_up(s, ev); return QJSP_OK;
    case QJSP_EV_WORKER_FAILED: qjsp__sched_on_worker_failed(s, ev); return QJSP_OK;
    case QJSP_EV_WORKER_DONE: qjsp__sched_on_worker_done(s, ev); return QJSP_OK;
    case QJSP_EV_WORKER_DOWN: qjsp__sched_on_worker_down(s, ev); return QJSP_OK;
    case QJSP_EV_SESSION_OPEN: return qjsp__sched_on_session_open(s, ev);
    case QJSP_EV_SESSION_CLOSE: qjsp__sched_on_session_close(s, ev); return QJSP_OK;
    case QJSP_EV_CLOSE: qjsp__sched_on_close(s); return QJSP_OK;
    case QJSP_EV_ABORT: qjsp__sched_on_abort(s); return QJSP_OK;
    case QJSP_EV_PREWARM: return qjsp__sched_on_prewarm(s, ev);
    case QJSP_EV_RECALLED: qjsp__sched_on_recalled(s, ev); return QJSP_OK;
    case QJSP_EV_WORKER_RENEWING: qjsp__sched_on_worker_renewing(s, ev); return QJSP_OK;
    }
    return QJSP_ERR_INVALID;
}

static void clock_set(qjsp_sched *s, uint64_t now_us)
{
    if (now_us > s->now_us)
        s->now_us = now_us;
}

qjsp_status qjsp_sched_handle(qjsp_sched *s, const qjsp_event *ev, uint64_t now_us)
{
    qjsp_status st;

    if (!actions_reserve(s, ev->kind))
        return QJSP_ERR_NOMEM;
    clock_set(s, now_us);
    qjsp__sched_deadline_expire(s);
    st = event_handle(s, ev);
    qjsp__sched_dispatch(s);
    return st;
}

void qjsp_sched_handle_deadline(qjsp_sched *s, uint64_t now_us)
{
    /* without room all stays due, for the call after the driver has drained */
    if (!actions_reserve(s, QJSP_EV_CLOSE))
        return;
    clock_set(s, now_us);
    qjsp__sched_deadline_expire(s);
    qjsp__sched_hold_expire(s);
    qjsp__sched_dispatch(s);
}

bool qjsp_sched_next_action(qjsp_sched *s, qjsp_action *act)
{
    return qjsp__actions_take(&s->actions, act);
}

uint64_t qjsp_sched_next_deadline(const qjsp_sched *s)
{
    return qjsp__u64_min(qjsp__minheap_first_key(&s->deadlines),
                         qjsp__minheap_first_key(&s->holds.ends));
}
