/* SPDX-License-Identifier: MIT */
/* How a source ends: whether there is more to come. */
#include <qjspool/source.h>

#include "source/lexer_frame.h"

/* Where a token that runs to the end of the source was cut off. */
static bool is_closed(qjsp_bytes source, size_t from, uint8_t quote)
{
    for (size_t i = from; i < source.len; i++) {
        if (source.data[i] == '\\')
            i++;
        else if (source.data[i] == quote)
            return true;
    }
    return false;
}

/* A backslash that escapes the end itself: the string goes on with the next line. */
static bool ends_with_escape(qjsp_bytes source)
{
    size_t n = 0;

    if (source.len > 0 && source.data[source.len - 1] == '\n')
        source.len--;
    while (n < source.len && source.data[source.len - 1 - n] == '\\')
        n++;
    return n % 2 == 1;
}

static size_t skip_line(qjsp_bytes source, size_t at)
{
    while (at < source.len && source.data[at] != '\n' && source.data[at] != '\r')
        at++;
    return at;
}

/* Behind the last token stand blanks and comments only. */
static bool ends_in_comment(qjsp_bytes source, size_t at)
{
    while (at < source.len) {
        const uint8_t *p = source.data + at;
        bool is_block = *p == '/' && at + 1 < source.len && p[1] == '*';

        if (!is_block) {
            at = *p == '/' || *p == '<' || *p == '-' || *p == '#' ? skip_line(source, at) : at + 1;
            continue;
        }
        for (at += 2; at + 1 < source.len; at++) {
            if (source.data[at] == '*' && source.data[at + 1] == '/')
                break;
        }
        if (at + 1 >= source.len)
            return true;
        at += 2;
    }
    return false;
}

typedef struct look {
    qjsp_bytes source;
    qjsp__token last;   /* kind END: there is none */
    bool is_restricted; /* behind return and the like */
    unsigned ndo;       /* top-level do whose while is still to come */
    bool ends_do;       /* that while is behind us, and nothing but its parentheses follows */
    bool is_trying;     /* a top-level try without catch or finally yet */
} look;

/* The statements that a block does not end. */
static void note_word(look *l, const qjsp__lexer *lx)
{
    bool is_parenthesis = lx->token.kind == '(' || lx->token.kind == ')';

    if (lx->token_depth != 0)
        return;
    l->ends_do = l->ends_do && is_parenthesis;
    if (lx->token.kind != QJSP__TOKEN_NAME || lx->stand == QJSP__STAND_WITHIN)
        return;
    if (lx->token.word == QJSP__WORD_DO) {
        l->ndo++;
    } else if (lx->token.word == QJSP__WORD_WHILE && l->ndo > 0) {
        l->ndo--;
        l->ends_do = true;
    } else if (lx->token.word == QJSP__WORD_TRY) {
        l->is_trying = true;
    } else if (lx->token.word == QJSP__WORD_CATCH || lx->token.word == QJSP__WORD_FINALLY) {
        l->is_trying = false;
    }
}

static bool ends_in_template(const look *l)
{
    /* it begins with a backtick, or the brace that closes an expression in it */
    return l->last.kind == QJSP__TOKEN_TEMPLATE && !is_closed(l->source, l->last.start + 1, '`');
}

static bool ends_in_string(const look *l)
{
    const qjsp__token *tok = &l->last;

    return tok->kind == QJSP__TOKEN_STRING && tok->end + 1 >= l->source.len &&
           !is_closed(l->source, tok->start + 1, l->source.data[tok->start]) &&
           ends_with_escape(l->source);
}

/* Does the grammar want more behind the last token? */
static bool wants_more(const look *l, const qjsp__lexer *lx)
{
    if (l->ndo > 0 || l->is_trying || lx->depth > 0)
        return true;
    switch (lx->state) {
    case START:
    case OPERAND:
    case FINISHED: return false;
    case BODY: return !l->ends_do;
    case OPERATOR: return !l->is_restricted; /* nothing need follow */
    default: return true;
    }
}

/* A function between its keyword and its body is no bracket. */
static uint32_t count_brackets(const qjsp__lexer *lx)
{
    uint32_t n = 0;

    for (size_t i = 1; i <= lx->depth; i++)
        n += lx->frames[i].kind != FUNCTION_HEAD && lx->frames[i].kind != CLASS_HEAD;
    return n;
}

void qjsp_source_look(qjsp_bytes source, qjsp_source_state *out)
{
    look l = { .source = source };
    qjsp__lexer lx;

    qjsp__lexer_init(&lx, source);
    while (qjsp__lexer_next(&lx)) {
        l.last = lx.token;
        l.is_restricted = lx.is_restricted;
        note_word(&l, &lx);
    }
    out->is_in_text =
        ends_in_template(&l) || ends_in_string(&l) || ends_in_comment(source, l.last.end);
    out->is_complete = lx.has_failed || !(out->is_in_text || wants_more(&l, &lx));
    out->depth = count_brackets(&lx);
    qjsp__lexer_fini(&lx);
}
