/* SPDX-License-Identifier: MIT */
/* qjspool repl: inputs, one after the other, in a session. */
#define _POSIX_C_SOURCE 200809L
#include "cli/repl.h"

#include <errno.h>
#include <qjspool/qjspool.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/signals.h"
#include "cli/stats_table.h"
#include "cli/units.h"

enum {
    INDENT = 2,
    MIN_COLUMNS = 20,
    TRANSCRIPT_LIMIT = 16 << 20,
    INPUT_LIMIT = 16 << 20, /* as the isolate's */
};

/* ---- output ---- */

static void put(repl *c, const qjsp_buffer *text)
{
    const uint8_t *p = text->data;
    size_t left = text->len;

    while (left > 0) {
        ssize_t n = write(STDOUT_FILENO, p, left);

        if (n < 0 && errno == EINTR && !signals_seen())
            continue;
        if (n < 0 && errno == EPIPE)
            c->is_done = true;
        if (n <= 0)
            return;
        p += n;
        left -= (size_t)n;
    }
}

void repl_print(repl *c, const char *format, ...)
{
    qjsp_buffer text;
    char line[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    qjsp_buffer_init(&text, NULL, 0);
    text_append_safe(&text, line, strlen(line), TEXT_PLAIN);
    qjsp_buffer_append(&text, "\n", 1);
    put(c, &text);
    qjsp_buffer_fini(&text);
}

void repl_complain(repl *c, const char *format, ...)
{
    char line[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    c->has_failed = true;
    report_note(c->r, "%s", line);
}

/* ---- evaluation ---- */

static uint64_t columns(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < MIN_COLUMNS ? MIN_COLUMNS : size.ws_col;
}

static void show_value(repl *c, qjsp_bytes value)
{
    qjsp_buffer text;
    qjsp_reader reader;
    qjsp_token token;

    qjsp_reader_init(&reader, value, 0);
    qjsp_buffer_init(&text, NULL, 0);
    if (qjsp_reader_next(&reader, &token) == QJSP_OK && token.kind == QJSP_TOKEN_TEXT) {
        text_append_safe(&text, token.u.bytes.data, token.u.bytes.len, c->mode);
    } else if (c->mode != TEXT_COLOR && !lines_is_terminal(c->lines)) {
        return; /* undefined is said to people only */
    } else {
        text_append_style(&text, 'u', c->mode);
        qjsp_buffer_append(&text, "undefined", 9);
        text_append_style(&text, 'z', c->mode);
    }
    qjsp_buffer_append(&text, "\n", 1);
    put(c, &text);
    qjsp_buffer_fini(&text);
}

static void show_error(repl *c, const qjsp_result *result)
{
    qjsp_buffer text;

    c->has_failed = true;
    qjsp_buffer_init(&text, NULL, 0);
    if (result->status == QJSP_ERR_CANCELED)
        qjsp_buffer_printf(&text, "Interrupted\n");
    else
        repl_error_append(&text, result, &c->sources, c->mode);
    if (lines_is_terminal(c->lines))
        put(c, &text);
    else
        report_text(c->r, text.data, text.len);
    qjsp_buffer_fini(&text);
}

static void show_time(repl *c, const qjsp_result *result)
{
    char run[32], cpu[32];

    repl_print(c, "ran %s, computed %s", units_format_us(result->run_us, run, sizeof run),
               units_format_us(result->cpu_us, cpu, sizeof cpu));
}

/* After something was stopped: is the session still there, with room to work in? */
static void mend(repl *c)
{
    if (c->session.must_end || repl_session_is_well(&c->session))
        return;
    if (repl_session_renew(&c->session))
        report_note(c->r, "The session could not go on: a new one has begun, its state is gone.");
    else
        c->is_done = true;
}

/* `{ a: 1 }` is a block; people mean the object. */
static bool is_object(repl *c, qjsp_bytes source)
{
    repl_task task = { .filename = "repl", .what = "isExpression", .text = source };
    size_t i = 0, end = source.len;
    qjsp_result *result;
    bool is_it;

    while (i < end && strchr(" \t\n", source.data[i]) != NULL)
        i++;
    while (end > i && strchr(" \t\n", source.data[end - 1]) != NULL)
        end--;
    if (i == end || source.data[i] != '{' || source.data[end - 1] == ';')
        return false;
    result = repl_session_run(&c->session, &task);
    is_it = result != NULL && result->status == QJSP_OK && result->value.len == 1 &&
            result->value.data[0] == 0xf5; /* true */
    qjsp_result_free(result);
    return is_it;
}

static void remember(repl *c, qjsp_bytes source)
{
    if (c->transcript.len + source.len > TRANSCRIPT_LIMIT)
        return;
    qjsp_buffer_append(&c->transcript, source.data, source.len);
    qjsp_buffer_append(&c->transcript, "\n", 1);
}

static void show_result(repl *c, const qjsp_result *result, qjsp_bytes source)
{
    if (result->status == QJSP_OK) {
        show_value(c, result->value);
        remember(c, source);
    } else {
        show_error(c, result);
    }
    if (c->shows_time)
        show_time(c, result);
    if (result->status != QJSP_OK && result->status != QJSP_ERR_EXCEPTION)
        mend(c);
}

void repl_evaluate(repl *c, qjsp_bytes source, const char *name)
{
    char typed[32];
    qjsp_buffer wrapped;
    qjsp_result *result;
    repl_task task = { .what = "show", .number = columns() };
    bool wraps = name == NULL && is_object(c, source);

    snprintf(typed, sizeof typed, "repl-%u", ++c->count);
    task.filename = name == NULL ? typed : name;
    repl_sources_add(&c->sources, task.filename, source, wraps ? 1 : 0);
    qjsp_buffer_init(&wrapped, NULL, 0);
    if (wraps) {
        qjsp_buffer_append(&wrapped, "(", 1);
        qjsp_buffer_append(&wrapped, source.data, source.len);
        qjsp_buffer_append(&wrapped, "\n)", 2);
    }
    task.source = wraps ? qjsp_buffer_peek(&wrapped) : source;
    result = repl_session_run(&c->session, &task);
    if (result != NULL)
        show_result(c, result, source);
    else
        mend(c);
    qjsp_result_free(result);
    qjsp_buffer_fini(&wrapped);
}

/* ---- the loop ---- */

static bool is_command(const qjsp_buffer *line)
{
    size_t i = 0;

    while (i < line->len && line->data[i] == ' ')
        i++;
    return i + 1 < line->len && line->data[i] == '.' &&
           ((line->data[i + 1] | 0x20) >= 'a' && (line->data[i + 1] | 0x20) <= 'z');
}

static bool is_blank(const qjsp_buffer *text)
{
    for (size_t i = 0; i < text->len; i++) {
        if (strchr(" \t\r\n", text->data[i]) == NULL || text->data[i] == 0)
            return false;
    }
    return true;
}

/* Reads one input: lines until they are complete. */
static line_status read_input(repl *c, qjsp_buffer *input)
{
    qjsp_source_state state = { .is_complete = true };
    line_status status;
    qjsp_buffer line;

    qjsp_buffer_init(&line, NULL, INPUT_LIMIT);
    do {
        bool is_first = input->len == 0 && state.is_complete;

        qjsp_buffer_clear(&line);
        status = lines_read(c->lines, is_first ? "> " : "... ",
                            is_first || state.is_in_text ? 0 : state.depth * INDENT, &line);
        if (status != LINE_READ)
            break;
        if (!is_first)
            qjsp_buffer_append(input, "\n", 1);
        qjsp_buffer_append(input, line.data, line.len);
        qjsp_buffer_append(&line, "", 1);
        if (line.status != QJSP_OK || input->status != QJSP_OK)
            break;
        lines_remember(c->lines, (const char *)line.data);
        if (is_first && is_command(input))
            break;
        qjsp_source_look(qjsp_buffer_peek(input), &state);
    } while (!state.is_complete);
    qjsp_buffer_fini(&line);
    return status;
}

static void take_input(repl *c, qjsp_buffer *input)
{
    if (input->status != QJSP_OK) {
        repl_complain(c, "the input is too long");
    } else if (is_command(input)) {
        qjsp_buffer_append(input, "", 1);
        if (input->status == QJSP_OK)
            repl_command(c, (const char *)input->data);
    } else if (!is_blank(input)) {
        repl_evaluate(c, qjsp_buffer_peek(input), NULL);
    }
}

static line_status leave_input(repl *c)
{
    repl_print(c, "%s", "");
    return LINE_READ;
}

static int loop(repl *c)
{
    qjsp_buffer input;
    line_status status;
    bool was_partial;

    qjsp_buffer_init(&input, NULL, INPUT_LIMIT);
    do {
        qjsp_buffer_clear(&input);
        status = read_input(c, &input);
        was_partial = status == LINE_END && input.len > 0;
        if (status == LINE_READ || (was_partial && !lines_is_terminal(c->lines)))
            take_input(c, &input); /* of a pipe, the compiler says what is missing */
        else if (was_partial && !signals_seen())
            status = leave_input(c); /* Ctrl-D leaves the input, then the console */
        if (status == LINE_INTERRUPTED && !lines_is_terminal(c->lines))
            break;
        if (lines_is_terminal(c->lines) && status != LINE_READ && !lines_is_edited(c->lines))
            repl_print(c, "%s", "");
    } while (status != LINE_END && status != LINE_FAILED && !c->is_done && !c->session.must_end);
    qjsp_buffer_fini(&input);
    if (lines_is_edited(c->lines) && status == LINE_END)
        repl_print(c, "%s", "");
    if (status == LINE_FAILED)
        report_error(c->r, "cannot read: %s", strerror(errno));
    if (status == LINE_FAILED)
        return CLI_IO;
    if (status == LINE_INTERRUPTED || signals_take(c->session.signal_fd) == SIGTERM)
        return CLI_INTERRUPTED;
    return c->has_failed && !lines_is_terminal(c->lines) ? CLI_FAILED : CLI_OK;
}

static void greet(repl *c)
{
    char size[32];

    if (!lines_is_terminal(c->lines))
        return;
    repl_print(c, "qjspool %s (%s), a session with %s. Type .help for more.", QJSP_VERSION,
               qjsp_engine_version(), units_format_size(c->opt->memory, size, sizeof size));
    if (!lines_is_edited(c->lines))
        repl_print(c, "No line editing: the terminal cannot, or this build is without libedit.");
}

static int converse(repl *c, int signal_fd)
{
    bool is_terminal = isatty(STDIN_FILENO) == 1;
    char *history = is_terminal ? repl_history_path(c->opt) : NULL;
    lines_options lines = {
        .history = history,
        .signal_fd = signal_fd,
        .complete = repl_complete,
        .ud = c,
    };
    int code = CLI_IO;

    c->lines = lines_new(&lines);
    free(history);
    if (c->lines == NULL) {
        report_error(c->r, "out of memory");
        return CLI_IO;
    }
    greet(c);
    code = loop(c);
    lines_free(c->lines);
    return code;
}

static text_mode choose_mode(const options *opt)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    if (opt->no_color || isatty(STDOUT_FILENO) != 1 || (no_color != NULL && no_color[0] != 0) ||
        term == NULL || strcmp(term, "dumb") == 0)
        return TEXT_MARKED;
    return TEXT_COLOR;
}

int command_repl(const options *opt)
{
    int signal_fd = signals_open(), code = CLI_USAGE;
    repl c = { .opt = opt, .mode = choose_mode(opt) };
    report r;

    c.r = &r;
    report_init(&r, opt->command);
    signals_be_patient();
    qjsp_buffer_init(&c.transcript, NULL, 0);
    if (opt->noperands > 0) {
        report_error(&r, "takes no operands; to run a file first: --bootstrap FILE, or .load FILE");
    } else {
        code = repl_session_init(&c.session, opt, signal_fd, &r);
        if (code == CLI_OK)
            code = converse(&c, signal_fd);
        if (opt->wants_stats && c.session.pool != NULL)
            stats_table_print(&r, c.session.pool);
        repl_session_fini(&c.session);
    }
    repl_sources_fini(&c.sources);
    qjsp_buffer_fini(&c.transcript);
    report_fini(&r);
    return code;
}
