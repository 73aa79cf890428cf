/* SPDX-License-Identifier: MIT */
/*
 * What must be known of a source before the engine compiles it: whether it is a
 * module, whether it can need to wait, and the form of it that may declare
 * its top-level names again. Text in, text out; knows no engine.
 */
#ifndef QJSP_SOURCE_REDECLARE_H
#define QJSP_SOURCE_REDECLARE_H

#include <qjspool/buffer.h>

typedef struct qjsp__source_facts {
    bool is_module;   /* a top-level import or export declaration */
    bool has_meta;    /* import.meta */
    bool has_await;   /* the word await occurs outside strings and comments */
    bool has_lexical; /* a top-level let, const or class declaration */
} qjsp__source_facts;

/* qjsp__source_scan looks at a program. Sources that are not valid JavaScript give
 * some answer; the compiler then says what is wrong with them. */
void qjsp__source_scan(qjsp_bytes source, qjsp__source_facts *out);

typedef struct qjsp__redeclared {
    /* The line number to compile the text with, so that lines and columns stay those of
     * the source: 1, or -1 when two lines had to be put in front. (0 would mean
     * 1 to the engine.) */
    int first_line;
    bool is_plain; /* if this text compiles, so does the source */
} qjsp__redeclared;

/*
 * qjsp__source_redeclare appends `source` with its top-level let, const and
 * class declarations turned into var declarations. That hides some errors of the
 * source, so unless is_plain is set, one must compile the source to know that it is
 * valid; the text of one that is not means nothing. out->status tells of a failure
 * to append.
 *
 * Columns move only behind a class that shares its first line with code
 * before it, and only if the class uses its own name or no expression
 * statement follows: rewrite_inline_class says by how much.
 */
void qjsp__source_redeclare(qjsp_bytes source, qjsp_buffer *out, qjsp__redeclared *how);

#endif
