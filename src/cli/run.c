/* SPDX-License-Identifier: MIT */
/*
 * qjspool run: each file a task.
 *
 * A window slides over the files: its first entry is the next to be printed,
 * its last the newest that was started. It is bounded in entries and in bytes,
 * so that a slow first file does not make us hold everything that follows.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <qjspool/value.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/mailbox.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/script.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/stats_table.h"
#include "cli/units.h"

enum {
    SOURCE_LIMIT = 16 << 20,
    HELD_LIMIT = 64 << 20, /* bytes of sources and results that wait */
    LINE_LIMIT = 64 << 20, /* bytes of one line of output */
    TASKS_PER_WORKER = 4,  /* in the pool: enough that none waits for us */
};

typedef struct entry {
    letter reply; /* first, so that a letter is an entry */
    const char *file;
    size_t size; /* bytes that it holds */
    bool is_done;
    int read_error; /* errno; 0: it was read */
} entry;

typedef struct runner {
    const options *opt;
    report *r;
    qjsp_pool *pool;
    mailbox box;
    int signal_fd;
    output out;
    qjsp_buffer line;

    entry *entries;                /* ring */
    size_t window;                 /* entries in it */
    size_t first;                  /* file that is printed next */
    size_t next;                   /* file that is started next */
    size_t held;                   /* bytes */
    size_t nrunning, most_running; /* in the pool: what their results take is not known yet */

    uint64_t nok, nfailed, nunreadable;
} runner;

static entry *entry_at(runner *run, size_t file)
{
    return &run->entries[file % run->window];
}

/* ---- starting ---- */

static bool submit(runner *run, entry *e, qjsp_bytes source, const char *name)
{
    qjsp_submit task;
    qjsp_status status;
    uint64_t id;

    qjsp_submit_init(&task);
    task.task.source = source;
    task.task.filename = name;
    task.on_done = mailbox_deliver;
    task.ud = &e->reply;
    status = qjsp_pool_submit(run->pool, &task, &id);
    if (status != QJSP_OK)
        setup_failed(run->r, "cannot run", status);
    return status == QJSP_OK;
}

static bool start(runner *run, const char *file)
{
    entry *e = entry_at(run, run->next);
    qjsp_buffer source;
    bool ok = true;
    script code;

    *e = (entry){ .reply.box = &run->box, .file = file };
    qjsp_buffer_init(&source, NULL, SOURCE_LIMIT);
    if (!script_find(&code, &run->opt->mounts, file)) {
        e->read_error = ENOMEM;
        e->is_done = true;
    } else if (files_read(code.path, &source)) {
        e->size = source.len;
        ok = submit(run, e, qjsp_buffer_peek(&source), code.name);
        run->nrunning += ok;
    } else {
        e->read_error = errno;
        e->is_done = true;
    }
    script_fini(&code);
    qjsp_buffer_fini(&source);
    if (ok) {
        run->held += e->size;
        run->next++;
    }
    return ok;
}

static bool start_more(runner *run)
{
    while (run->next < run->opt->noperands && run->next - run->first < run->window &&
           run->nrunning < run->most_running &&
           (run->held < HELD_LIMIT || run->next == run->first)) {
        if (!start(run, run->opt->operands[run->next]))
            return false;
    }
    return true;
}

/* ---- ending ---- */

static void collect(runner *run)
{
    letter *next;

    for (letter *l = mailbox_take(&run->box); l != NULL; l = next) {
        entry *e = (entry *)l;

        next = l->next;
        run->nrunning--;
        run->held += l->result->value.len - e->size;
        e->size = l->result->value.len;
        e->is_done = true;
    }
}

static void put_error(qjsp_buffer *line, const char *name, const char *message)
{
    qjsp_buffer_printf(line, "{\"name\":");
    json_text_append(line, name, strlen(name));
    qjsp_buffer_printf(line, ",\"message\":");
    json_text_append(line, message, strlen(message));
    qjsp_buffer_printf(line, "}");
}

static void put_result(qjsp_buffer *line, const qjsp_result *result)
{
    bool is_ok = result->status == QJSP_OK;

    qjsp_buffer_printf(line, "\"ok\":%s,\"%s\":", is_ok ? "true" : "false",
                       is_ok ? "value" : "error");
    if (qjsp_value_to_json(result->value, line) != QJSP_OK && line->status == QJSP_OK)
        qjsp_buffer_printf(line, "null");
    qjsp_buffer_printf(line, ",\"ms\":%.3f}\n", (double)result->run_us / 1e3);
}

static void put_begin(qjsp_buffer *line, const entry *e)
{
    qjsp_buffer_clear(line);
    qjsp_buffer_printf(line, "{\"file\":");
    json_text_append(line, e->file, strlen(e->file));
    qjsp_buffer_printf(line, ",");
}

static void put_failure(qjsp_buffer *line, const char *name, const char *message)
{
    qjsp_buffer_printf(line, "\"ok\":false,\"error\":");
    put_error(line, name, message);
    qjsp_buffer_printf(line, ",\"ms\":0}\n");
}

static void print_entry(runner *run, entry *e)
{
    bool is_ok = e->read_error == 0 && e->reply.result->status == QJSP_OK;

    put_begin(&run->line, e);
    if (e->read_error != 0)
        put_failure(&run->line, "InputError", strerror(e->read_error));
    else
        put_result(&run->line, e->reply.result);
    if (run->line.status != QJSP_OK) { /* a value that refers to itself a million times */
        is_ok = false;
        put_begin(&run->line, e);
        put_failure(&run->line, "ResultTooLargeError", "the value is too large to print");
    }
    output_put(&run->out, run->line.data, run->line.len);
    run->nok += is_ok;
    run->nfailed += !is_ok;
    run->nunreadable += e->read_error != 0;
    qjsp_result_free(e->reply.result);
    e->reply.result = NULL;
    run->held -= e->size;
}

/* In order; at the end of an interrupted run also what stands behind a gap. */
static void print_ready(runner *run, bool skips_gaps)
{
    for (; run->first < run->next; run->first++) {
        entry *e = entry_at(run, run->first);

        if (e->is_done)
            print_entry(run, e);
        else if (!skips_gaps)
            return;
    }
}

/* ---- all of it ---- */

/* False: it cannot go on, and said why. */
static bool run_all(runner *run)
{
    size_t nfiles = run->opt->noperands;

    while (run->first < nfiles && !signals_seen()) {
        if (!start_more(run))
            return false;
        collect(run);
        print_ready(run, false);
        if (run->first == nfiles)
            break;
        if (!output_flush(&run->out))
            break;
        if (run->next > run->first && !entry_at(run, run->first)->is_done)
            mailbox_wait(&run->box, run->signal_fd, -1, -1);
    }
    if (signals_seen()) {
        collect(run);
        print_ready(run, true);
    }
    output_flush(&run->out);
    return true;
}

static void summarize(const runner *run, uint64_t us)
{
    uint64_t ndone = run->nok + run->nfailed;
    char ok[32], failed[32], time[32], rate[32];

    report_note(run->r, "%s ok, %s failed in %s (%s tasks/s)",
                units_format_count(run->nok, ok, sizeof ok),
                units_format_count(run->nfailed, failed, sizeof failed),
                units_format_us(us, time, sizeof time),
                units_format_count(us == 0 ? 0 : ndone * 1000000 / us, rate, sizeof rate));
    if (signals_seen())
        report_error(run->r, "interrupted: %s of %zu files cancelled",
                     units_format_count(run->opt->noperands - ndone, ok, sizeof ok),
                     run->opt->noperands);
}

static int exit_code(const runner *run)
{
    if (signals_seen())
        return CLI_INTERRUPTED;
    if (run->out.error != 0) {
        if (run->out.error != EPIPE)
            report_error(run->r, "cannot write: %s", strerror(run->out.error));
        return CLI_IO;
    }
    if (run->nunreadable > 0)
        return CLI_IO;
    return run->nfailed > 0 ? CLI_FAILED : CLI_OK;
}

static void finish(runner *run)
{
    qjsp_pool_free(run->pool); /* what still runs ends here, and lands in the box */
    mailbox_fini(&run->box);   /* frees that */
    for (; run->first < run->next; run->first++)
        qjsp_result_free(entry_at(run, run->first)->reply.result);
    free(run->entries);
    output_fini(&run->out);
    qjsp_buffer_fini(&run->line);
}

static int run_files(const options *opt, report *r, int signal_fd)
{
    runner run = { .opt = opt, .r = r, .signal_fd = signal_fd };
    uint64_t start_us = units_now_us();
    int code = CLI_IO;

    run.window = opt->noperands < opt->queue ? opt->noperands : (size_t)opt->queue;
    run.most_running = (size_t)setup_workers(opt) * TASKS_PER_WORKER;
    run.entries = calloc(run.window, sizeof *run.entries);
    qjsp_buffer_init(&run.line, NULL, LINE_LIMIT);
    if (!mailbox_init(&run.box) || !output_init(&run.out, STDOUT_FILENO) || run.entries == NULL)
        setup_failed(r, "cannot run", QJSP_ERR_NOMEM);
    else
        code = setup_pool(&run.pool, opt, NULL, r);
    if (code == CLI_OK && !run_all(&run))
        code = CLI_IO;
    if (code == CLI_OK) {
        code = exit_code(&run);
        if (run.out.error != EPIPE)
            summarize(&run, units_now_us() - start_us);
        if (opt->wants_stats)
            stats_table_print(r, run.pool);
    }
    finish(&run);
    return code;
}

int command_run(const options *opt)
{
    int signal_fd = signals_open(), code = CLI_USAGE;
    report r;

    report_init(&r, opt->command);
    if (opt->noperands == 0)
        report_error(&r, "no files given\nTry 'qjspool run --help'.");
    else
        code = run_files(opt, &r, signal_fd);
    report_fini(&r);
    return code;
}
