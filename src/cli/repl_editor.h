/* SPDX-License-Identifier: MIT */
/* The editor of a line, in builds that have one. */
#ifndef QJSP_CLI_REPL_EDITOR_H
#define QJSP_CLI_REPL_EDITOR_H

#include "cli/repl_lines.h"

typedef struct repl_editor repl_editor;

/* NULL: this build has none, or the terminal cannot do it. */
repl_editor *editor_new(const lines_options *opt);
void editor_free(repl_editor *e);

line_status editor_read(repl_editor *e, const char *prompt, unsigned indent, qjsp_buffer *line);
void editor_remember(repl_editor *e, const char *line);

#endif
