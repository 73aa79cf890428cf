/* SPDX-License-Identifier: MIT */
/*
 * Where in the grammar a token stands: at which depth, whether it begins a
 * statement, and so whether a `/` divides. Exact for valid programs without
 * building a tree; for other text it ends, and gives some answer.
 *
 * Theory. A stack of frames says what each open bracket is. A `function` or
 * `class` opens a frame too, until its body takes the frame's place. `state`
 * says what the grammar wants next; a frame keeps the state that its closing
 * bracket leads to. A newline ends a statement when the state is OPERAND or
 * FINISHED and the next token cannot go on with it.
 */
#ifndef QJSP_SOURCE_LEXER_H
#define QJSP_SOURCE_LEXER_H

#include "source/token.h"

/* Deeper nesting fails; the compiler's own recursion ends far above it. */
enum { QJSP__LEXER_MAX_DEPTH = 10000, QJSP__LEXER_FIRST_FRAMES = 32 };

/* Whether a token begins a statement. Behind `export`, and `async` of a function, the
 * next one does so too. */
typedef enum qjsp__stand {
    QJSP__STAND_WITHIN,
    QJSP__STAND_STARTS,
    QJSP__STAND_BODY, /* starts one that may not run: behind if (...), else, a label */
} qjsp__stand;

typedef struct qjsp__lexer_frame {
    uint8_t kind;
    uint8_t after; /* state once it is closed */
    uint16_t flags;
    uint32_t questions; /* conditional operators whose colon is still to come */
} qjsp__lexer_frame;

typedef struct qjsp__lexer {
    qjsp__cursor cursor;
    qjsp__token token;  /* the last one read */
    qjsp__stand stand;  /* of that token */
    size_t token_depth; /* frames around it; a bracket is outside its own */
    size_t depth;       /* frames open after it */
    bool declares;      /* it is the let, const or class of a declaration */
    bool is_module;     /* an import or export declaration was met */
    bool has_failed;    /* too deep, or no memory: the source seems to end here */

    uint8_t state;
    uint8_t previous_word; /* of the token before */
    bool is_restricted;    /* behind return and the like: a newline ends the statement */
    bool is_property;      /* the last token is a name behind a dot */
    bool is_binding;       /* the next token names a variable or begins a pattern */
    bool is_async;         /* an async that belongs to the next function or `=>` was met */
    qjsp__lexer_frame *frames;
    size_t frames_cap;
    qjsp__lexer_frame first[QJSP__LEXER_FIRST_FRAMES];
} qjsp__lexer;

/* Borrows source until fini. */
void qjsp__lexer_init(qjsp__lexer *lx, qjsp_bytes source);
void qjsp__lexer_fini(qjsp__lexer *lx);

/* Reads the next token into lx->token; false at the end, or if has_failed. */
bool qjsp__lexer_next(qjsp__lexer *lx);

#endif
