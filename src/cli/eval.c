/* SPDX-License-Identifier: MIT */
/* qjspool eval: one task, its value on stdout. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <qjspool/value.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/mailbox.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/script.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/stats_table.h"
#include "cli/units.h"

/* Of a value as text: one that refers to its parts again and again is small as bytes only. */
enum { TEXT_LIMIT = 128 << 20 };

/* CODE, or the file or standard input that holds it. False: said why. */
static bool read_code(qjsp_buffer *code, const options *opt, const script *file, report *r)
{
    const char *operand = opt->noperands > 0 ? opt->operands[0] : "-";
    const char *path = opt->file != NULL ? file->path : "-";

    if (opt->file == NULL && strcmp(operand, "-") != 0) {
        qjsp_buffer_append(code, operand, strlen(operand));
        return true;
    }
    if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO) == 1 && r->is_terminal)
        report_note(r, "Reading code from the terminal; Ctrl-D ends it.");
    if (files_read(path, code))
        return true;
    if (!signals_seen())
        report_error(r, "cannot read %s: %s", files_shown_name(opt->file != NULL ? opt->file : "-"),
                     strerror(errno));
    return false;
}

static qjsp_status format_value(const qjsp_result *result, value_format format, qjsp_buffer *out)
{
    qjsp_status status = QJSP_OK;

    if (format == FORMAT_CBOR) {
        qjsp_buffer_append(out, result->value.data, result->value.len);
        return out->status;
    }
    if (format == FORMAT_TEXT)
        status = qjsp_value_to_text(result->value, out);
    else
        status = qjsp_value_to_json(result->value, out);
    qjsp_buffer_append(out, "\n", 1);
    return status != QJSP_OK ? status : out->status;
}

static int print_value(const qjsp_result *result, const options *opt, report *r)
{
    qjsp_buffer text;
    qjsp_status status;
    output out;
    int code = CLI_OK;

    if (!output_init(&out, STDOUT_FILENO))
        return setup_failed(r, "cannot print the value", QJSP_ERR_NOMEM);
    qjsp_buffer_init(&text, NULL, TEXT_LIMIT);
    status = format_value(result, opt->format, &text);
    if (status == QJSP_ERR_LIMIT) {
        report_error(r, "the value is too large to print");
        code = CLI_FAILED;
    } else if (status != QJSP_OK) {
        code = setup_failed(r, "cannot print the value", status);
    } else {
        output_put(&out, text.data, text.len);
        if (!output_flush(&out)) {
            code = CLI_IO;
            if (out.error != EPIPE && out.error != EINTR)
                report_error(r, "cannot write: %s", strerror(out.error));
        }
    }
    qjsp_buffer_fini(&text);
    output_fini(&out);
    return code;
}

static void print_error(const qjsp_result *result, report *r)
{
    qjsp_buffer text;

    qjsp_buffer_init(&text, NULL, 0);
    qjsp_buffer_printf(&text, "%s: %s\n", result->error_name, result->error_message);
    if (result->error_stack != NULL)
        qjsp_buffer_printf(&text, "%s", result->error_stack);
    if (text.status == QJSP_OK)
        report_text(r, text.data, text.len);
    qjsp_buffer_fini(&text);
}

static void print_cost(const qjsp_result *result, report *r)
{
    char run[32], cpu[32], memory[32];

    report_note(r, "ran %s, computed %s, used %s", units_format_us(result->run_us, run, sizeof run),
                units_format_us(result->cpu_us, cpu, sizeof cpu),
                units_format_size(result->memory_used, memory, sizeof memory));
}

/* Runs the task; NULL: it could not be queued. A signal cancels it. */
static qjsp_result *run(qjsp_pool *pool, mailbox *box, int signal_fd, const options *opt,
                        qjsp_bytes code, const char *name, report *r)
{
    letter reply = { .box = box };
    qjsp_submit submit;
    qjsp_status status;
    uint64_t id;
    bool was_cancelled = false;

    qjsp_submit_init(&submit);
    submit.task.source = code;
    if (opt->file != NULL && strcmp(opt->file, "-") != 0)
        submit.task.filename = name;
    submit.on_done = mailbox_deliver;
    submit.ud = &reply;
    status = qjsp_pool_submit(pool, &submit, &id);
    if (status != QJSP_OK) {
        setup_failed(r, "cannot run", status);
        return NULL;
    }
    while (mailbox_take(box) == NULL) {
        mailbox_wait(box, was_cancelled ? -1 : signal_fd, -1, -1);
        if (signals_seen() && !was_cancelled)
            was_cancelled = qjsp_pool_cancel(pool, id);
    }
    return reply.result;
}

static int show(const qjsp_result *result, const options *opt, report *r)
{
    int code = CLI_FAILED;

    if (result->status == QJSP_OK)
        code = print_value(result, opt, r);
    else if (signals_seen())
        report_error(r, "interrupted");
    else
        print_error(result, r);
    if (opt->is_verbose)
        print_cost(result, r);
    return signals_seen() ? CLI_INTERRUPTED : code;
}

static int evaluate(const options *opt, qjsp_bytes code, const char *name, int signal_fd, report *r)
{
    qjsp_pool *pool = NULL;
    qjsp_result *result;
    mailbox box;
    int exit_code = CLI_IO;

    if (!mailbox_init(&box)) {
        setup_failed(r, "cannot run", QJSP_ERR_SYSTEM);
        goto done;
    }
    exit_code = setup_pool(&pool, opt, NULL, r);
    if (exit_code != CLI_OK)
        goto done;
    result = run(pool, &box, signal_fd, opt, code, name, r);
    exit_code = result == NULL ? CLI_IO : show(result, opt, r);
    qjsp_result_free(result);
    if (opt->wants_stats)
        stats_table_print(r, pool);
done:
    qjsp_pool_free(pool);
    mailbox_fini(&box);
    return exit_code;
}

int command_eval(const options *opt)
{
    options one = *opt;
    qjsp_buffer code;
    script file = { NULL, NULL };
    int signal_fd = signals_open(), exit_code = CLI_IO;
    report r;

    one.workers = 1;
    report_init(&r, opt->command);
    qjsp_buffer_init(&code, NULL, 0);
    if (opt->noperands > 1 || (opt->noperands == 1 && opt->file != NULL)) {
        report_error(&r, "one piece of code at a time: put it in quotes");
        exit_code = CLI_USAGE;
    } else if (!script_find(&file, &opt->mounts, opt->file == NULL ? "-" : opt->file)) {
        setup_failed(&r, "cannot run", QJSP_ERR_NOMEM);
    } else if (read_code(&code, opt, &file, &r)) {
        exit_code = evaluate(&one, qjsp_buffer_peek(&code), file.name, signal_fd, &r);
    } else if (signals_seen()) {
        exit_code = CLI_INTERRUPTED;
    }
    script_fini(&file);
    qjsp_buffer_fini(&code);
    report_fini(&r);
    return exit_code;
}
