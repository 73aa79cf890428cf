/* SPDX-License-Identifier: MIT */
#include "cli/map_work.h"

#include <qjspool/value.h>
#include <string.h>

#include "cli/command.h"
#include "cli/map_harness.h"
#include "cli/map_stack.h"
#include "cli/setup.h"
#include "cli/signals.h"

enum {
    FIRST_PACE = 16,
    LARGEST_PACE = 8192,
    TARGET_US = 5000, /* of a task: a hundred times what it costs to have one */
    /* a task that takes longer leaves the rest to others */
    BUDGET_MS = 100,
    /* decoding the arguments and the like, on a machine that is busy */
    SLACK_MS = 100,
    /* tasks in the pool for each worker: enough that none waits for us */
    TASKS_PER_WORKER = 4,
    SINGLES_PER_WORKER = 64,
    /* submitted under one lock */
    SUBMIT_AT_ONCE = 32,
};

void map_work_init(map_work *work, qjsp_pool *pool, mailbox *box, const options *opt, report *r,
                   uint32_t nworkers)
{
    uint32_t each = opt->isolation == QJSP_ISOLATION_TASK ? SINGLES_PER_WORKER : TASKS_PER_WORKER;
    uint32_t room = nworkers * each;

    *work = (map_work){
        .pool = pool,
        .r = r,
        .box = box,
        .opt = opt,
        .room = opt->queue < room ? (uint32_t)opt->queue : room,
        .nworkers = nworkers,
        .pace = opt->isolation == QJSP_ISOLATION_TASK ? 1 : FIRST_PACE,
    };
    qjsp_buffer_init(&work->args, NULL, 0);
}

void map_work_fini(map_work *work)
{
    qjsp_buffer_fini(&work->args);
}

/* ---- the list of waiting spans ---- */

static void waiting_remove(map_work *work, map_span *span)
{
    if (span->prev_waiting == NULL)
        work->waiting = span->next_waiting;
    else
        span->prev_waiting->next_waiting = span->next_waiting;
    if (span->next_waiting == NULL)
        work->last_waiting = span->prev_waiting;
    else
        span->next_waiting->prev_waiting = span->prev_waiting;
    span->next_waiting = span->prev_waiting = NULL;
}

static bool is_before(const map_span *a, const map_span *b)
{
    if (a->batch != b->batch)
        return a->batch->number < b->batch->number;
    return a->first < b->first;
}

/* Puts a span where it belongs, which is near the front: it was submitted once. */
static void waiting_insert(map_work *work, map_span *span)
{
    map_span *prev = NULL, *next = work->waiting;

    for (; next != NULL && is_before(next, span); next = next->next_waiting)
        prev = next;
    span->state = MAP_WAITING;
    span->prev_waiting = prev;
    span->next_waiting = next;
    if (prev == NULL)
        work->waiting = span;
    else
        prev->next_waiting = span;
    if (next == NULL)
        work->last_waiting = span;
    else
        next->prev_waiting = span;
}

static void waiting_push_back(map_work *work, map_span *span)
{
    span->state = MAP_WAITING;
    span->next_waiting = NULL;
    span->prev_waiting = work->last_waiting;
    if (work->last_waiting == NULL)
        work->waiting = span;
    else
        work->last_waiting->next_waiting = span;
    work->last_waiting = span;
}

bool map_work_add(map_work *work, map_batch *batch)
{
    batch->spans = map_span_new(batch, 0, batch->nrecords, NULL);
    if (batch->spans == NULL)
        return false;
    waiting_push_back(work, batch->spans);
    return true;
}

/* ---- submitting ---- */

/* Leaves `count` records in the span and makes the rest a waiting one behind it. */
static bool split(map_work *work, map_span *span, uint32_t count)
{
    map_span *rest =
        map_span_new(span->batch, span->first + count, span->count - count, span->next);

    if (rest == NULL)
        return false;
    rest->is_single = span->is_single;
    span->next = rest;
    span->count = count;
    waiting_insert(work, rest);
    return true;
}

/* Appends a task's arguments, see map_harness.h. */
static qjsp_bytes append_args(map_work *work, const map_span *span)
{
    size_t start = work->args.len;
    qjsp_bytes text = map_batch_text(span->batch, span->first, span->count);

    qjsp_write_array(&work->args, 3);
    qjsp_write_array(&work->args, span->count);
    qjsp_buffer_append(&work->args, text.data, text.len);
    qjsp_write_uint(&work->args, span->batch->first_index + span->first);
    qjsp_write_uint(&work->args, BUDGET_MS);
    return (qjsp_bytes){ NULL, work->args.len - start };
}

/* A record has the time limit for itself; several share a budget, after which the
 * last may still take all of its own. */
static uint64_t task_timeout(const map_work *work, const map_span *span)
{
    uint64_t limit = work->opt->timeout_ms;

    return limit == 0 || span->count == 1 ? limit : limit + BUDGET_MS + SLACK_MS;
}

static void describe(map_work *work, qjsp_submit *submit, map_span *span)
{
    span->state = MAP_RUNNING;
    span->reply.box = work->box;
    qjsp_submit_init(submit);
    submit->task.kind = QJSP_TASK_CALL;
    submit->task.source.data = (const uint8_t *)MAP_HARNESS_CALL;
    submit->task.source.len = strlen(MAP_HARNESS_CALL);
    submit->task.filename = "map.js";
    submit->task.args = append_args(work, span);
    submit->task.timeout_ms = task_timeout(work, span);
    submit->on_done = mailbox_deliver;
    submit->ud = &span->reply;
}

/* Cuts the next task from the first waiting span; NULL: no memory. */
static map_span *cut(map_work *work)
{
    map_span *span = work->waiting;
    uint32_t count = span->is_single ? 1 : work->pace;

    waiting_remove(work, span);
    if (span->count > count && !split(work, span, count)) {
        waiting_insert(work, span);
        return NULL;
    }
    return span;
}

/* The arguments lie one after the other; now that they do not move, the tasks point to them. */
static bool send(map_work *work, qjsp_submit *submits, size_t n)
{
    const uint8_t *at = work->args.data;
    uint64_t ids[SUBMIT_AT_ONCE];
    qjsp_status status;
    size_t accepted = 0;

    for (size_t i = 0; i < n; i++) {
        submits[i].task.args.data = at;
        at += submits[i].task.args.len;
    }
    status = qjsp_pool_submit_batch(work->pool, submits, n, ids, &accepted);
    work->nrunning += (uint32_t)accepted;
    if (status != QJSP_OK)
        setup_failed(work->r, "cannot run", status);
    return status == QJSP_OK;
}

bool map_work_submit(map_work *work, bool sparingly)
{
    qjsp_submit submits[SUBMIT_AT_ONCE];
    /* nothing runs: then the first that waits is what all else waits for */
    uint32_t room = sparingly ? 1 : work->room;

    while (work->waiting != NULL && work->nrunning < room) {
        size_t n = 0;
        /* few large tasks one by one, so that the first starts while we prepare the next */
        size_t most = work->pace == 1 || work->waiting->is_single ? SUBMIT_AT_ONCE : 1;

        qjsp_buffer_clear(&work->args);
        while (n < most && work->waiting != NULL && work->nrunning + n < room) {
            map_span *span = cut(work);

            if (span == NULL)
                break;
            describe(work, &submits[n++], span);
        }
        if (n == 0 || work->args.status != QJSP_OK) {
            setup_failed(work->r, "cannot run", QJSP_ERR_NOMEM);
            return false;
        }
        if (!send(work, submits, n))
            return false;
    }
    return true;
}

/* ---- results ---- */

/* How many records the result speaks of; 0: it is none of the harness's. */
static uint32_t count_results(const qjsp_result *result, uint32_t asked)
{
    qjsp_reader reader;
    qjsp_token token;

    if (result->status != QJSP_OK)
        return 0;
    qjsp_reader_init(&reader, result->value, 0);
    if (qjsp_reader_next(&reader, &token) != QJSP_OK || token.kind != QJSP_TOKEN_ARRAY ||
        token.u.u64 > asked)
        return 0;
    return (uint32_t)token.u.u64;
}

static void learn(map_work *work, uint64_t run_us, uint32_t count)
{
    double us = (double)run_us / count, pace;

    if (work->opt->isolation == QJSP_ISOLATION_TASK)
        return;
    work->us_record = work->us_record == 0 ? us : work->us_record * 0.7 + us * 0.3;
    pace = work->us_record > 0 ? TARGET_US / work->us_record : LARGEST_PACE;
    if (pace > work->pace * 4.0)
        pace = work->pace * 4.0;
    work->pace = pace < 1 ? 1 : pace > LARGEST_PACE ? LARGEST_PACE : (uint32_t)pace;
}

/* Some record of several is at fault: from now on each is alone. */
static void retry(map_work *work, map_span *span)
{
    qjsp_result_free(span->reply.result);
    span->reply.result = NULL;
    span->is_single = true;
    waiting_insert(work, span);
}

bool map_work_accept(map_work *work, map_span *span)
{
    qjsp_result *result = span->reply.result;
    uint32_t count = count_results(result, span->count);

    work->nrunning--;
    if (count == 0 && span->count > 1) {
        retry(work, span);
        return true;
    }
    if (count > 0)
        learn(work, result->run_us, count);
    if (count > 0 && count < span->count && !split(work, span, count))
        return false;
    span->state = MAP_DONE;
    span->batch->held += result->value.len;
    return true;
}

/* ---- the probe ---- */

static void print_load_error(map_work *work, const qjsp_result *result)
{
    const char *stack = result->error_stack == NULL ? "" : result->error_stack;

    report_error(work->r, "the function cannot be loaded: %s: %s", result->error_name,
                 result->error_message);
    qjsp_buffer_clear(&work->args);
    map_stack_append(&work->args, work->opt, (qjsp_bytes){ (const uint8_t *)stack, strlen(stack) });
    if (work->args.len > 0 && work->args.status == QJSP_OK)
        report_text(work->r, work->args.data, work->args.len);
}

int map_work_probe(map_work *work, int signal_fd)
{
    static const uint8_t nothing[] = { 0x83, 0x80, 0x00, 0x00 }; /* [[], 0, 0] */
    letter reply = { .box = work->box };
    qjsp_submit submit;
    qjsp_status status;
    uint64_t id;

    qjsp_submit_init(&submit);
    submit.task.kind = QJSP_TASK_CALL;
    submit.task.source =
        (qjsp_bytes){ (const uint8_t *)MAP_HARNESS_CALL, strlen(MAP_HARNESS_CALL) };
    submit.task.args = (qjsp_bytes){ nothing, sizeof nothing };
    submit.on_done = mailbox_deliver;
    submit.ud = &reply;
    status = qjsp_pool_submit(work->pool, &submit, &id);
    if (status != QJSP_OK)
        return setup_failed(work->r, "cannot run", status);
    while (mailbox_take(work->box) == NULL) {
        mailbox_wait(work->box, signals_seen() ? -1 : signal_fd, -1, -1);
        if (signals_seen())
            qjsp_pool_cancel(work->pool, id);
    }
    status = reply.result->status;
    if (status != QJSP_OK && !signals_seen())
        print_load_error(work, reply.result);
    qjsp_result_free(reply.result);
    if (signals_seen())
        return CLI_INTERRUPTED;
    return status == QJSP_OK ? CLI_OK : CLI_FAILED;
}
