/* SPDX-License-Identifier: MIT */
/*
 * qjspool map: a function over lines of JSON.
 *
 *   input --lines--> batches --tasks--> pool --results--> batches --lines--> output
 *
 * One thread reads, hands out, collects and writes; it sleeps in wait_for_something
 * only. Memory is bounded because it reads no more while ALIVE_LIMIT bytes
 * of batches are under way, and a reader of the output that is slow keeps it in write.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/map_function.h"
#include "cli/map_input.h"
#include "cli/map_output.h"
#include "cli/map_work.h"
#include "cli/progress.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/stats_table.h"
#include "cli/units.h"

enum {
    ALIVE_LIMIT = 8 << 20, /* bytes of input under way */
    HELD_LIMIT = 16 << 20, /* bytes of results that wait for earlier ones */
    MAX_SPARE = 16,        /* empty batches kept for their next use */
    LARGEST_LINE = 1 << 30,
};

typedef struct mapper {
    const options *opt;
    report *r;
    char *stdin_name; /* "-" */
    int signal_fd;
    qjsp_pool *pool;
    mailbox box;
    map_input input;
    map_work work;
    map_output output;
    progress progress;

    map_batch *first, *last; /* under way, in the order of the input */
    map_batch *open;         /* being filled; NULL: none */
    map_batch *spare;        /* empty */
    uint32_t nspare;
    uint64_t nbatches;
    size_t alive;      /* bytes of batches under way */
    size_t held;       /* bytes of results not written */
    uint64_t position; /* bytes of input that were handed out in batches */
    uint64_t done;     /* bytes of input whose records are written */
    bool has_failed;   /* said why; what is under way is still finished */
} mapper;

/* ---- batches ---- */

static map_batch *take_spare(mapper *m)
{
    map_batch *batch = m->spare;

    if (batch == NULL)
        return map_batch_new();
    m->spare = batch->next;
    m->nspare--;
    batch->next = NULL;
    return batch;
}

static void recycle(mapper *m, map_batch *batch)
{
    if (m->nspare == MAX_SPARE) {
        map_batch_free(batch);
        return;
    }
    map_batch_clear(batch);
    batch->next = m->spare;
    m->spare = batch;
    m->nspare++;
}

/* Hands the open batch on. */
static bool enqueue(mapper *m)
{
    map_batch *batch = m->open;

    m->open = NULL;
    if (batch->nrecords == 0) {
        recycle(m, batch);
        return true;
    }
    batch->number = m->nbatches++;
    batch->bytes = batch->end_position - m->position;
    m->position = batch->end_position;
    m->alive += map_batch_size(batch);
    if (m->first == NULL)
        m->first = batch;
    else
        m->last->next = batch;
    m->last = batch;
    return map_work_add(&m->work, batch);
}

static void retire(mapper *m, map_batch *batch)
{
    map_batch *prev = NULL;

    for (map_batch *b = m->first; b != batch; b = b->next)
        prev = b;
    if (prev == NULL)
        m->first = batch->next;
    else
        prev->next = batch->next;
    if (m->last == batch)
        m->last = prev;
    m->alive -= map_batch_size(batch);
    m->done += batch->bytes;
    recycle(m, batch);
}

/* ---- input ---- */

static bool wants_input(const mapper *m)
{
    return !m->has_failed && !map_input_is_done(&m->input) &&
           (m->alive < ALIVE_LIMIT || m->first == NULL);
}

static bool out_of_memory(mapper *m)
{
    setup_failed(m->r, "cannot read on", QJSP_ERR_NOMEM);
    m->has_failed = true;
    return false;
}

/*
 * Cuts what was read into batches. One that is not full waits for more lines
 * unless a worker is idle. False: out of memory.
 */
static bool feed(mapper *m)
{
    while (wants_input(m)) {
        map_cut outcome;

        if (m->open == NULL)
            m->open = take_spare(m);
        outcome = m->open == NULL ? MAP_CUT_NOMEM : map_input_cut(&m->input, m->open);
        if (outcome == MAP_CUT_NOMEM)
            return out_of_memory(m);
        if (outcome == MAP_CUT_EMPTY)
            break;
        if (!enqueue(m))
            return out_of_memory(m);
    }
    if (m->open != NULL && m->open->nrecords > 0 && m->work.waiting == NULL &&
        (m->work.nrunning < m->work.nworkers || m->has_failed) && !enqueue(m))
        return out_of_memory(m);
    return true;
}

/* ---- results ---- */

/* Removes a span that was written from its batch, and a batch that has no more. */
static void remove_span(mapper *m, map_span *span)
{
    map_batch *batch = span->batch;
    map_span **at = &batch->spans;

    while (*at != span)
        at = &(*at)->next;
    *at = span->next;
    m->held -= span->reply.result->value.len;
    map_span_free(span);
    if (batch->spans == NULL)
        retire(m, batch);
}

static void write_in_order(mapper *m)
{
    while (m->first != NULL && m->first->spans->state == MAP_DONE) {
        map_output_write(&m->output, m->first->spans);
        remove_span(m, m->first->spans);
    }
}

static bool collect(mapper *m)
{
    letter *next;

    for (letter *l = mailbox_take(&m->box); l != NULL; l = next) {
        map_span *span = (map_span *)l;

        next = l->next;
        if (!map_work_accept(&m->work, span))
            return out_of_memory(m);
        if (span->state != MAP_DONE)
            continue;
        m->held += span->reply.result->value.len;
        if (m->opt->is_unordered) {
            map_output_write(&m->output, span);
            remove_span(m, span);
        }
    }
    if (!m->opt->is_unordered)
        write_in_order(m);
    return true;
}

/* ---- the loop ---- */

static bool must_stop(const mapper *m)
{
    return signals_seen() || m->output.is_stopped || m->output.out.error != 0;
}

static bool is_finished(const mapper *m)
{
    bool nothing_open = m->open == NULL || m->open->nrecords == 0;
    bool nothing_comes = m->has_failed || map_input_is_done(&m->input);

    return m->first == NULL && nothing_open && nothing_comes;
}

static void wait_for_something(mapper *m)
{
    bool failed = false;
    int fd = wants_input(m) ? map_input_fd(&m->input, &failed) : -1;
    int wake = 0;

    m->has_failed = m->has_failed || failed;
    if (failed)
        return;
    /* output is kept back only as long as there is something to do at once */
    if (m->output.out.len > 0)
        wake = mailbox_wait(&m->box, m->signal_fd, fd, 0);
    if (wake == 0) {
        if (!output_flush(&m->output.out))
            return;
        wake = mailbox_wait(&m->box, m->signal_fd, fd, progress_timeout(&m->progress));
    }
    if ((wake & WAKE_INPUT) != 0 && !map_input_fill(&m->input) && !signals_seen())
        m->has_failed = true;
}

static void run_loop(mapper *m)
{
    for (;;) {
        if (!collect(m) || must_stop(m))
            return;
        if (!feed(m) || !map_work_submit(&m->work, m->held > HELD_LIMIT)) {
            m->has_failed = true;
            return;
        }
        if (is_finished(m))
            return;
        progress_update(&m->progress, m->output.nrecords, m->done, m->input.total);
        wait_for_something(m);
    }
}

/* ---- the end ---- */

static void say_interrupted(mapper *m)
{
    char written[32], cancelled[32];

    units_format_count(m->output.nrecords, written, sizeof written);
    units_format_count(m->input.index - m->output.nrecords, cancelled, sizeof cancelled);
    if (m->output.last_input == NULL)
        report_error(m->r, "interrupted: no records done, %s cancelled", cancelled);
    else if (m->opt->is_unordered)
        report_error(m->r, "interrupted: %s records done, %s read and cancelled", written,
                     cancelled);
    else
        report_error(m->r, "interrupted: %s records done, up to %s:%llu; %s read and cancelled",
                     written, m->output.last_input, (unsigned long long)m->output.last_line,
                     cancelled);
}

static void summarize(mapper *m, uint64_t us)
{
    const map_output *o = &m->output;
    char all[32], time[32], rate[32], written[32], dropped[32], failed[32];

    report_note(m->r, "%s records in %s (%s/s): %s written, %s dropped, %s failed",
                units_format_count(o->nrecords, all, sizeof all),
                units_format_us(us, time, sizeof time),
                units_format_count(us == 0 ? 0 : o->nrecords * 1000000 / us, rate, sizeof rate),
                units_format_count(o->nwritten, written, sizeof written),
                units_format_count(o->ndropped, dropped, sizeof dropped),
                units_format_count(o->nfailed, failed, sizeof failed));
}

static int conclude(mapper *m, uint64_t us)
{
    report_progress(m->r, NULL);
    if (m->output.out.error == EPIPE)
        return CLI_IO; /* the reader has enough, as head does: nothing to talk about */
    if (m->output.out.error != 0 && m->output.out.error != EINTR) {
        report_error(m->r, "cannot write: %s", strerror(m->output.out.error));
        return CLI_IO;
    }
    map_output_conclude(&m->output);
    if (signals_seen())
        say_interrupted(m);
    if (m->opt->is_verbose || (m->progress.is_shown && us > 1000000))
        summarize(m, us);
    if (signals_seen())
        return CLI_INTERRUPTED;
    if (m->has_failed)
        return CLI_IO;
    return m->output.is_stopped ? CLI_FAILED : CLI_OK;
}

static int map_all(mapper *m)
{
    uint64_t start_us = units_now_us();
    /* results on the same screen are progress enough, and would mix with the line */
    bool is_watched = m->r->is_terminal && !m->opt->no_progress && isatty(STDOUT_FILENO) == 0;
    int code = map_work_probe(&m->work, m->signal_fd);

    if (code != CLI_OK)
        return code;
    progress_init(&m->progress, m->r, is_watched);
    run_loop(m);
    if (signals_seen())
        collect(m);
    output_flush(&m->output.out);
    code = conclude(m, units_now_us() - start_us);
    if (m->opt->wants_stats)
        stats_table_print(m->r, m->pool);
    return code;
}

static void free_batches(map_batch *batch)
{
    map_batch *next;

    for (; batch != NULL; batch = next) {
        next = batch->next;
        map_batch_free(batch);
    }
}

static void finish(mapper *m)
{
    qjsp_pool_free(m->pool); /* what still runs ends here, and lands in the box */
    mailbox_fini(&m->box);
    free_batches(m->first);
    free_batches(m->open);
    free_batches(m->spare);
    map_input_fini(&m->input);
    map_output_fini(&m->output);
    map_work_fini(&m->work);
}

/* ---- the beginning ---- */

static int start(mapper *m)
{
    const options *opt = m->opt;
    bool is_given = opt->noperands > 0;

    m->input.fd = -1;
    if (!mailbox_init(&m->box) || !map_output_init(&m->output, opt, m->r))
        return setup_failed(m->r, "cannot start", QJSP_ERR_NOMEM);
    if (!map_input_init(&m->input, m->r, is_given ? opt->operands : &m->stdin_name,
                        is_given ? opt->noperands : 1, (size_t)opt->max_line))
        return CLI_IO;
    return map_function_load(&m->pool, opt, m->r);
}

static int map_inputs(const options *opt, report *r)
{
    char dash[] = "-";
    mapper m = { .opt = opt, .r = r, .stdin_name = dash, .signal_fd = signals_open() };
    int code = start(&m);

    map_work_init(&m.work, m.pool, &m.box, opt, r, setup_workers(opt));
    if (code == CLI_OK)
        code = map_all(&m);
    finish(&m);
    return code;
}

/* What is wrong with the options as a whole; NULL: nothing. */
static const char *find_slip(const options *opt)
{
    if (opt->function == NULL && opt->file == NULL)
        return "no function given: -e 'r => ...' or -f FILE";
    if (opt->function != NULL && opt->file != NULL)
        return "one function at a time: -e or -f";
    if (opt->max_line > LARGEST_LINE)
        return "--max-line is at most 1g";
    return NULL;
}

int command_map(const options *opt)
{
    const char *slip = find_slip(opt);
    report r;
    int code = CLI_USAGE;

    report_init(&r, opt->command);
    if (slip != NULL)
        report_error(&r, "%s\nTry 'qjspool map --help'.", slip);
    else
        code = map_inputs(opt, &r);
    report_fini(&r);
    return code;
}
