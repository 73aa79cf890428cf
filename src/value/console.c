/* SPDX-License-Identifier: MIT */
/*
 * The arguments of a console call as text: the Formatter of WHATWG Console,
 * section 2, with Node's %j.
 */
#include <qjspool/value.h>

#include <math.h>
#include <string.h>

#include "value/check.h"
#include "value/json.h"
#include "value/leaf.h"
#include "value/node.h"
#include "value/number.h"
#include "value/quote.h"
#include "value/text.h"

typedef struct console {
    qjsp_reader reader;
    qjsp__shared shared;
    qjsp_buffer *out;
    qjsp__text text;
    uint64_t left; /* arguments not yet used */
} console;

/* The argument at the reader without moving past it; references resolved. */
static qjsp_status peek_node(console *c, qjsp__node *node)
{
    qjsp_reader ahead = c->reader;
    qjsp_status st = qjsp__node_read(&ahead, &c->shared, node);

    if (st != QJSP_OK || node->kind != QJSP__NODE_REFERENCE)
        return st;
    ahead.pos = qjsp__shared_offset(&c->shared, node->u.reference);
    return qjsp__node_read(&ahead, &c->shared, node);
}

/* Strings as they are, all else as inspect shows it. */
static qjsp_status append_plain(console *c, size_t max_depth)
{
    qjsp__node node;
    qjsp_status st = peek_node(c, &node);

    if (st != QJSP_OK)
        return st;
    c->left--;
    if (node.kind != QJSP__NODE_TEXT)
        return qjsp__text_append(&c->text, max_depth);
    qjsp__append_plain(c->out, node.u.text);
    return qjsp_reader_skip(&c->reader);
}

static qjsp_status append_inspected(console *c)
{
    c->left--;
    return qjsp__text_append(&c->text, QJSP__TEXT_DEPTH);
}

static qjsp_status append_json(console *c)
{
    c->left--;
    return qjsp__json_append(&c->reader, &c->shared, c->out);
}

static qjsp_status skip_argument(console *c)
{
    c->left--;
    return qjsp_reader_skip(&c->reader);
}

/* parseInt or parseFloat of a value; NaN for what is neither number nor text. */
static double parse_node(const qjsp__node *node, bool is_integer)
{
    qjsp__node_kind kind = node->kind == QJSP__NODE_BOXED ? node->boxed : node->kind;

    if (kind == QJSP__NODE_TEXT)
        return is_integer ? qjsp__number_parse_int(node->u.text)
                          : qjsp__number_parse_float(node->u.text);
    if (kind != QJSP__NODE_NUMBER)
        return (double)NAN;
    if (is_integer && !isfinite(node->u.number))
        return (double)NAN;
    return is_integer ? trunc(node->u.number) : node->u.number;
}

static qjsp_status append_number(console *c, bool is_integer)
{
    qjsp__node node;
    qjsp_status st = peek_node(c, &node);

    if (st != QJSP_OK)
        return st;
    if (node.kind == QJSP__NODE_BIGINT)
        qjsp__append_leaf(c->out, &node);
    else
        qjsp__append_number(c->out, parse_node(&node, is_integer));
    return skip_argument(c);
}

static bool is_directive(char c)
{
    return c != '\0' && strchr("sdifjoOc", c) != NULL;
}

static qjsp_status append_directive(console *c, char directive)
{
    switch (directive) {
    case 's': return append_plain(c, 0);
    case 'd':
    case 'i': return append_number(c, true);
    case 'f': return append_number(c, false);
    case 'j': return append_json(c);
    case 'c': return skip_argument(c); /* CSS: there is nothing to style */
    default: return append_inspected(c);
    }
}

/* The directive that begins at `at`, which holds '%'. Returns how many bytes of
 * the format it took; 0: it is not one, or there is no argument for it. */
static size_t take_directive(console *c, qjsp_bytes format, size_t at, qjsp_status *st)
{
    char directive = at + 1 < format.len ? (char)format.data[at + 1] : '\0';

    if (directive == '%') {
        qjsp__append_cstr(c->out, "%");
        return 2;
    }
    if (!is_directive(directive) || c->left == 0)
        return 0;
    *st = append_directive(c, directive);
    return 2;
}

static qjsp_status append_format(console *c, qjsp_bytes format)
{
    qjsp_status st = QJSP_OK;
    size_t begin = 0, at = 0, len;

    while (at < format.len && st == QJSP_OK) {
        if (format.data[at] != '%') {
            at++;
            continue;
        }
        qjsp__append_plain(c->out, (qjsp_bytes){ format.data + begin, at - begin });
        begin = at;
        len = take_directive(c, format, at, &st);
        begin += len;
        at += len == 0 ? 1 : len;
    }
    qjsp__append_plain(c->out, (qjsp_bytes){ format.data + begin, at - begin });
    return st;
}

/* A string with arguments behind it is a format. */
static qjsp_status append_first(console *c)
{
    qjsp__node node;
    qjsp_status st = peek_node(c, &node);

    if (st != QJSP_OK)
        return st;
    if (node.kind != QJSP__NODE_TEXT || c->left == 1)
        return append_plain(c, QJSP__TEXT_DEPTH);
    st = skip_argument(c);
    return st == QJSP_OK ? append_format(c, node.u.text) : st;
}

static qjsp_status append_all(console *c)
{
    qjsp_status st = c->left > 0 ? append_first(c) : QJSP_OK;

    while (st == QJSP_OK && c->left > 0 && c->out->status == QJSP_OK) {
        qjsp__append_cstr(c->out, " ");
        st = append_plain(c, QJSP__TEXT_DEPTH);
    }
    return st == QJSP_OK ? c->out->status : st;
}

static qjsp_status append_arguments(console *c)
{
    qjsp__node node;
    qjsp_status st = qjsp__node_read(&c->reader, &c->shared, &node);

    if (st == QJSP_OK && node.kind != QJSP__NODE_ARRAY)
        return QJSP_ERR_MALFORMED;
    if (st != QJSP_OK)
        return st;
    c->left = node.count;
    st = qjsp__text_init(&c->text, &c->reader, &c->shared, c->out);
    if (st == QJSP_OK)
        st = append_all(c);
    qjsp__text_fini(&c->text);
    return st;
}

qjsp_status qjsp_console_to_text(qjsp_bytes args, qjsp_buffer *out)
{
    console c = { .out = out };
    qjsp_status st;

    qjsp_reader_init(&c.reader, args, 0);
    qjsp__shared_init(&c.shared, out->alloc);
    st = qjsp__value_check(args, 0, &c.shared, NULL);
    if (st == QJSP_OK)
        st = append_arguments(&c);
    qjsp__shared_fini(&c.shared);
    return st;
}

qjsp_status qjsp_value_to_text(qjsp_bytes in, qjsp_buffer *out)
{
    console c = { .out = out, .left = 1 };
    qjsp_status st;

    qjsp_reader_init(&c.reader, in, 0);
    qjsp__shared_init(&c.shared, out->alloc);
    st = qjsp__value_check(in, 0, &c.shared, NULL);
    if (st == QJSP_OK) {
        st = qjsp__text_init(&c.text, &c.reader, &c.shared, out);
        if (st == QJSP_OK)
            st = append_plain(&c, QJSP__TEXT_DEPTH);
        qjsp__text_fini(&c.text);
    }
    qjsp__shared_fini(&c.shared);
    return st == QJSP_OK ? out->status : st;
}
