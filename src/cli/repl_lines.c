/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/repl_lines.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/repl_editor.h"
#include "cli/signals.h"

enum { BLOCK = 64 << 10 };

struct repl_lines {
    lines_options opt;
    repl_editor *editor; /* NULL: none */
    bool is_terminal;
    char block[BLOCK]; /* read, from `at` not used yet */
    size_t at, len;
    bool has_ended;
};

repl_lines *lines_new(const lines_options *opt)
{
    repl_lines *in = calloc(1, sizeof *in);

    if (in == NULL)
        return NULL;
    in->opt = *opt;
    in->is_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
    if (in->is_terminal)
        in->editor = editor_new(&in->opt);
    return in;
}

void lines_free(repl_lines *in)
{
    if (in == NULL)
        return;
    editor_free(in->editor);
    free(in);
}

bool lines_is_edited(const repl_lines *in)
{
    return in->editor != NULL;
}

bool lines_is_terminal(const repl_lines *in)
{
    return in->is_terminal;
}

/* Fills the block; LINE_READ: there is something in it. */
static line_status fill(repl_lines *in)
{
    struct pollfd fds[] = {
        { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = in->opt.signal_fd, .events = POLLIN },
    };
    ssize_t n;

    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return LINE_FAILED;
        if (signals_seen())
            return signals_take(in->opt.signal_fd) == SIGTERM ? LINE_END : LINE_INTERRUPTED;
        if (fds[0].revents == 0)
            continue;
        n = read(STDIN_FILENO, in->block, sizeof in->block);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        in->at = 0;
        in->len = n < 0 ? 0 : (size_t)n;
        in->has_ended = n == 0;
        return n < 0 ? LINE_FAILED : n == 0 ? LINE_END : LINE_READ;
    }
}

static void strip_return(qjsp_buffer *line)
{
    if (line->len > 0 && line->data[line->len - 1] == '\r')
        line->len--;
}

/* The last line need not end. */
static line_status read_plain(repl_lines *in, qjsp_buffer *line)
{
    size_t start = line->len;

    for (;;) {
        char *from = in->block + in->at, *newline;
        line_status status;
        size_t n = in->len - in->at;

        newline = n == 0 ? NULL : memchr(from, '\n', n);
        if (newline != NULL)
            n = (size_t)(newline - from);
        qjsp_buffer_append(line, from, n);
        in->at += n + (newline != NULL);
        if (newline != NULL) {
            strip_return(line);
            return LINE_READ;
        }
        status = in->has_ended ? LINE_END : fill(in);
        if (status == LINE_END && line->len > start)
            return LINE_READ;
        if (status != LINE_READ)
            return status;
    }
}

line_status lines_read(repl_lines *in, const char *prompt, unsigned indent, qjsp_buffer *line)
{
    if (in->editor != NULL)
        return editor_read(in->editor, prompt, indent, line);
    if (in->is_terminal) {
        fputs(prompt, stdout);
        fflush(stdout);
    }
    return read_plain(in, line);
}

void lines_remember(repl_lines *in, const char *line)
{
    if (in->editor != NULL)
        editor_remember(in->editor, line);
}
