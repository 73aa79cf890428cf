/* SPDX-License-Identifier: MIT */
/* The console, for the files that make it up. */
#ifndef QJSP_CLI_REPL_H
#define QJSP_CLI_REPL_H

#include "cli/repl_error.h"
#include "cli/repl_lines.h"
#include "cli/repl_session.h"

typedef struct repl {
    const options *opt;
    report *r;
    repl_session session;
    repl_lines *lines;
    repl_sources sources;
    qjsp_buffer transcript; /* what ran without an error, for .save */
    unsigned count;         /* inputs so far */
    text_mode mode;
    bool shows_time;
    bool has_failed; /* an input had an error */
    bool is_done;    /* .exit */
} repl;

/* repl_evaluate runs an input and shows what it comes to. `name`: the file it is from, for the guest;
 * NULL: it was typed. */
void repl_evaluate(repl *c, qjsp_bytes source, const char *name);

/* repl_print writes text of ours to the output. */
void repl_print(repl *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* repl_complain says that something cannot be done. */
void repl_complain(repl *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* repl_command carries out a line that begins with a dot and a letter. */
void repl_command(repl *c, const char *line);
/* The names of commands that begin so, each with a NUL behind it. */
void repl_command_names(const char *prefix, size_t len, qjsp_buffer *out);

/* repl_complete is a lines_complete_fn whose ud is a repl. */
size_t repl_complete(void *ud, const char *before, size_t len, qjsp_buffer *out);

/* repl_history_path returns where lines are kept, its folder made; NULL: nowhere. The caller frees it. */
char *repl_history_path(const options *opt);

#endif
