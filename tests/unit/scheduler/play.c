/* SPDX-License-Identifier: MIT */
#include "play.h"

#include "scheduler/check.h"

#include <ctype.h>

/* QJSP_ERR_LIMIT -> limit */
static void status_text(qjsp_status status, char *out, size_t size)
{
    const char *name = qjsp_status_name(status);

    name += strncmp(name, "QJSP_ERR_", 9) == 0 ? 9 : 5;
    snprintf(out, size, "%s", name);
    for (; *out != '\0'; out++)
        *out = (char)tolower((unsigned char)*out);
}

static void action_text(const qjsp_action *a, char *out, size_t size)
{
    unsigned t = (unsigned)a->task, ss = (unsigned)a->session, w = a->worker;
    char status[32];

    status_text(a->status, status, sizeof status);
    switch (a->kind) {
    case QJSP_ACT_SPAWN: snprintf(out, size, "+%u ", w); break;
    case QJSP_ACT_RUN: snprintf(out, size, "r%u@%u ", t, w); break;
    case QJSP_ACT_INTERRUPT: snprintf(out, size, "!%u@%u:%s ", t, w, status); break;
    case QJSP_ACT_REPLACE: snprintf(out, size, "%u>%u ", w, a->new_worker); break;
    case QJSP_ACT_STOP: snprintf(out, size, "-%u ", w); break;
    case QJSP_ACT_SETTLE: snprintf(out, size, "x%u:%s ", t, status); break;
    case QJSP_ACT_SESSION_OPENED: snprintf(out, size, "o%u@%u ", ss, w); break;
    case QJSP_ACT_SESSION_FAILED: snprintf(out, size, "f%u:%s ", ss, status); break;
    case QJSP_ACT_SESSION_DEAD: snprintf(out, size, "d%u:%s ", ss, status); break;
    case QJSP_ACT_END_SESSION: snprintf(out, size, "e%u@%u ", ss, w); break;
    case QJSP_ACT_RECALL: snprintf(out, size, "<%u@%u ", t, w); break;
    case QJSP_ACT_DRAINED: snprintf(out, size, "D "); break;
    }
}

void play_drain(qjsp_sched *s, char *out, size_t size)
{
    qjsp_action act;

    while (qjsp_sched_next_action(s, &act)) {
        size_t len = strlen(out);

        action_text(&act, out + len, size - len);
    }
}

void play_step_do(qjsp_sched *s, const play_step *step, uint64_t *now_us, char *out, size_t size)
{
    qjsp_status st = QJSP_OK;
    char status[32];

    *now_us += step->at;
    if (step->is_clock)
        qjsp_sched_handle_deadline(s, *now_us);
    else
        st = qjsp_sched_handle(s, &step->ev, *now_us);
    play_drain(s, out, size);
    if (st != QJSP_OK) {
        size_t len = strlen(out);

        status_text(st, status, sizeof status);
        snprintf(out + len, size - len, "E:%s ", status);
    }
}

qjsp_sched *play_new(const play_case *c)
{
    qjsp_sched_options opt;
    qjsp_sched *s;
    uint64_t now_us = 0;
    char got[512] = "";

    qjsp_sched_options_init(&opt);
    opt.max_workers = c->max_workers == 0 ? 1 : c->max_workers;
    opt.min_workers = c->min_workers;
    opt.queue_limit = c->queue_limit;
    opt.idle_us = c->idle_us;
    opt.grace_us = 10;
    opt.hold_limit = c->hold_limit;
    opt.hold_us = 20;
    CHECK_STATUS(c->name, qjsp_sched_new(&s, &opt), QJSP_OK);
    for (size_t i = 0; i < PLAY_NSTEPS && c->steps[i].is_set; i++) {
        play_step_do(s, &c->steps[i], &now_us, got, sizeof got);
        CHECK_TRUE(c->name, qjsp__sched_check(s));
    }
    CHECK_STR(c->name, got, c->want);
    return s;
}

void play_cases(const play_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        qjsp_sched_free(play_new(&cases[i]));
}
