/* SPDX-License-Identifier: MIT */
/* Who gets into which line, and who is called back from it. */
#include "scheduler/hold.h"

#include "base/alloc.h"
#include "scheduler/scheduler.h"

bool qjsp__sched_holds_reserve(qjsp_sched *s)
{
    uint32_t n = s->opt.hold_limit == 0 ? 0 : s->opt.max_workers;

    return qjsp__minheap_reserve(&s->holds.few, s->alloc, n) &&
           qjsp__minheap_reserve(&s->holds.many, s->alloc, n) &&
           qjsp__minheap_reserve(&s->holds.ends, s->alloc, n);
}

static qjsp__sched_task *task_of(const qjsp__list *node)
{
    return QJSP_LIST_ENTRY(node, qjsp__sched_task, in_line);
}

/* Tasks that live are freed by their map. */
static void ghosts_free(qjsp_sched *s, qjsp__sched_worker *w)
{
    for (qjsp__list *n = w->line.tasks.next, *next; n != &w->line.tasks; n = next) {
        next = n->next;
        if (task_of(n)->end == QJSP_OK)
            continue;
        qjsp__list_remove(n);
        w->line.count--;
        qjsp__free(s->alloc, task_of(n));
    }
}

/* Before the tasks are freed; s may be half built. */
void qjsp__sched_holds_fini(qjsp_sched *s)
{
    for (uint32_t i = 0; s->workers != NULL && i < s->opt.max_workers; i++)
        ghosts_free(s, &s->workers[i]);
    qjsp__minheap_fini(&s->holds.few, s->alloc);
    qjsp__minheap_fini(&s->holds.many, s->alloc);
    qjsp__minheap_fini(&s->holds.ends, s->alloc);
}

/* Once it may not for its time, it may not until it begins another task. */
static bool line_may_grow(const qjsp_sched *s, const qjsp__sched_worker *w)
{
    return w->line.count < s->opt.hold_limit && w->state == QJSP__WORKER_BUSY &&
           w->session == NULL && !w->will_renew && !w->is_renewing &&
           s->now_us - w->task->started_us < s->opt.hold_us;
}

static void heap_move(qjsp__minheap *h, qjsp__minheap_node *node, bool is_in, uint64_t key)
{
    qjsp__minheap_remove(h, node);
    if (is_in)
        qjsp__minheap_push(h, node, key);
}

static void line_end_arm(qjsp_sched *s, qjsp__sched_worker *w)
{
    uint64_t at = qjsp__u64_add_sat(w->task->started_us, s->opt.hold_us);

    if (at != UINT64_MAX)
        qjsp__minheap_push(&s->holds.ends, &w->line.in_ends, at);
}

void qjsp__sched_line_update(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_line *line = &w->line;

    if (s->opt.hold_limit == 0)
        return;
    heap_move(&s->holds.few, &line->in_few, line_may_grow(s, w), line->count);
    heap_move(&s->holds.many, &line->in_many, line->nkept > 0, UINT64_MAX - line->nkept);
    if (line->nkept == 0)
        qjsp__minheap_remove(&s->holds.ends, &line->in_ends);
    else if (!qjsp__minheap_has(&line->in_ends))
        line_end_arm(s, w);
}

void qjsp__sched_line_begin(qjsp_sched *s, qjsp__sched_worker *w, bool is_doubtful)
{
    w->line.is_doubtful = is_doubtful;
    qjsp__minheap_remove(&s->holds.ends, &w->line.in_ends);
    if (w->task == NULL) /* a ghost: INTERRUPT and all that follows are next */
        return;
    qjsp__sched_line_update(s, w);
}

/* From the queue. */
static void line_add(qjsp_sched *s, qjsp__sched_worker *w, qjsp__sched_task *t)
{
    qjsp_action act = { .kind = QJSP_ACT_RUN, .worker = w->id, .task = t->id };

    qjsp__minheap_remove(&s->queue, &t->in_queue);
    qjsp__list_insert(&w->line.tasks, &t->in_line);
    t->holder = w;
    w->line.count++;
    w->line.nkept++;
    s->holds.nheld++;
    qjsp__sched_line_update(s, w);
    qjsp__actions_push(&s->actions, act);
}

/* Without an update, and without a thought of where t goes. */
static void line_remove(qjsp_sched *s, qjsp__sched_task *t)
{
    qjsp__sched_line *line = &t->holder->line;
    bool is_ghost = t->end != QJSP_OK;

    qjsp__list_remove(&t->in_line);
    t->holder = NULL;
    line->count--;
    line->nkept -= !is_ghost && !t->is_recalled;
    s->holds.nheld -= !is_ghost;
    s->holds.nrecalled -= !is_ghost && t->is_recalled;
}

qjsp__sched_task *qjsp__sched_hold_take(qjsp_sched *s, qjsp__sched_worker *w)
{
    qjsp__sched_task *t = task_of(w->line.tasks.next);

    line_remove(s, t);
    return t;
}

/* Without an update. */
static void task_recall(qjsp_sched *s, qjsp__sched_task *t)
{
    qjsp_action act = { .kind = QJSP_ACT_RECALL, .worker = t->holder->id, .task = t->id };

    t->is_recalled = true;
    t->holder->line.nkept--;
    s->holds.nrecalled++;
    qjsp__actions_push(&s->actions, act);
}

/* Of those that are kept, of which there are some. */
static qjsp__sched_task *line_newest(const qjsp__sched_worker *w)
{
    const qjsp__list *node = w->line.tasks.prev;

    while (task_of(node)->is_recalled)
        node = node->prev;
    return task_of(node);
}

void qjsp__sched_hold_recall_all(qjsp_sched *s, qjsp__sched_worker *w)
{
    const qjsp__list *node = w->line.tasks.prev;

    for (; w->line.nkept > 0; node = node->prev)
        if (!task_of(node)->is_recalled)
            task_recall(s, task_of(node));
    qjsp__sched_line_update(s, w);
}

/* NULL: it is not in w's line. Ghosts are found by a search. */
static qjsp__sched_task *line_find(const qjsp_sched *s, const qjsp__sched_worker *w, uint64_t id)
{
    qjsp__sched_task *t = qjsp__sched_task_find(s, id);
    const qjsp__list *node = w->line.tasks.next;

    if (t != NULL)
        return t->holder == w ? t : NULL;
    while (node != &w->line.tasks && task_of(node)->id != id)
        node = node->next;
    return node == &w->line.tasks ? NULL : task_of(node);
}

void qjsp__sched_hold_returned(qjsp_sched *s, qjsp__sched_worker *w, uint64_t task)
{
    qjsp__sched_task *t = line_find(s, w, task);

    if (t == NULL || !t->is_recalled)
        return;
    line_remove(s, t);
    if (t->end == QJSP_OK)
        qjsp__sched_task_requeue(s, t);
    else
        qjsp__free(s->alloc, t);
    qjsp__sched_line_update(s, w);
}

void qjsp__sched_hold_settled(qjsp_sched *s, qjsp__sched_task *t, qjsp_status status)
{
    if (!t->is_recalled)
        task_recall(s, t);
    t->end = status;
    s->holds.nheld--;
    s->holds.nrecalled--;
    qjsp__sched_line_update(s, t->holder);
}

void qjsp__sched_hold_settle_all(qjsp_sched *s, qjsp__sched_worker *w, qjsp_status status)
{
    for (qjsp__list *node = w->line.tasks.next; node != &w->line.tasks; node = node->next)
        if (task_of(node)->end == QJSP_OK)
            qjsp__sched_task_settle(s, task_of(node), status);
}

void qjsp__sched_hold_release(qjsp_sched *s, qjsp__sched_worker *w)
{
    ghosts_free(s, w);
    while (w->line.count > 0)
        qjsp__sched_task_requeue(s, qjsp__sched_hold_take(s, w));
}

/* NULL: nobody may hold another task. */
static qjsp__sched_worker *fewest(qjsp_sched *s)
{
    while (s->holds.few.count > 0) {
        qjsp__minheap_node *node = qjsp__minheap_first(&s->holds.few);
        qjsp__sched_worker *w = QJSP_CONTAINER_OF(node, qjsp__sched_worker, line.in_few);

        if (line_may_grow(s, w))
            return w;
        qjsp__minheap_remove(&s->holds.few, node);
    }
    return NULL;
}

static qjsp__sched_worker *longest(const qjsp_sched *s)
{
    qjsp__minheap_node *node = qjsp__minheap_first(&s->holds.many);

    return QJSP_CONTAINER_OF(node, qjsp__sched_worker, line.in_many);
}

static void line_up(qjsp_sched *s)
{
    qjsp__sched_task *t = qjsp__sched_task_first(s);
    qjsp__sched_worker *w = t == NULL ? NULL : fewest(s);

    while (w != NULL) {
        line_add(s, w, t);
        t = qjsp__sched_task_first(s);
        w = t == NULL ? NULL : fewest(s);
    }
}

/* One for each worker that is idle now. */
static void balance(qjsp_sched *s)
{
    while (s->nidle > s->holds.nrecalled && s->holds.many.count > 0) {
        qjsp__sched_worker *w = longest(s);

        task_recall(s, line_newest(w));
        qjsp__sched_line_update(s, w);
    }
}

void qjsp__sched_hold(qjsp_sched *s)
{
    if (s->opt.hold_limit == 0)
        return;
    if (s->nopenings == 0)
        line_up(s);
    while (s->nopenings > 0 && s->holds.many.count > 0)
        qjsp__sched_hold_recall_all(s, longest(s));
    balance(s);
}

void qjsp__sched_hold_expire(qjsp_sched *s)
{
    while (qjsp__minheap_first_key(&s->holds.ends) <= s->now_us && s->holds.ends.count > 0) {
        qjsp__minheap_node *node = qjsp__minheap_first(&s->holds.ends);

        qjsp__sched_hold_recall_all(s, QJSP_CONTAINER_OF(node, qjsp__sched_worker, line.in_ends));
    }
}
