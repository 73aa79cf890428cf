/* SPDX-License-Identifier: MIT */
/*
 * A naive scheduler that predicts the real one: for each event its status, which
 * tasks end and how, who is interrupted, recalled, replaced, opened and ended. Plain
 * arrays, every question answered by a search. Where the real one may choose (which
 * idle worker, which line, when to spawn), it checks that the choice was allowed.
 *
 * A wrong prediction ends the process.
 */
#ifndef QJSP_FUZZ_SCHED_MODEL_H
#define QJSP_FUZZ_SCHED_MODEL_H

#include <qjspool/scheduler.h>

enum { MODEL_NTASKS = 128, MODEL_NSESSIONS = 32, MODEL_NWORKERS = 512 };

typedef enum model_place {
    NOWHERE,  /* never was; a worker or session: or is gone */
    WAITING,  /* a session: for its worker */
    RUNNING,  /* a session: open */
    ENDING,   /* a task: its SETTLE must come in this call; a session: is dead */
    SETTLED,  /* a task */
    STARTING, /* a worker */
    IDLE,     /* a worker */
    RENEWING, /* a worker that has no task */
} model_place;

typedef struct model_task {
    model_place place;
    qjsp_status want;
    uint64_t session;
    int32_t priority;
    uint64_t seq, submitted, run_us;
    uint64_t started;      /* UINT64_MAX: not, or its worker renews first */
    uint64_t due, due_seq; /* queue deadline; seq breaks ties */
    uint32_t holder;       /* in the line of this worker; 0: in none. Ghosts too */
    uint64_t line_seq;
    bool is_recalled;           /* and no answer yet */
    uint32_t must_recall;       /* a worker; 0: nothing */
    qjsp_status must_interrupt; /* OK: nothing */
    uint32_t interrupt_worker;
} model_task;

typedef struct model_worker {
    model_place place;
    uint64_t task;    /* it must answer this one */
    uint64_t session; /* pinned by */
    uint64_t ending;  /* owes END_SESSION */
    uint64_t started; /* that task */
    bool is_doubtful; /* and may yet be taken back */
    bool will_renew;  /* when it has answered */
    bool is_renewing; /* and has not begun that task, if it has one */
    bool is_interrupted, must_replace, must_stop;
    uint64_t due, due_seq; /* of the run, the grace time, or the idle time; 0: none */
} model_worker;

typedef struct model_session {
    model_place place;
    uint64_t worker, seq;
    qjsp_status must_fail, must_die; /* OK: nothing */
} model_session;

typedef struct model {
    qjsp_sched_options opt;
    uint64_t now, seq;
    bool is_closing, is_aborted, is_drained;
    uint32_t last_worker;
    model_task tasks[MODEL_NTASKS]; /* all by id */
    model_session sessions[MODEL_NSESSIONS];
    model_worker workers[MODEL_NWORKERS];
} model;

/* Time passes, and what is due ends. */
void model_pass(model *m, uint64_t now);
/* After model_pass, if there is no event: what is held behind long tasks is called back. */
void model_pass_holds(model *m);
/* After model_pass. Returns what the real one must return. */
qjsp_status model_event(model *m, const qjsp_event *ev);
void model_action(model *m, const qjsp_action *act);
/* After the last action of a call: all that was predicted has come. */
void model_settle_up(const model *m);
size_t model_count_waiting(const model *m);
/* One that this worker was asked for and has not answered; 0: none. */
uint64_t model_recalled(const model *m, uint32_t worker);

#endif
