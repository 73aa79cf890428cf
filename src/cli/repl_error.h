/* SPDX-License-Identifier: MIT */
/* Errors with the line they come from, and a caret under the place. */
#ifndef QJSP_CLI_REPL_ERROR_H
#define QJSP_CLI_REPL_ERROR_H

#include <qjspool/isolate.h>

#include "cli/repl_text.h"

enum { REPL_SOURCES = 64, REPL_SOURCE_BYTES = 256 << 10 };

/* A source that errors may point into. */
typedef struct repl_source {
    char *name;     /* owned, as is text; NULL: none */
    char *text;     /* UTF-8 of any quality, NUL-terminated */
    unsigned shift; /* columns of the first line that are not the user's */
} repl_source;

/* The last ones. All zero: none. */
typedef struct repl_sources {
    repl_source items[REPL_SOURCES];
    unsigned next;
} repl_sources;

/* repl_sources_add copies a source; one that is too long, or finds no memory, is not kept. */
void repl_sources_add(repl_sources *list, const char *name, qjsp_bytes text, unsigned shift);
void repl_sources_fini(repl_sources *list);

/* repl_error_append appends what is to be shown of a result that is not QJSP_OK. */
void repl_error_append(qjsp_buffer *out, const qjsp_result *result, const repl_sources *list,
                       text_mode mode);

#endif
