/* SPDX-License-Identifier: MIT */
/*
 * Facts about a program, and its form that may be evaluated again.
 *
 * `let` and `const` become `var`, padded to their length. A class stays as it
 * is behind `var N=`, which is put where it moves nothing: at the end of an earlier
 * line, or on a line of our own in front of the program (the front).
 *
 * When is a program plain? `var` allows what `let` and `const` do not: a name twice,
 * also as a function or `var`; the names `let` and `undefined`; a constant
 * without value; to stand behind `if (...)` and the like. Where none of that
 * is there for sure, the text is valid only if the source is.
 */
#include "source/redeclare.h"

#include <string.h>

#include "source/lexer.h"

static bool ends_with(const uint8_t *start, const uint8_t *end, const char *word, size_t len)
{
    return (size_t)(end - start) >= len && memcmp(end - len, word, len) == 0;
}

/* One pass over the bytes: most tasks hold none of these words in any place. */
static bool holds_word_of_interest(qjsp_bytes source)
{
    const uint8_t *start = source.data, *end = start + source.len;

    for (const uint8_t *p = start; p < end; p++) {
        if (*p == 't') {
            if (ends_with(start, p, "le", 2) || ends_with(start, p, "cons", 4) ||
                ends_with(start, p, "awai", 4) || ends_with(start, p, "impor", 5) ||
                ends_with(start, p, "expor", 5))
                return true;
        } else if (*p == 's' && ends_with(start, p, "clas", 4)) {
            return true;
        }
    }
    return false;
}

/* Behind `import.`; of a property of that name, `import` is one too, which nobody has. */
static bool is_meta(qjsp_bytes source, const qjsp__lexer *lx)
{
    static const char text[] = "import.meta";
    size_t len = sizeof text - 1;

    return lx->is_property && lx->token.end - lx->token.start == 4 && lx->token.end >= len &&
           memcmp(source.data + lx->token.end - len, text, len) == 0;
}

void qjsp__source_scan(qjsp_bytes source, qjsp__source_facts *out)
{
    qjsp__lexer lx;

    *out = (qjsp__source_facts){ 0 };
    if (source.len == 0 || !holds_word_of_interest(source))
        return;
    qjsp__lexer_init(&lx, source);
    while (qjsp__lexer_next(&lx)) {
        if (lx.token.word == QJSP__WORD_AWAIT)
            out->has_await = true;
        if (lx.declares && lx.token_depth == 0)
            out->has_lexical = true;
        if (is_meta(source, &lx))
            out->has_meta = true;
    }
    out->is_module = lx.is_module;
    if (lx.has_failed) /* it can always be run as a script that may wait */
        *out = (qjsp__source_facts){ .has_await = true };
    qjsp__lexer_fini(&lx);
}

/* More names than this are not worth comparing: such a program is not plain. */
enum { MAX_PLAIN_NAMES = 16 };

/* A name in the source. */
typedef struct range {
    size_t start, end;
} range;

typedef struct rewriter {
    qjsp__lexer lexer;
    qjsp_bytes source;
    qjsp_buffer *out;
    size_t copied;       /* source bytes dealt with */
    size_t previous_end; /* of the token before; 0: there is none */
    uint8_t previous_kind;
    size_t class_end;  /* of a class that is still to be closed; 0: none */
    size_t value_from; /* start of the last statement that surely has a value */
    bool in_class;     /* a declared class is open */
    bool is_strict;    /* by a directive */
    bool has_front;
    bool is_plain; /* as far as is known */
    size_t nnames; /* declared by let and const, while is_plain */
    range names[MAX_PLAIN_NAMES];
} rewriter;

static void put(rewriter *rw, const char *text)
{
    qjsp_buffer_append(rw->out, text, strlen(text));
}

static void put_range(rewriter *rw, range r)
{
    qjsp_buffer_append(rw->out, rw->source.data + r.start, r.end - r.start);
}

static void put_blanks(rewriter *rw, size_t n)
{
    uint8_t *to = qjsp_buffer_extend(rw->out, n);

    if (to != NULL)
        memset(to, ' ', n);
}

static void copy_to(rewriter *rw, size_t offset)
{
    put_range(rw, (range){ rw->copied, offset });
    rw->copied = offset;
}

static range token_range(const rewriter *rw)
{
    return (range){ rw->lexer.token.start, rw->lexer.token.end };
}

static bool is_text(const rewriter *rw, range r, const char *text, size_t len)
{
    return r.end - r.start == len && memcmp(rw->source.data + r.start, text, len) == 0;
}

/* Ends with the token behind the program, of kind END. */
static bool next(rewriter *rw)
{
    const qjsp__token *tok = &rw->lexer.token;
    bool more;

    if (tok->kind != QJSP__TOKEN_END)
        rw->previous_end = tok->end;
    rw->previous_kind = tok->kind;
    more = qjsp__lexer_next(&rw->lexer);
    if (tok->word == QJSP__WORD_VAR || tok->word == QJSP__WORD_FUNCTION)
        rw->is_plain = false;
    return more;
}

static bool at_top_declaration(const rewriter *rw, qjsp__word word)
{
    return rw->lexer.declares && rw->lexer.token_depth == 0 && rw->lexer.token.word == word;
}

static void begin_front(rewriter *rw)
{
    if (rw->has_front)
        return;
    rw->has_front = true;
    put(rw, "\n");
    if (rw->is_strict)
        put(rw, "\"use strict\";"); /* has to come first */
}

/* Forgets what an earlier evaluation left, as `let x;` must. Nothing can see it
 * happen before its time: until the declaration runs, x may not be read. */
static void put_reset(rewriter *rw, range name)
{
    begin_front(rw);
    put(rw, "var ");
    put_range(rw, name);
    put(rw, "=void 0;");
}

/* False for names that may not be declared everywhere, or that may be spelt in more
 * than one way. Those that the lexer knows are not asked for here. */
static bool is_plain_name(const rewriter *rw, range name)
{
    static const char special[][12] = {
        "arguments", "eval",      "implements", "interface", "package",
        "private",   "protected", "public",     "undefined",
    };

    for (size_t i = name.start; i < name.end; i++) {
        if (rw->source.data[i] >= 128 || rw->source.data[i] == '\\')
            return false;
    }
    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
        if (is_text(rw, name, special[i], strlen(special[i])))
            return false;
    }
    return true;
}

static bool is_declared(const rewriter *rw, range name)
{
    const char *text = (const char *)rw->source.data + name.start;

    for (size_t i = 0; i < rw->nnames; i++) {
        if (is_text(rw, rw->names[i], text, name.end - name.start))
            return true;
    }
    return false;
}

/* The last token is a name or the start of a pattern. */
static void survey_binding(rewriter *rw)
{
    const qjsp__token *tok = &rw->lexer.token;
    range name = token_range(rw);

    if (!rw->is_plain)
        return;
    if (tok->kind != QJSP__TOKEN_NAME || tok->word != QJSP__WORD_NONE ||
        rw->nnames == MAX_PLAIN_NAMES || !is_plain_name(rw, name) || is_declared(rw, name))
        rw->is_plain = false;
    else
        rw->names[rw->nnames++] = name;
}

static void survey_missing_value(rewriter *rw, range name, bool is_const)
{
    if (is_const)
        rw->is_plain = false; /* an error */
    else
        put_reset(rw, name);
}

/* Is the declaration at the last token surely not the body of an if, a loop or a label? */
static bool is_in_list(const rewriter *rw)
{
    return rw->lexer.stand == QJSP__STAND_STARTS &&
           (rw->lexer.token.after_newline || rw->previous_kind == ';' || rw->previous_kind == '}');
}

/* Passes a let or const declaration, to the token behind it; false: there is none. */
static bool survey_declaration(rewriter *rw)
{
    enum { BINDING, NAMED, INITIALISED } at = BINDING;
    const qjsp__lexer *lx = &rw->lexer;
    bool is_const = lx->token.word == QJSP__WORD_CONST, more;
    range name = { 0, 0 };

    rw->is_plain = rw->is_plain && is_in_list(rw);
    for (more = next(rw); more; more = next(rw)) {
        if (lx->token_depth != 0)
            continue;
        if (at != BINDING && (lx->stand != QJSP__STAND_WITHIN || lx->token.kind == ';'))
            break;
        if (at == BINDING) {
            at = lx->token.kind == QJSP__TOKEN_NAME ? NAMED : INITIALISED;
            name = token_range(rw);
            survey_binding(rw);
        } else if (lx->token.kind == ',') {
            if (at == NAMED)
                survey_missing_value(rw, name, is_const);
            at = BINDING;
        } else {
            at = INITIALISED;
        }
    }
    if (at == NAMED)
        survey_missing_value(rw, name, is_const);
    return more;
}

/* True for a token that only an expression statement begins with. */
static bool begins_expression(const qjsp__token *tok)
{
    switch (tok->kind) {
    case QJSP__TOKEN_NAME:
        return tok->word == QJSP__WORD_NONE || tok->word == QJSP__WORD_AWAIT ||
               tok->word == QJSP__WORD_NEW || tok->word == QJSP__WORD_NULL ||
               tok->word == QJSP__WORD_THIS || tok->word == QJSP__WORD_TRUE ||
               tok->word == QJSP__WORD_FALSE || tok->word == QJSP__WORD_TYPEOF ||
               tok->word == QJSP__WORD_VOID || tok->word == QJSP__WORD_DELETE;
    case QJSP__TOKEN_STRING:
    case QJSP__TOKEN_LITERAL:
    case QJSP__TOKEN_TEMPLATE:
    case QJSP__TOKEN_TEMPLATE_OPEN:
    case QJSP__TOKEN_STEP:
    case '(':
    case '[':
    case '!':
    case '~':
    case '+':
    case '-': return true;
    default: return false;
    }
}

/* Where `var N=` can stand in front of a class. */
typedef enum place {
    PLACE_FRONT,        /* nothing is before the class */
    PLACE_EARLIER_LINE, /* behind the token before */
    PLACE_INLINE,       /* only on the line of the class itself */
} place;

static place class_place(const rewriter *rw)
{
    if (rw->previous_end == 0)
        return PLACE_FRONT;
    return rw->lexer.token.after_newline ? PLACE_EARLIER_LINE : PLACE_INLINE;
}

/* A class on a line with other code is declared in the front, where needed. */
static range survey_class(rewriter *rw)
{
    place where = class_place(rw);
    range name;

    if (!next(rw))
        return (range){ 0, 0 };
    name = token_range(rw);
    if (where == PLACE_INLINE) {
        begin_front(rw);
        put(rw, "var ");
        put_range(rw, name);
        put(rw, ";");
    }
    return where == PLACE_FRONT ? name : (range){ 0, 0 };
}

/* Looks for the directive among the strings that the program begins with. Its
 * lexer is its own: the survey needs to know before it begins. */
static bool is_strict_program(qjsp_bytes source)
{
    qjsp__lexer lx;
    bool is_strict = false, is_use = false;

    qjsp__lexer_init(&lx, source);
    for (;;) {
        bool more = qjsp__lexer_next(&lx);

        /* Only now it is known that the string before was all of its statement. */
        if (is_use && (!more || lx.stand == QJSP__STAND_STARTS || lx.token.kind == ';'))
            is_strict = true;
        is_use = false;
        if (!more || (lx.token.kind != QJSP__TOKEN_STRING && lx.token.kind != ';'))
            break;
        if (lx.token.kind == QJSP__TOKEN_STRING)
            is_use = lx.token.end - lx.token.start == 12 &&
                     memcmp(source.data + lx.token.start + 1, "use strict", 10) == 0;
    }
    qjsp__lexer_fini(&lx);
    return is_strict;
}

/* Writes the front, and finds out from where on no statement gives the value. */
static void survey(rewriter *rw)
{
    const qjsp__lexer *lx = &rw->lexer;
    range first_class = { 0, 0 };
    size_t expression = 0;
    bool more = next(rw), has_string = lx->token.kind == QJSP__TOKEN_STRING;

    rw->is_strict = is_strict_program(rw->source);
    while (more) {
        if (expression != 0 && lx->token.kind != ':') /* it is no label */
            rw->value_from = expression;
        expression = 0;
        if (at_top_declaration(rw, QJSP__WORD_LET) || at_top_declaration(rw, QJSP__WORD_CONST)) {
            more = survey_declaration(rw);
            continue;
        }
        if (at_top_declaration(rw, QJSP__WORD_CLASS)) {
            range name = survey_class(rw);

            rw->is_plain = false;
            if (name.end != 0)
                first_class = name;
        } else if (lx->stand == QJSP__STAND_STARTS && lx->token_depth == 0 &&
                   begins_expression(&lx->token)) {
            expression = lx->token.start;
        }
        more = next(rw);
    }
    if (expression != 0)
        rw->value_from = expression;
    if (has_string && rw->has_front)
        rw->is_plain = false; /* directives stand first in the source, but not in the text */
    if (first_class.end == 0)
        return;
    begin_front(rw);
    put(rw, "var ");
    put_range(rw, first_class);
    put(rw, "=");
}

/* Does the class from `from` on mention its own name? Static members may use it
 * before the class has a value, so it then needs a binding inside. */
static bool class_uses_name(const rewriter *rw, size_t from, range name)
{
    const uint8_t *text = rw->source.data + from;
    const uint8_t *wanted = rw->source.data + name.start;
    size_t len = name.end - name.start;
    bool is_found = false;
    qjsp__lexer lx;

    qjsp__lexer_init(&lx, (qjsp_bytes){ text, rw->source.len - from });
    while (!is_found && qjsp__lexer_next(&lx) && lx.depth > 0) {
        const qjsp__token *tok = &lx.token;
        size_t tok_len = tok->end - tok->start;

        if (tok->kind != QJSP__TOKEN_NAME || tok->start + from <= name.start)
            continue;
        is_found = memchr(text + tok->start, '\\', tok_len) != NULL || /* may spell anything */
                   (tok_len == len && memcmp(text + tok->start, wanted, len) == 0);
    }
    qjsp__lexer_fini(&lx);
    return is_found;
}

/* Copies up to `offset` less the blanks before it, `most` at most, that what
 * comes now may overwrite. */
static void copy_to_blanks_before(rewriter *rw, size_t offset, size_t most)
{
    size_t from = offset;

    while (offset - from < most && from > rw->copied && rw->source.data[from - 1] == ' ')
        from--;
    copy_to(rw, from);
    rw->copied = offset;
}

/* `class N` to `N=class`, of the same length. N is the last token. */
static void swap_class_and_name(rewriter *rw, range keyword, range name)
{
    range gap = { keyword.end, name.start };

    copy_to(rw, keyword.start);
    put_range(rw, name);
    put(rw, "=class");
    if (rw->lexer.token.after_newline) {
        put_range(rw, gap);
        put_blanks(rw, name.end - name.start);
    } else {
        put_blanks(rw, gap.end - gap.start - 1);
    }
    rw->copied = name.end;
}

/*
 * A class on a line with other code: `class N` becomes `N=class`. As an expression
 * statement it would be the program's value, so unless a later statement surely gives
 * that, `var ` goes in front and columns move by four, less the blanks before.
 * A class that uses its own name keeps it, and columns move by `var N=`. These
 * two are the only cases where columns move.
 */
static void rewrite_inline_class(rewriter *rw)
{
    range keyword = token_range(rw), name;

    if (!next(rw))
        return;
    name = token_range(rw);
    if (class_uses_name(rw, keyword.start, name)) {
        copy_to_blanks_before(rw, keyword.start, name.end - name.start + 5);
        put(rw, "var ");
        put_range(rw, name);
        put(rw, "=");
        return;
    }
    if (keyword.start >= rw->value_from) {
        copy_to_blanks_before(rw, keyword.start, 4);
        put(rw, "var ");
    }
    swap_class_and_name(rw, keyword, name);
}

static void rewrite_class(rewriter *rw)
{
    place where = class_place(rw);
    range name;

    rw->in_class = true;
    if (where == PLACE_INLINE) {
        rewrite_inline_class(rw);
        return;
    }
    if (where == PLACE_EARLIER_LINE)
        copy_to(rw, rw->previous_end);
    if (!next(rw) || where == PLACE_FRONT)
        return; /* the front ends with its `var N=` */
    name = token_range(rw);
    put(rw, ";var ");
    put_range(rw, name);
    put(rw, "=");
}

/* An expression could go on behind its closing brace where a declaration could not. */
static void rewrite_class_end(rewriter *rw)
{
    const qjsp__token *tok = &rw->lexer.token;
    uint8_t c;

    if (rw->class_end == 0)
        return;
    copy_to(rw, rw->class_end);
    rw->class_end = 0;
    if (tok->kind == QJSP__TOKEN_END || tok->kind == ';')
        return;
    put(rw, ";");
    c = rw->source.data[rw->copied];
    if (!tok->after_newline && (c == ' ' || c == '\t'))
        rw->copied++;
}

static void rewrite(rewriter *rw)
{
    const qjsp__lexer *lx = &rw->lexer;

    while (next(rw)) {
        rewrite_class_end(rw);
        if (at_top_declaration(rw, QJSP__WORD_CLASS)) {
            rewrite_class(rw);
        } else if (at_top_declaration(rw, QJSP__WORD_LET) ||
                   at_top_declaration(rw, QJSP__WORD_CONST)) {
            copy_to(rw, lx->token.start);
            put(rw, lx->token.word == QJSP__WORD_LET ? "var" : "var  ");
            rw->copied = lx->token.end;
        } else if (rw->in_class && lx->token.kind == '}' && lx->depth == 0) {
            rw->in_class = false;
            rw->class_end = lx->token.end;
        }
    }
    copy_to(rw, rw->source.len);
}

static void rewriter_begin(rewriter *rw)
{
    qjsp__lexer_init(&rw->lexer, rw->source);
    rw->previous_end = 0;
    rw->lexer.token.kind = QJSP__TOKEN_END;
}

void qjsp__source_redeclare(qjsp_bytes source, qjsp_buffer *out, qjsp__redeclared *how)
{
    rewriter rw = { .source = source, .out = out, .is_plain = true };
    size_t base = out->len;
    bool has_failed;

    how->first_line = 1;
    rewriter_begin(&rw);
    survey(&rw);
    has_failed = rw.lexer.has_failed;
    qjsp__lexer_fini(&rw.lexer);
    if (rw.has_front && !has_failed) {
        /* The engine takes line 0 for line 1, so the front is the second of two. */
        how->first_line = -1;
        put(&rw, "\n");
        if (source.len > 1 && source.data[0] == '#' && source.data[1] == '!') {
            put(&rw, "//"); /* no longer at the start */
            rw.copied = 2;
        }
    }
    rewriter_begin(&rw);
    if (!has_failed)
        rewrite(&rw);
    has_failed = has_failed || rw.lexer.has_failed;
    qjsp__lexer_fini(&rw.lexer);
    how->is_plain = rw.is_plain && !has_failed;
    if (has_failed && out->status == QJSP_OK) {
        out->len = base;
        how->first_line = 1;
        qjsp_buffer_append(out, source.data, source.len);
    }
}
