/* SPDX-License-Identifier: MIT */
/* Lines of input: edited on a terminal, as they come from elsewhere. */
#ifndef QJSP_CLI_REPL_LINES_H
#define QJSP_CLI_REPL_LINES_H

#include <qjspool/buffer.h>

typedef enum line_status {
    LINE_READ,
    LINE_END,         /* no more input, or SIGTERM */
    LINE_INTERRUPTED, /* Ctrl-C: what was typed is not wanted */
    LINE_FAILED,      /* errno says why */
} line_status;

/* Finds what may stand in place of the end of the text before the cursor: appends names to `out`,
 * each with a NUL behind it, and returns how many bytes of the text each of them replaces. */
typedef size_t lines_complete_fn(void *ud, const char *before, size_t len, qjsp_buffer *out);

typedef struct lines_options {
    const char *history; /* file; NULL: none */
    int signal_fd;
    lines_complete_fn *complete;
    void *ud;
} lines_options;

typedef struct repl_lines repl_lines;

/* NULL: no memory. */
repl_lines *lines_new(const lines_options *opt);
void lines_free(repl_lines *in);

/* Whether input and output are a terminal, and whether this build can edit lines on it. */
bool lines_is_terminal(const repl_lines *in);
bool lines_is_edited(const repl_lines *in);

/* lines_read appends a line without its newline. Before it stands `prompt` on a terminal; an edited
 * one begins with `indent` blanks. */
line_status lines_read(repl_lines *in, const char *prompt, unsigned indent, qjsp_buffer *line);

/* lines_remember adds a line to the history. */
void lines_remember(repl_lines *in, const char *line);

#endif
