/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/map_output.h"

#include <qjspool/value.h>
#include <string.h>
#include <unistd.h>

#include "cli/json_text.h"
#include "cli/map_stack.h"
#include "cli/units.h"

enum {
    SHOWN_FAILURES = 5,  /* with --on-error skip, before there is only a total */
    SHOWN_MESSAGE = 500, /* bytes of a message on stderr */
    SHOWN_STACK = 2000,
};

/* Why a record gave nothing. All text is borrowed. */
typedef struct failure {
    qjsp_bytes name, message, stack;
    bool is_input; /* the line is not JSON: the function was not called */
} failure;

bool map_output_init(map_output *to, const options *opt, report *r)
{
    *to = (map_output){
        .opt = opt,
        .r = r,
        .mode = opt->on_error,
        .names_input = opt->noperands > 1,
    };
    qjsp_buffer_init(&to->line, NULL, 0);
    return output_init(&to->out, STDOUT_FILENO);
}

void map_output_fini(map_output *to)
{
    output_fini(&to->out);
    qjsp_buffer_fini(&to->line);
}

static qjsp_bytes bytes_of(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, strlen(text) };
}

/* ---- failures ---- */

static void print_stack(map_output *to, qjsp_bytes stack)
{
    qjsp_bytes shown = { stack.data, stack.len > SHOWN_STACK ? SHOWN_STACK : stack.len };

    qjsp_buffer_clear(&to->line);
    map_stack_append(&to->line, to->opt, shown);
    if (to->line.len > 0 && to->line.status == QJSP_OK)
        report_text(to->r, to->line.data, to->line.len);
}

static void print_failure(map_output *to, const map_batch *batch, const map_record *record,
                          const failure *f)
{
    bool is_long = f->message.len > SHOWN_MESSAGE;

    report_error(to->r, "%s:%llu: %.*s: %.*s%s%s", batch->input, (unsigned long long)record->line,
                 f->name.len > SHOWN_MESSAGE ? SHOWN_MESSAGE : (int)f->name.len,
                 (const char *)f->name.data, is_long ? SHOWN_MESSAGE : (int)f->message.len,
                 (const char *)f->message.data, is_long ? "..." : "",
                 f->is_input ? " (the line is not JSON)" : "");
    if (to->mode == ON_ERROR_FAIL && !f->is_input)
        print_stack(to, f->stack);
}

static void emit_failure(map_output *to, const map_batch *batch, const map_record *record,
                         const failure *f)
{
    qjsp_buffer *line = &to->line;

    qjsp_buffer_clear(line);
    qjsp_buffer_printf(line, "{\"error\":{\"name\":");
    json_text_append(line, f->name.data, f->name.len);
    qjsp_buffer_printf(line, ",\"message\":");
    json_text_append(line, f->message.data, f->message.len);
    qjsp_buffer_printf(line, "},");
    if (to->names_input) {
        qjsp_buffer_printf(line, "\"input\":");
        json_text_append(line, batch->input, strlen(batch->input));
        qjsp_buffer_printf(line, ",");
    }
    qjsp_buffer_printf(line, "\"line\":%llu}\n", (unsigned long long)record->line);
    if (line->status == QJSP_OK)
        output_put(&to->out, line->data, line->len);
}

static void fail(map_output *to, const map_batch *batch, const map_record *record, const failure *f)
{
    to->nfailed++;
    if (to->mode == ON_ERROR_FAIL)
        output_flush(&to->out); /* the message follows what was well */
    if (to->mode == ON_ERROR_EMIT)
        emit_failure(to, batch, record, f);
    else if (to->mode == ON_ERROR_FAIL || to->nfailed <= SHOWN_FAILURES)
        print_failure(to, batch, record, f);
    to->is_stopped = to->mode == ON_ERROR_FAIL;
}

static void fail_with(map_output *to, const map_batch *batch, const map_record *record,
                      const char *name, const char *message)
{
    fail(to, batch, record, &(failure){ .name = bytes_of(name), .message = bytes_of(message) });
}

static void fail_bad(map_output *to, const map_batch *batch, const map_record *record)
{
    fail_with(to, batch, record, "InputError",
              record->bad == MAP_BAD_UTF8 ? "the line is not valid UTF-8"
                                          : "the line is longer than --max-line");
}

/* [stage, name, message, stack], of which the head has been read; false: it is not. */
static bool read_failure(qjsp_reader *reader, failure *f)
{
    qjsp_bytes *const parts[] = { NULL, &f->name, &f->message, &f->stack };
    qjsp_token token;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (qjsp_reader_next(reader, &token) != QJSP_OK || token.kind != QJSP_TOKEN_TEXT)
            return false;
        if (parts[i] == NULL)
            f->is_input = token.u.bytes.len == 5 && memcmp(token.u.bytes.data, "parse", 5) == 0;
        else
            *parts[i] = token.u.bytes;
    }
    return true;
}

/* ---- results ---- */

/* False: this is not what the harness writes, and nothing that follows can be trusted. */
static bool write_record(map_output *to, const map_batch *batch, const map_record *record,
                         qjsp_reader *reader)
{
    failure f = { 0 };
    qjsp_token token;

    if (qjsp_reader_next(reader, &token) != QJSP_OK)
        return false;
    if (record->bad != MAP_GOOD) {
        fail_bad(to, batch, record);
    } else if (token.kind == QJSP_TOKEN_TEXT) {
        output_put(&to->out, token.u.bytes.data, token.u.bytes.len);
        output_put(&to->out, "\n", 1);
        to->nwritten++;
    } else if (token.kind == QJSP_TOKEN_UNDEFINED) {
        to->ndropped++;
    } else if (token.kind == QJSP_TOKEN_ARRAY && token.u.u64 == 4 && read_failure(reader, &f)) {
        fail(to, batch, record, &f);
    } else {
        return false;
    }
    return true;
}

static void write_results(map_output *to, const map_span *span)
{
    const map_record *records = span->batch->records + span->first;
    qjsp_reader reader;
    qjsp_token token;
    bool is_readable;

    qjsp_reader_init(&reader, span->reply.result->value, 0);
    is_readable = qjsp_reader_next(&reader, &token) == QJSP_OK && token.kind == QJSP_TOKEN_ARRAY &&
                  token.u.u64 == span->count;
    for (uint32_t i = 0; i < span->count && !to->is_stopped; i++) {
        to->nrecords++;
        is_readable = is_readable && write_record(to, span->batch, &records[i], &reader);
        if (!is_readable)
            fail_with(to, span->batch, &records[i], "Error",
                      "the function damaged the realm that it ran in");
        to->last_line = records[i].line;
    }
    to->last_input = span->batch->input;
}

void map_output_write(map_output *to, const map_span *span)
{
    const map_record *record = &span->batch->records[span->first];
    const qjsp_result *result = span->reply.result;

    if (to->is_stopped)
        return;
    if (result->status == QJSP_OK) {
        write_results(to, span);
        return;
    }
    /* a task that fails as a whole is of one record, see map_work.h */
    to->nrecords++;
    to->last_input = span->batch->input;
    to->last_line = record->line;
    if (record->bad != MAP_GOOD)
        fail_bad(to, span->batch, record);
    else
        fail(to, span->batch, record,
             &(failure){ .name = bytes_of(result->error_name),
                         .message = bytes_of(result->error_message),
                         .stack =
                             bytes_of(result->error_stack == NULL ? "" : result->error_stack) });
}

void map_output_conclude(map_output *to)
{
    char n[32];

    if (to->mode != ON_ERROR_SKIP || to->nfailed == 0)
        return;
    report_error(to->r, "%s record%s skipped", units_format_count(to->nfailed, n, sizeof n),
                 to->nfailed == 1 ? "" : "s");
}
