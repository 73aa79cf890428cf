/* SPDX-License-Identifier: MIT */
/*
 * The lexer's brackets: what each open one is, and the state behind it. Only
 * for lexer.c and lexer_frame.c, whose theory is in lexer.h.
 */
#ifndef QJSP_SOURCE_LEXER_FRAME_H
#define QJSP_SOURCE_LEXER_FRAME_H

#include "source/lexer.h"

/* What the grammar wants next. */
enum state {
    START,    /* a statement, or a member of a class */
    BODY,     /* a statement that may not run */
    OPERATOR, /* an operand: an operator is behind us */
    OPERAND,  /* an operator: an operand is behind us */
    FINISHED, /* the end of what is behind us, which no operator may follow */
    HEAD,     /* the parenthesis of if, for, while or with */
    PROPERTY, /* a name: . or ?. is behind us */
    ARROW,    /* the body of an arrow function */
};

enum frame_kind {
    STATEMENTS, /* the program, a block or a function's body */
    OBJECT,     /* a literal, a pattern or a list of imports */
    CLASS,
    GROUP, /* ( or [ */
    TEMPLATE,
    FUNCTION_HEAD, /* from `function` to its body */
    CLASS_HEAD,    /* from `class` to its body */
};

enum frame_flag {
    IN_ASYNC = 1,      /* await is an operator */
    IN_GENERATOR = 2,  /* yield is an operator */
    AT_KEY = 4,        /* OBJECT, CLASS: the next name is a key */
    DECLARES = 8,      /* in var, let or const: a comma leads to a binding */
    IMPORTS = 16,      /* in an import or export declaration */
    FOR_HEAD = 32,     /* GROUP: `of` may be an operator */
    ASYNC_ARGS = 64,   /* GROUP: parameters of an async arrow function, perhaps */
    ASYNC_ARROW = 128, /* in the body, not braced, of an async arrow function */
    ASYNC_MEMBER = 256,
    GENERATOR_MEMBER = 512,
    STATEMENT_FLAGS = DECLARES | IMPORTS | ASYNC_ARROW,
    MEMBER_FLAGS = ASYNC_MEMBER | GENERATOR_MEMBER,
    FUNCTION_FLAGS = IN_ASYNC | IN_GENERATOR,
};

static inline qjsp__lexer_frame *top(qjsp__lexer *lx)
{
    return &lx->frames[lx->depth];
}

static inline bool has_flag(qjsp__lexer *lx, unsigned flag)
{
    return (top(lx)->flags & flag) != 0;
}

static inline void set_flags(qjsp__lexer *lx, unsigned flags)
{
    top(lx)->flags = (uint16_t)(top(lx)->flags | flags);
}

static inline void clear_flags(qjsp__lexer *lx, unsigned flags)
{
    top(lx)->flags = (uint16_t)(top(lx)->flags & ~flags);
}

static inline void set_state(qjsp__lexer *lx, enum state state)
{
    lx->state = (uint8_t)state;
}

static inline void begin_statement(qjsp__lexer *lx, enum state state)
{
    set_state(lx, state);
    lx->is_binding = false;
    top(lx)->questions = 0;
    clear_flags(lx, STATEMENT_FLAGS);
}

static inline void begin_member(qjsp__lexer *lx)
{
    begin_statement(lx, START);
    clear_flags(lx, MEMBER_FLAGS);
    set_flags(lx, AT_KEY);
}

/* Opens a frame in the same function; may fail, as lx->has_failed then tells. */
void qjsp__frame_push(qjsp__lexer *lx, enum frame_kind kind, enum state after, unsigned flags);

/* The last token is the bracket. What was opened last is closed, whatever the bracket:
 * a program with another one is not valid. */
void qjsp__frame_open_brace(qjsp__lexer *lx);
void qjsp__frame_open_group(qjsp__lexer *lx); /* ( or [ */
void qjsp__frame_close(qjsp__lexer *lx);

#endif
