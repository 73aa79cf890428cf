/* SPDX-License-Identifier: MIT */
/*
 * Values of one checked input as a console shows them.
 *
 * The walk recurses, but never deeper than QJSP__TEXT_DEPTH: what lies below
 * is folded into [Object]. Work is bounded as well: what references repeat is
 * folded once they have cost a multiple of the input.
 */
#ifndef QJSP_VALUE_TEXT_H
#define QJSP_VALUE_TEXT_H

#include <qjspool/value.h>

#include "value/shared.h"

enum { QJSP__TEXT_DEPTH = 4 }; /* containers shown inside the outermost */

typedef struct qjsp__text {
    qjsp_reader *reader;
    qjsp__shared *shared; /* complete, of the whole input */
    qjsp_buffer *out;
    qjsp_buffer marks;  /* one for each shareable */
    uint32_t ncircular; /* numbers given to targets of cycles */
    size_t max_depth;
    size_t line_begin;  /* in out */
    bool is_flat;       /* trying to fit a container on the line */
    bool has_overflown; /* it does not fit: everybody out */
    uint64_t work;      /* bytes read through references */
    qjsp_status status;
} qjsp__text;

QJSP_NODISCARD qjsp_status qjsp__text_init(qjsp__text *t, qjsp_reader *r, qjsp__shared *shared,
                                           qjsp_buffer *out);
void qjsp__text_fini(qjsp__text *t);

/* Appends the value at the reader, which moves past it. max_depth is at most
 * QJSP__TEXT_DEPTH. Strings are quoted. */
QJSP_NODISCARD qjsp_status qjsp__text_append(qjsp__text *t, size_t max_depth);

#endif
