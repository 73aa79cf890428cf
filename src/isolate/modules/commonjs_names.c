/* SPDX-License-Identifier: MIT */
/*
 * What a CommonJS module exports, read off its text as Node does, so that it need not run before the
 * modules that import it are linked: the order in which modules run stays theirs, and no guest code
 * runs while modules are being loaded.
 *
 * Found, wherever they stand: exports.x = and module.exports.x =, with brackets too; the keys of an
 * object that is assigned to module.exports; Object.defineProperty(exports, 'x'; and, for all names of another
 * module, module.exports = require('x'), ...require('x') in such an object, and the helpers __export
 * and __exportStar of compilers.
 */
#include <string.h>

#include "isolate/modules/modules.h"
#include "source/lexer.h"

/* The last tokens, newest last. */
enum { WINDOW = 8, MAX_BYTES = 256 * 1024 };

typedef struct scanner {
    qjsp__lexer lexer;
    qjsp_bytes source;
    qjsp__token window[WINDOW];
    qjsp_buffer *names, *reexports;
    bool in_object; /* of module.exports = { */
    size_t depth;   /* of the frames outside of that object */
    bool wants_key; /* of it */
} scanner;

static const qjsp__token *back(const scanner *s, size_t n)
{
    return &s->window[WINDOW - 1 - n];
}

static size_t length_of(const qjsp__token *tok)
{
    return tok->end - tok->start;
}

static bool is_name(const scanner *s, size_t n, const char *text)
{
    const qjsp__token *tok = back(s, n);

    return tok->kind == QJSP__TOKEN_NAME && length_of(tok) == strlen(text) &&
           memcmp(s->source.data + tok->start, text, strlen(text)) == 0;
}

static bool is_mark(const scanner *s, size_t n, char mark)
{
    return back(s, n)->kind == (uint8_t)mark;
}

static bool is_spread(const scanner *s, size_t n)
{
    const qjsp__token *tok = back(s, n);

    return length_of(tok) == 3 && memcmp(s->source.data + tok->start, "...", 3) == 0;
}

/* Whether the token n back ends "exports" or "module.exports"; *len: in tokens. */
static bool is_exports(const scanner *s, size_t n, size_t *len)
{
    if (!is_name(s, n, "exports"))
        return false;
    *len = 1;
    if (!is_mark(s, n + 1, '.'))
        return true;
    *len = 3;
    return is_name(s, n + 2, "module") && !is_mark(s, n + 3, '.');
}

static void append(qjsp_buffer *out, const void *text, size_t len)
{
    if (out->len + len > MAX_BYTES)
        return;
    qjsp_buffer_append(out, text, len);
    qjsp_buffer_append(out, "", 1);
}

static void add_token(scanner *s, qjsp_buffer *out, const qjsp__token *tok)
{
    const uint8_t *text = s->source.data + tok->start;
    size_t len = length_of(tok), skip = tok->kind == QJSP__TOKEN_STRING;

    /* escapes: nobody writes them there */
    if (len < 1 + 2 * skip || memchr(text, '\\', len) != NULL || memchr(text, 0, len) != NULL)
        return;
    append(out, text + skip, len - 2 * skip);
}

/* At "=": exports.x =, exports['x'] = */
static void see_assignment(scanner *s)
{
    size_t len;

    if (back(s, 1)->kind == QJSP__TOKEN_NAME && is_mark(s, 2, '.') && is_exports(s, 3, &len))
        add_token(s, s->names, back(s, 1));
    else if (is_mark(s, 1, ']') && back(s, 2)->kind == QJSP__TOKEN_STRING && is_mark(s, 3, '[') &&
             is_exports(s, 4, &len))
        add_token(s, s->names, back(s, 2));
}

/* At a string, whose next token is not known yet. */
static void see_string(scanner *s)
{
    size_t len;

    if (is_mark(s, 1, ',') && is_exports(s, 2, &len) && is_mark(s, 2 + len, '(') &&
        is_name(s, 3 + len, "defineProperty"))
        add_token(s, s->names, back(s, 0));
    if (!is_mark(s, 1, '(') || !is_name(s, 2, "require"))
        return;
    if ((is_mark(s, 3, '=') && is_exports(s, 4, &len) && len == 3) ||
        (is_mark(s, 3, '(') && (is_name(s, 4, "__export") || is_name(s, 4, "__exportStar"))) ||
        (s->in_object && s->lexer.token_depth == s->depth + 2 && is_spread(s, 3)))
        add_token(s, s->reexports, back(s, 0));
}

/* In the object: a key is a name or string behind "{" or ",", or behind get, set, async or *. */
static void see_key(scanner *s)
{
    const qjsp__token *tok = back(s, 0);

    if (s->lexer.token_depth <= s->depth && tok->kind == '}') {
        s->in_object = false;
        return;
    }
    if (s->lexer.token_depth != s->depth + 1)
        return;
    if (tok->kind == ',') {
        s->wants_key = true;
    } else if (s->wants_key && (tok->kind == QJSP__TOKEN_NAME || tok->kind == QJSP__TOKEN_STRING)) {
        add_token(s, s->names, tok);
        s->wants_key = is_name(s, 0, "get") || is_name(s, 0, "set") || is_name(s, 0, "async");
    } else if (tok->kind != '*') {
        s->wants_key = false;
    }
}

static void see(scanner *s)
{
    size_t len;

    if (s->in_object)
        see_key(s);
    if (is_mark(s, 0, '='))
        see_assignment(s);
    else if (back(s, 0)->kind == QJSP__TOKEN_STRING)
        see_string(s);
    else if (!s->in_object && is_mark(s, 0, '{') && is_mark(s, 1, '=') && is_exports(s, 2, &len) &&
             len == 3) {
        s->in_object = s->wants_key = true;
        s->depth = s->lexer.token_depth;
    }
}

bool qjsp__commonjs_names(qjsp_bytes source, qjsp_buffer *names, qjsp_buffer *reexports)
{
    scanner s = { .source = source, .names = names, .reexports = reexports };

    qjsp__lexer_init(&s.lexer, source);
    while (qjsp__lexer_next(&s.lexer)) {
        memmove(s.window, s.window + 1, sizeof s.window - sizeof s.window[0]);
        s.window[WINDOW - 1] = s.lexer.token;
        see(&s);
    }
    qjsp__lexer_fini(&s.lexer);
    return names->status == QJSP_OK && reexports->status == QJSP_OK;
}
