/* SPDX-License-Identifier: MIT */
/*
 * Bytes to events, played to the scheduler and to its model. Four bytes make the
 * options, then three make an event: kind, subject, detail. In the end the pool is
 * closed (and answered) or aborted (and left alone), and must be drained.
 */
#include <stdlib.h>

#include "sched_model.h"
#include "scheduler/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { KIND_PASS = QJSP_EV_WORKER_RENEWING + 1, NKINDS, GRACE_US = 10 };

typedef struct game {
    model m;
    qjsp_sched *s;
    uint64_t next_task, next_session;
} game;

static void step(game *g, const qjsp_event *ev, uint64_t now_us)
{
    qjsp_status want = QJSP_OK, got = QJSP_OK;
    qjsp_sched_stats stats;
    qjsp_action act;

    model_pass(&g->m, now_us);
    if (ev != NULL) {
        want = model_event(&g->m, ev);
        got = qjsp_sched_handle(g->s, ev, now_us);
    } else {
        model_pass_holds(&g->m);
        qjsp_sched_handle_deadline(g->s, now_us);
    }
    while (qjsp_sched_next_action(g->s, &act))
        model_action(&g->m, &act);
    model_settle_up(&g->m);
    qjsp_sched_get_stats(g->s, &stats);
    if (got != want || !qjsp__sched_check(g->s) || stats.queued_tasks != model_count_waiting(&g->m))
        abort();
}

/* Mostly one that was, sometimes one that is yet to come, or never will. */
static uint64_t some_id(uint64_t next, uint8_t back)
{
    return back > next ? 0 : next - back;
}

/* It is still there when the event has been handled. */
static bool is_sure_to_wait(const model_task *t)
{
    return t->place == WAITING && t->session == 0 && t->due == UINT64_MAX;
}

static qjsp_event event_of(game *g, const uint8_t *b)
{
    qjsp_event ev = {
        .kind = (qjsp_event_kind)(b[0] % NKINDS),
        .worker = (uint32_t)some_id(g->m.last_worker + 1, b[1] & 7),
        .task = some_id(g->next_task, b[2] & 15),
        .session = some_id(g->next_session, b[1] >> 5),
        .priority = (b[2] >> 4) % 3 - 1,
        .run_us = b[2] & 3,
        .queue_us = b[2] >> 6,
        .status = -(int)(b[2] % 12),
    };

    if (ev.kind == QJSP_EV_PREWARM)
        ev.worker = b[1] % 6;
    else if (ev.kind == QJSP_EV_WORKER_DONE && (b[1] & 8) == 0)
        ev.task = g->m.workers[ev.worker].task; /* the right answer */
    else if (ev.kind == QJSP_EV_WORKER_RENEWING && (b[1] & 24) != 24)
        ev.task = (b[1] & 8) == 0 ? g->m.workers[ev.worker].task : 0;
    else if (ev.kind == QJSP_EV_RECALLED && (b[1] & 8) == 0)
        ev.task = model_recalled(&g->m, ev.worker);
    else if (ev.kind == QJSP_EV_SUBMIT && (b[1] & 7) != 7)
        ev.task = g->next_task++;
    else if (ev.kind == QJSP_EV_SUBMIT && !is_sure_to_wait(&g->m.tasks[ev.task]))
        ev.task = 0; /* ids are not used again */
    if (ev.kind == QJSP_EV_SUBMIT && (b[1] & 16) == 0)
        ev.session = 0;
    if (ev.kind == QJSP_EV_SESSION_OPEN && (b[1] & 1) == 0)
        ev.session = g->next_session++;
    return ev;
}

/* Every worker answers, for as long as there is one. */
static void answer_all(game *g, uint64_t now_us)
{
    step(g, &(qjsp_event){ .kind = QJSP_EV_CLOSE }, now_us);
    for (uint32_t w = 1; w <= g->m.last_worker; w++) {
        step(g, &(qjsp_event){ .kind = QJSP_EV_WORKER_UP, .worker = w }, now_us);
        while (g->m.workers[w].place == RUNNING)
            step(g,
                 &(qjsp_event){
                     .kind = QJSP_EV_WORKER_DONE, .worker = w, .task = g->m.workers[w].task },
                 now_us);
    }
}

static void play(game *g, const uint8_t *data, size_t size)
{
    uint64_t now_us = 0;

    for (; size >= 3 && g->next_task + 1 < MODEL_NTASKS; data += 3, size -= 3) {
        bool is_pass = data[0] % NKINDS == KIND_PASS;
        qjsp_event ev = event_of(g, data);

        if (g->next_session + 1 >= MODEL_NSESSIONS || g->m.last_worker + 9 >= MODEL_NWORKERS)
            break;
        now_us += is_pass ? data[1] % 16 : data[0] >> 7;
        if (ev.kind == QJSP_EV_ABORT || ev.worker > g->m.last_worker)
            step(g, NULL,
                 now_us); /* the model cannot know which replacements this event will find */
        step(g, is_pass ? NULL : &ev, now_us);
    }
    if (size % 2 == 0)
        answer_all(g, now_us);
    step(g, &(qjsp_event){ .kind = QJSP_EV_ABORT }, now_us);
    step(g, NULL, now_us + GRACE_US);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    game *g = calloc(1, sizeof *g);

    if (g == NULL || size < 4) {
        free(g);
        return 0;
    }
    g->next_task = g->next_session = 1;
    qjsp_sched_options_init(&g->m.opt);
    g->m.opt.max_workers = 1 + data[0] % 4u;
    g->m.opt.min_workers = data[1] % (g->m.opt.max_workers + 1);
    g->m.opt.queue_limit = data[2] % 8;
    g->m.opt.hold_limit = data[2] / 8 % 4;
    g->m.opt.idle_us = data[3] % 32;
    g->m.opt.hold_us = 1 + data[3] / 32;
    g->m.opt.grace_us = GRACE_US;
    if (qjsp_sched_new(&g->s, &g->m.opt) != QJSP_OK)
        abort();
    play(g, data + 4, size - 4);
    if (!g->m.is_drained)
        abort();
    qjsp_sched_free(g->s);
    free(g);
    return 0;
}
