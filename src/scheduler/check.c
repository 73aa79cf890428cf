/* SPDX-License-Identifier: MIT */
/* Each function checks one struct; a failure says nothing more than false: run it in a debugger. */
#include "scheduler/check.h"

#include "scheduler/scheduler.h"

/* Also that the links agree in both directions. */
static bool list_count(const qjsp__list *head, size_t *out)
{
    *out = 0;
    for (const qjsp__list *n = head->next; n != head; n = n->next) {
        if (n->next->prev != n || n->prev->next != n)
            return false;
        ++*out;
    }
    return true;
}

static bool is_unlinked(const qjsp__list *node)
{
    return node->next == node && node->prev == node;
}

static bool is_armed_only_as(const qjsp__sched_deadline *d, qjsp__sched_deadline_kind kind)
{
    return !qjsp__minheap_has(&d->node) || d->kind == kind;
}

static bool task_waits_well(const qjsp__sched_task *t)
{
    bool is_queued = qjsp__minheap_has(&t->in_queue);

    if (!is_armed_only_as(&t->queue_end, QJSP__DEADLINE_QUEUE) ||
        qjsp__minheap_has(&t->queue_end.node) != (t->queue_end_us != UINT64_MAX))
        return false;
    if ((t->holder != NULL) == is_unlinked(&t->in_line) || t->end != QJSP_OK ||
        (t->is_recalled && t->holder == NULL))
        return false;
    if (t->session == NULL)
        return is_queued == (t->holder == NULL) && is_unlinked(&t->in_session);
    return !is_queued && t->holder == NULL && !is_unlinked(&t->in_session) &&
           t->session->state != QJSP__SESSION_DEAD;
}

static bool task_runs_well(const qjsp__sched_task *t)
{
    const qjsp__sched_worker *w = t->worker;

    return w->task == t && w->running == t->id && w->session == t->session &&
           !qjsp__minheap_has(&t->in_queue) && is_unlinked(&t->in_session) && t->holder == NULL &&
           is_unlinked(&t->in_line) && !t->is_recalled && !qjsp__minheap_has(&t->queue_end.node) &&
           t->started_us >= t->submitted_us;
}

static bool tasks_check(const qjsp_sched *s)
{
    size_t at = 0, nwaiting = 0, nqueued = 0, limit = s->opt.queue_limit;
    const qjsp__sched_task *t;

    for (t = qjsp__map_next(&s->tasks, &at); t != NULL; t = qjsp__map_next(&s->tasks, &at)) {
        if (t->id == 0 || qjsp__sched_task_find(s, t->id) != t || t->submitted_us > s->now_us)
            return false;
        if (t->worker != NULL ? !task_runs_well(t) : !task_waits_well(t))
            return false;
        nwaiting += t->worker == NULL;
        nqueued += t->worker == NULL && t->session == NULL;
    }
    limit += s->opt.max_workers; /* one for each worker may have come back */
    return nwaiting == s->nwaiting && nqueued == s->queue.count + s->holds.nheld &&
           (s->opt.queue_limit == 0 || s->nwaiting <= limit);
}

static bool session_waits_well(const qjsp__sched_session *ss, size_t *nwaiting)
{
    size_t n;

    if (!list_count(&ss->waiting, &n))
        return false;
    *nwaiting += n;
    for (const qjsp__list *node = ss->waiting.next; node != &ss->waiting; node = node->next)
        if (QJSP_LIST_ENTRY(node, const qjsp__sched_task, in_session)->session != ss)
            return false;
    return true;
}

static bool session_check(const qjsp__sched_session *ss)
{
    bool is_opening = !is_unlinked(&ss->in_openings);

    switch (ss->state) {
    case QJSP__SESSION_OPENING: return is_opening && ss->worker == NULL;
    case QJSP__SESSION_OPEN:
        return !is_opening && ss->worker != NULL && ss->worker->session == ss &&
               (ss->worker->state != QJSP__WORKER_IDLE || is_unlinked(&ss->waiting));
    case QJSP__SESSION_DEAD: return !is_opening && ss->worker == NULL && is_unlinked(&ss->waiting);
    }
    return false;
}

static bool sessions_check(const qjsp_sched *s)
{
    size_t at = 0, nopenings, nopen = 0, nwaiting = 0;
    const qjsp__sched_session *ss;

    for (ss = qjsp__map_next(&s->sessions, &at); ss != NULL;
         ss = qjsp__map_next(&s->sessions, &at)) {
        if (qjsp__sched_session_find(s, ss->id) != ss || !session_check(ss) ||
            !session_waits_well(ss, &nwaiting))
            return false;
        nopen += ss->state == QJSP__SESSION_OPEN;
    }
    return list_count(&s->openings, &nopenings) && nopenings == s->nopenings &&
           nopen == s->npinned && nopen + nopenings <= s->opt.max_workers &&
           nwaiting == s->nwaiting - s->queue.count - s->holds.nheld;
}

static bool worker_has_nothing(const qjsp__sched_worker *w)
{
    return w->running == 0 && w->task == NULL && w->ending == 0 && !w->will_renew &&
           !w->is_renewing;
}

/* What it has is not begun, so that no time counts: but the grace time of an abort. */
static bool worker_renews_well(const qjsp_sched *s, const qjsp__sched_worker *w)
{
    return !w->will_renew && w->line.nkept == 0 &&
           is_armed_only_as(&w->deadline, QJSP__DEADLINE_GRACE) &&
           (s->is_aborted || !qjsp__minheap_has(&w->deadline.node));
}

static bool worker_state_check(const qjsp_sched *s, const qjsp__sched_worker *w)
{
    switch (w->state) {
    case QJSP__WORKER_FREE:
        return w->id == 0 && worker_has_nothing(w) && w->session == NULL &&
               !is_unlinked(&w->node) && !qjsp__minheap_has(&w->deadline.node);
    case QJSP__WORKER_STARTING:
        return worker_has_nothing(w) && w->session == NULL && is_unlinked(&w->node) &&
               is_armed_only_as(&w->deadline, QJSP__DEADLINE_GRACE) &&
               (s->is_aborted || !qjsp__minheap_has(&w->deadline.node));
    case QJSP__WORKER_IDLE:
        return worker_has_nothing(w) && (w->session != NULL) == is_unlinked(&w->node) &&
               is_armed_only_as(&w->deadline, QJSP__DEADLINE_IDLE) &&
               (w->session == NULL || !qjsp__minheap_has(&w->deadline.node));
    case QJSP__WORKER_BUSY:
        return w->task != NULL && w->ending == 0 && is_unlinked(&w->node) &&
               is_armed_only_as(&w->deadline, QJSP__DEADLINE_RUN);
    case QJSP__WORKER_INTERRUPTED:
        return w->running != 0 && is_unlinked(&w->node) &&
               is_armed_only_as(&w->deadline, QJSP__DEADLINE_GRACE) &&
               (w->is_renewing || qjsp__minheap_has(&w->deadline.node) ||
                s->now_us > UINT64_MAX - s->opt.grace_us || s->opt.grace_us == UINT64_MAX);
    case QJSP__WORKER_RENEWING:
        return w->is_renewing && w->running == 0 && w->task == NULL && is_unlinked(&w->node);
    case QJSP__WORKER_NSTATES: break;
    }
    return false;
}

static bool worker_check(const qjsp_sched *s, const qjsp__sched_worker *w)
{
    if (!worker_state_check(s, w) || (w->is_renewing && !worker_renews_well(s, w)))
        return false;
    if (w->state != QJSP__WORKER_FREE && qjsp__sched_worker_find(s, w->id) != w)
        return false;
    if (w->task != NULL && (w->task->worker != w || w->task->id != w->running))
        return false;
    if (w->session != NULL && (w->session->worker != w || w->ending != 0))
        return false;
    return true;
}

typedef struct line_sums {
    size_t nkept, nheld, nfew, nmany, nends;
} line_sums;

/* Ghosts, and what is kept, add up; also over all lines. */
static bool line_counts_check(const qjsp__sched_worker *w, line_sums *sums)
{
    size_t n, nkept = 0;

    if (!list_count(&w->line.tasks, &n) || n != w->line.count)
        return false;
    for (const qjsp__list *node = w->line.tasks.next; node != &w->line.tasks; node = node->next) {
        const qjsp__sched_task *t = QJSP_LIST_ENTRY(node, qjsp__sched_task, in_line);

        if (t->holder != w || t->worker != NULL || (t->end != QJSP_OK && !t->is_recalled))
            return false;
        nkept += !t->is_recalled;
        sums->nheld += t->end == QJSP_OK;
    }
    sums->nkept += nkept;
    return nkept == w->line.nkept;
}

/* Who is in no heap of lines cannot be found; who should not be, would be chosen. */
static bool line_heaps_check(const qjsp_sched *s, const qjsp__sched_worker *w, line_sums *sums)
{
    const qjsp__sched_line *line = &w->line;
    bool may_grow = line->count < s->opt.hold_limit && w->state == QJSP__WORKER_BUSY &&
                    w->session == NULL && !w->will_renew && !w->is_renewing;
    bool is_late = w->task != NULL && s->now_us - w->task->started_us >= s->opt.hold_us;

    sums->nfew += qjsp__minheap_has(&line->in_few);
    sums->nmany += qjsp__minheap_has(&line->in_many);
    sums->nends += qjsp__minheap_has(&line->in_ends);
    if (qjsp__minheap_has(&line->in_few) != may_grow && !(may_grow && is_late))
        return false;
    if (may_grow && !is_late && s->queue.count > 0 && s->nopenings == 0)
        return false;
    return qjsp__minheap_has(&line->in_many) == (line->nkept > 0) &&
           (line->nkept > 0 || !qjsp__minheap_has(&line->in_ends));
}

static bool line_check(const qjsp_sched *s, const qjsp__sched_worker *w, line_sums *sums)
{
    bool is_busy = w->state == QJSP__WORKER_BUSY || w->state == QJSP__WORKER_INTERRUPTED ||
                   w->state == QJSP__WORKER_RENEWING;

    return line_counts_check(w, sums) && line_heaps_check(s, w, sums) &&
           w->line.count <= s->opt.hold_limit &&
           (w->line.count == 0 || (is_busy && w->session == NULL && w->ending == 0)) &&
           (w->line.nkept == 0 || w->state == QJSP__WORKER_BUSY);
}

/* Nothing is kept for which there is an idle worker, or that keeps a session from opening. */
static bool holds_check(const qjsp_sched *s)
{
    const qjsp__sched_holds *h = &s->holds;
    line_sums sums = { 0 };

    for (uint32_t i = 0; i < s->opt.max_workers; i++)
        if (!line_check(s, &s->workers[i], &sums))
            return false;
    return qjsp__minheap_check(&h->few) && qjsp__minheap_check(&h->many) &&
           qjsp__minheap_check(&h->ends) && sums.nfew == h->few.count &&
           sums.nmany == h->many.count && sums.nends == h->ends.count && sums.nheld == h->nheld &&
           sums.nkept + h->nrecalled == h->nheld &&
           (sums.nkept == 0 || (s->nidle <= h->nrecalled && s->nopenings == 0));
}

static bool workers_check(const qjsp_sched *s)
{
    uint32_t nstate[QJSP__WORKER_NSTATES] = { 0 };
    size_t nidle, nfree, nunpinned_idle = 0, nrunning = 0;

    for (uint32_t i = 0; i < s->opt.max_workers; i++) {
        const qjsp__sched_worker *w = &s->workers[i];

        if (!worker_check(s, w))
            return false;
        nstate[w->state]++;
        nunpinned_idle += w->state == QJSP__WORKER_IDLE && w->session == NULL;
        nrunning += w->task != NULL;
    }
    for (size_t i = 0; i < QJSP__WORKER_NSTATES; i++)
        if (nstate[i] != s->nstate[i])
            return false;
    return list_count(&s->idle, &nidle) && list_count(&s->free_slots, &nfree) &&
           nidle == nunpinned_idle && nidle == s->nidle && nfree == nstate[QJSP__WORKER_FREE] &&
           nfree + s->nworkers == s->opt.max_workers && s->worker_ids.count == s->nworkers &&
           nrunning + s->nwaiting == s->tasks.count;
}

/* Nobody waits for what is there, or could be started. */
static bool progress_check(const qjsp_sched *s)
{
    bool has_idle = s->idle.next != &s->idle;
    bool has_work = s->queue.count > 0 || s->nopenings > 0;

    if ((has_idle && has_work) || qjsp__sched_is_spawn_due(s))
        return false;
    if (s->is_closing && has_idle && s->holds.nheld == 0)
        return false;
    if (s->is_closing && s->is_drained != (s->tasks.count + s->nworkers == 0))
        return false;
    if (s->is_aborted && (s->tasks.count > 0 || s->nopenings > 0 || s->npinned > 0))
        return false;
    return qjsp__minheap_first_key(&s->deadlines) > s->now_us || s->deadlines.count == 0;
}

bool qjsp__sched_check(const qjsp_sched *s)
{
    const qjsp__sched_counts *c = &s->counts;

    return qjsp__minheap_check(&s->queue) && qjsp__minheap_check(&s->deadlines) && tasks_check(s) &&
           sessions_check(s) && workers_check(s) && holds_check(s) && progress_check(s) &&
           s->actions.cap >= qjsp__sched_actions_bound(s, QJSP_EV_CLOSE) &&
           c->submitted_tasks == c->completed_tasks + c->failed_tasks + s->tasks.count;
}
