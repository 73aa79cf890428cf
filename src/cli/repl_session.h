/* SPDX-License-Identifier: MIT */
/* The session of the console: one worker, whose state stays until it cannot. */
#ifndef QJSP_CLI_REPL_SESSION_H
#define QJSP_CLI_REPL_SESSION_H

#include "cli/mailbox.h"
#include "cli/options.h"
#include "cli/report.h"

typedef struct repl_session {
    qjsp_pool *pool;
    uint64_t id; /* 0: none is open */
    mailbox box;
    int signal_fd;
    bool must_end; /* SIGTERM came */
    report *r;
} repl_session;

/* repl_session_init makes a pool of one worker, and runs the bootstrap code. Returns an exit code. */
int repl_session_init(repl_session *s, const options *opt, int signal_fd, report *r);
void repl_session_fini(repl_session *s);

/* One evaluation. `what` and `given` are those of repl_guest.js. */
typedef struct repl_task {
    qjsp_bytes source;
    const char *filename;
    const char *what; /* show, complete, isExpression or ping */
    qjsp_bytes text;  /* given; empty: the number */
    uint64_t number;
    uint64_t timeout_ms; /* 0: that of the options */
    bool is_deaf;        /* Ctrl-C does not end it: a second one must not cost the session */
} repl_task;

/* repl_session_run waits; Ctrl-C cancels. NULL: it could not be run, and it was said why.
 * The result is the caller's. */
qjsp_result *repl_session_run(repl_session *s, const repl_task *task);

/* repl_session_is_well tells whether the session can go on, after something in it was stopped. */
bool repl_session_is_well(repl_session *s);

/* repl_session_renew closes the session and opens another. False: it was said why not. */
bool repl_session_renew(repl_session *s);

#endif
