/* SPDX-License-Identifier: MIT */
/*
 * Plays events to a scheduler and writes down its actions, for tests that are
 * tables. After each step the invariants are checked.
 *
 *   +1            SPAWN worker 1            r5@1          RUN task 5 on worker 1
 *   !5@1:timeout  INTERRUPT                 x5:ok         SETTLE, the status in small letters
 *   1>2, 1>0      REPLACE, new_worker       -1            STOP
 *   o7@1          SESSION_OPENED            f7:limit      SESSION_FAILED
 *   d7:crashed    SESSION_DEAD              e7@1          END_SESSION
 *   <5@1          RECALL                    D             DRAINED
 *   E:closed      the event itself failed
 */
#ifndef QJSP_TESTS_SCHEDULER_PLAY_H
#define QJSP_TESTS_SCHEDULER_PLAY_H

#include <qjspool/scheduler.h>

#include "../../check.h"
#include "base/checked.h"

enum { PLAY_NSTEPS = 16 };

typedef struct play_step {
    bool is_set;   /* so that a table row can be shorter than PLAY_NSTEPS */
    bool is_clock; /* handle_deadline, no event */
    uint64_t at;   /* microseconds to pass before it */
    qjsp_event ev;
} play_step;

#define STEP(...)                                                                                  \
    {                                                                                              \
        .is_set = true, .ev = { __VA_ARGS__ }                                                      \
    }
/* The same, after so many microseconds. */
#define AFTER(us, ...)                                                                             \
    {                                                                                              \
        .is_set = true, .at = (us), .ev = { __VA_ARGS__ }                                          \
    }
#define SUBMIT(t) STEP(.kind = QJSP_EV_SUBMIT, .task = (t))
#define SUBMIT_PRIO(t, p) STEP(.kind = QJSP_EV_SUBMIT, .task = (t), .priority = (p))
#define SUBMIT_RUN(t, us) STEP(.kind = QJSP_EV_SUBMIT, .task = (t), .run_us = (us))
#define SUBMIT_QUEUE(t, us) STEP(.kind = QJSP_EV_SUBMIT, .task = (t), .queue_us = (us))
#define SUBMIT_IN(s, t) STEP(.kind = QJSP_EV_SUBMIT, .task = (t), .session = (s))
#define SUBMIT_IN_RUN(s, t, us)                                                                    \
    STEP(.kind = QJSP_EV_SUBMIT, .task = (t), .session = (s), .run_us = (us))
#define CANCEL(t) STEP(.kind = QJSP_EV_CANCEL, .task = (t))
#define UP(w) STEP(.kind = QJSP_EV_WORKER_UP, .worker = (w))
#define FAILED(w, st) STEP(.kind = QJSP_EV_WORKER_FAILED, .worker = (w), .status = QJSP_##st)
#define DONE(w, t) DONE_AS(w, t, OK)
#define DONE_AS(w, t, st)                                                                          \
    STEP(.kind = QJSP_EV_WORKER_DONE, .worker = (w), .task = (t), .status = QJSP_##st)
#define DOWN(w) STEP(.kind = QJSP_EV_WORKER_DOWN, .worker = (w))
#define OPEN(s) STEP(.kind = QJSP_EV_SESSION_OPEN, .session = (s))
#define END(s) STEP(.kind = QJSP_EV_SESSION_CLOSE, .session = (s))
#define CLOSE STEP(.kind = QJSP_EV_CLOSE)
#define ABORT STEP(.kind = QJSP_EV_ABORT)
#define RECALLED(w, t) STEP(.kind = QJSP_EV_RECALLED, .worker = (w), .task = (t))
/* After its answer for t; 0: at once. */
#define RENEWING(w, t) STEP(.kind = QJSP_EV_WORKER_RENEWING, .worker = (w), .task = (t))
#define PREWARM(n) STEP(.kind = QJSP_EV_PREWARM, .worker = (n))
#define PASS(us)                                                                                   \
    {                                                                                              \
        .is_set = true, .is_clock = true, .at = (us)                                               \
    }

/* Of a row in a table; options that are 0 mean the defaults but for max_workers. */
typedef struct play_case {
    const char *name;
    uint32_t max_workers; /* 0: 1 */
    uint32_t min_workers;
    uint32_t queue_limit;
    uint32_t hold_limit;
    uint64_t idle_us;
    play_step steps[PLAY_NSTEPS]; /* grace is 10, hold_us 20 */
    const char *want;
} play_case;

/* Appends the actions that wait, each followed by a space. */
void play_drain(qjsp_sched *s, char *out, size_t size);
void play_step_do(qjsp_sched *s, const play_step *step, uint64_t *now_us, char *out, size_t size);
/* A scheduler to which the steps were played, with what is wanted as the answer. */
qjsp_sched *play_new(const play_case *c);
void play_cases(const play_case *cases, size_t n);

#endif
