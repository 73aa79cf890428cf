/* SPDX-License-Identifier: MIT */
/*
 * Characters to tokens of ECMAScript 2025. Input is UTF-8 of any quality, and is
 * never read past its end.
 *
 * It knows no grammar: whether `/` begins a regular expression and whether `}`
 * resumes a template is the caller's to say (lexer.h).
 */
#ifndef QJSP_SOURCE_TOKEN_H
#define QJSP_SOURCE_TOKEN_H

#include <qjspool/status.h>

/* A punctuator of one character is its own kind; longer ones that only join
 * two operands are QJSP__TOKEN_OPERATOR. */
typedef enum qjsp__token_kind {
    QJSP__TOKEN_END = 0,
    QJSP__TOKEN_NAME = 128, /* identifier, keyword or private name */
    QJSP__TOKEN_STRING,
    QJSP__TOKEN_LITERAL,       /* number or regular expression */
    QJSP__TOKEN_TEMPLATE,      /* up to the closing backtick */
    QJSP__TOKEN_TEMPLATE_OPEN, /* up to ${ */
    QJSP__TOKEN_STEP,          /* ++ or -- */
    QJSP__TOKEN_ARROW,
    QJSP__TOKEN_CHAIN, /* ?. */
    QJSP__TOKEN_OPERATOR,
} qjsp__token_kind;

/* Names that the grammar treats apart. The others are QJSP__WORD_NONE, and so is
 * any name written with an escape. ORDER qjsp__word */
typedef enum qjsp__word {
    QJSP__WORD_NONE,
    QJSP__WORD_ASYNC,
    QJSP__WORD_AWAIT,
    QJSP__WORD_BREAK,
    QJSP__WORD_CASE,
    QJSP__WORD_CATCH,
    QJSP__WORD_CLASS,
    QJSP__WORD_CONST,
    QJSP__WORD_CONTINUE,
    QJSP__WORD_DEBUGGER,
    QJSP__WORD_DEFAULT,
    QJSP__WORD_DELETE,
    QJSP__WORD_DO,
    QJSP__WORD_ELSE,
    QJSP__WORD_ENUM,
    QJSP__WORD_EXPORT,
    QJSP__WORD_EXTENDS,
    QJSP__WORD_FALSE,
    QJSP__WORD_FINALLY,
    QJSP__WORD_FOR,
    QJSP__WORD_FUNCTION,
    QJSP__WORD_IF,
    QJSP__WORD_IMPORT,
    QJSP__WORD_IN,
    QJSP__WORD_INSTANCEOF,
    QJSP__WORD_LET,
    QJSP__WORD_NEW,
    QJSP__WORD_NULL,
    QJSP__WORD_OF,
    QJSP__WORD_RETURN,
    QJSP__WORD_STATIC,
    QJSP__WORD_SUPER,
    QJSP__WORD_SWITCH,
    QJSP__WORD_THIS,
    QJSP__WORD_THROW,
    QJSP__WORD_TRUE,
    QJSP__WORD_TRY,
    QJSP__WORD_TYPEOF,
    QJSP__WORD_VAR,
    QJSP__WORD_VOID,
    QJSP__WORD_WHILE,
    QJSP__WORD_WITH,
    QJSP__WORD_YIELD,
} qjsp__word;

typedef struct qjsp__token {
    size_t start, end; /* offsets in the source */
    uint8_t kind;      /* qjsp__token_kind or the punctuator */
    uint8_t word;      /* qjsp__word of a name */
    bool after_newline;
} qjsp__token;

typedef struct qjsp__cursor {
    const uint8_t *start, *p, *end;
    bool has_html_comments; /* scripts have them, modules do not */
} qjsp__cursor;

/* Begins at the start of the source, behind a #! line. */
void qjsp__cursor_init(qjsp__cursor *cur, qjsp_bytes source);

/* Skips blanks and comments, then reads one token. */
void qjsp__token_read(qjsp__cursor *cur, qjsp__token *tok, bool may_be_regexp);

/* Reads on in a template after the expression whose `}` was the last token. */
void qjsp__token_read_template(qjsp__cursor *cur, qjsp__token *tok);

/* True for a name that can never be an identifier. */
bool qjsp__word_is_reserved(uint8_t word);

#endif
