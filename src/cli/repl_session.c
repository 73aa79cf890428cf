/* SPDX-License-Identifier: MIT */
#include "cli/repl_session.h"

#include <qjspool/value.h>
#include <signal.h>

#include "cli/command.h"
#include "cli/setup.h"
#include "cli/signals.h"

enum { PING_MS = 2000, ROOM = 256 << 10 };

/* Made of repl_guest.js, as one line. */
static const unsigned char guest[] = {
#include <repl_guest.inc>
};

/* A session does not say why the bootstrap code failed; a task without one does. */
static void say_why_not(repl_session *s, qjsp_status status)
{
    qjsp_result *result = NULL;
    qjsp_submit submit;

    qjsp_submit_init(&submit);
    if (status != QJSP_ERR_EXCEPTION || qjsp_pool_run(s->pool, &submit, &result) != QJSP_OK ||
        result->status == QJSP_OK)
        setup_failed(s->r, "cannot open a session", status);
    else
        report_error(s->r, "cannot open a session: %s: %s\n%s", result->error_name,
                     result->error_message, result->error_stack == NULL ? "" : result->error_stack);
    qjsp_result_free(result);
}

bool repl_session_renew(repl_session *s)
{
    qjsp_status status;

    if (s->id != 0)
        qjsp_pool_close_session(s->pool, s->id);
    s->id = 0;
    status = qjsp_pool_open_session(s->pool, &s->id);
    if (status != QJSP_OK)
        say_why_not(s, status);
    return status == QJSP_OK;
}

int repl_session_init(repl_session *s, const options *opt, int signal_fd, report *r)
{
    setup_extra extra = { .prefix = (const char *)guest };
    options one = *opt;
    int code;

    *s = (repl_session){ .signal_fd = signal_fd, .r = r };
    one.workers = 1;
    if (!mailbox_init(&s->box))
        return setup_failed(r, "cannot run", QJSP_ERR_SYSTEM);
    code = setup_pool(&s->pool, &one, &extra, r);
    if (code == CLI_OK && !repl_session_renew(s))
        code = CLI_FAILED;
    return code;
}

void repl_session_fini(repl_session *s)
{
    qjsp_pool_free(s->pool);
    mailbox_fini(&s->box);
}

static void write_args(qjsp_buffer *args, const repl_task *task)
{
    qjsp_write_array(args, 3);
    qjsp_write_cstr(args, "qjspoolRepl");
    qjsp_write_cstr(args, task->what);
    if (task->text.len > 0)
        qjsp_write_text(args, (const char *)task->text.data, task->text.len);
    else
        qjsp_write_uint(args, task->number);
}

/* Until the result is there; Ctrl-C cancels the task, unless it is deaf to it. */
static void await_result(repl_session *s, uint64_t id, bool is_deaf)
{
    int number;

    while (mailbox_take(&s->box) == NULL) {
        mailbox_wait(&s->box, s->signal_fd, -1, -1);
        number = signals_take(s->signal_fd);
        if (number == SIGTERM)
            s->must_end = true;
        if (number == SIGTERM || (number != 0 && !is_deaf))
            qjsp_pool_cancel(s->pool, id);
    }
}

qjsp_result *repl_session_run(repl_session *s, const repl_task *task)
{
    letter reply = { .box = &s->box };
    qjsp_submit submit;
    qjsp_status status;
    qjsp_buffer args;
    uint64_t id;

    qjsp_buffer_init(&args, NULL, 0);
    write_args(&args, task);
    qjsp_submit_init(&submit);
    submit.task.kind = QJSP_TASK_PASS;
    submit.task.source = task->source;
    submit.task.filename = task->filename;
    submit.task.args = qjsp_buffer_peek(&args);
    submit.task.timeout_ms = task->timeout_ms;
    submit.session = s->id;
    submit.on_done = mailbox_deliver;
    submit.ud = &reply;
    status = args.status != QJSP_OK ? args.status : qjsp_pool_submit(s->pool, &submit, &id);
    qjsp_buffer_fini(&args);
    if (status != QJSP_OK) {
        if (status != QJSP_ERR_INVALID) /* the session is gone: whoever called finds out */
            setup_failed(s->r, "cannot run", status);
        return NULL;
    }
    await_result(s, id, task->is_deaf);
    return reply.result;
}

bool repl_session_is_well(repl_session *s)
{
    repl_task ping = {
        .filename = "ping", .what = "ping", .number = ROOM, .timeout_ms = PING_MS, .is_deaf = true
    };
    qjsp_result *result = NULL;
    bool is_well = false;

    if (s->id != 0 && qjsp_pool_is_session_alive(s->pool, s->id))
        result = repl_session_run(s, &ping);
    if (result != NULL)
        is_well = result->status == QJSP_OK;
    qjsp_result_free(result);
    return is_well;
}
