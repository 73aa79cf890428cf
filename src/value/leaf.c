/* SPDX-License-Identifier: MIT */
/* Leaves in the manner of Node's util.inspect. */
#include "value/leaf.h"

#include <math.h>
#include <string.h>

#include "base/checked.h"
#include "value/date.h"
#include "value/number.h"
#include "value/quote.h"

enum { BUFFER_SHOWN = 50 }; /* bytes of an ArrayBuffer, as Node shows */

void qjsp__append_cstr(qjsp_buffer *out, const char *text)
{
    qjsp_buffer_append(out, text, strlen(text));
}

static void append_number(qjsp_buffer *out, double number)
{
    if (number == 0 && signbit(number))
        qjsp__append_cstr(out, "-");
    qjsp__append_number(out, number);
}

static void append_primitive(qjsp_buffer *out, qjsp__node_kind kind, const qjsp__node *node)
{
    switch (kind) {
    case QJSP__NODE_NULL: qjsp__append_cstr(out, "null"); break;
    case QJSP__NODE_BOOL: qjsp__append_cstr(out, node->u.boolean ? "true" : "false"); break;
    case QJSP__NODE_NUMBER: append_number(out, node->u.number); break;
    case QJSP__NODE_TEXT: qjsp__append_quoted(out, node->u.text); break;
    case QJSP__NODE_BIGINT:
        qjsp__append_bigint(out, &node->u.bigint);
        qjsp__append_cstr(out, "n");
        break;
    default: qjsp__append_cstr(out, "undefined"); break;
    }
}

static const char *class_name(qjsp__node_kind boxed)
{
    switch (boxed) {
    case QJSP__NODE_BOOL: return "Boolean";
    case QJSP__NODE_NUMBER: return "Number";
    case QJSP__NODE_BIGINT: return "BigInt";
    default: return "String";
    }
}

static void append_boxed(qjsp_buffer *out, const qjsp__node *node)
{
    qjsp_buffer_printf(out, "[%s: ", class_name(node->boxed));
    append_primitive(out, node->boxed, node);
    qjsp__append_cstr(out, "]");
}

static void append_buffer(qjsp_buffer *out, qjsp_bytes bytes)
{
    size_t shown = qjsp__size_min(bytes.len, BUFFER_SHOWN);

    qjsp__append_cstr(out, "ArrayBuffer { [Uint8Contents]: <");
    for (size_t i = 0; i < shown; i++)
        qjsp_buffer_printf(out, i == 0 ? "%02x" : " %02x", bytes.data[i]);
    if (shown < bytes.len)
        qjsp_buffer_printf(out, " ... %zu more byte%s", bytes.len - shown,
                           bytes.len - shown == 1 ? "" : "s");
    qjsp_buffer_printf(out, ">, byteLength: %zu }", bytes.len);
}

static void append_regexp(qjsp_buffer *out, const qjsp__node *node)
{
    qjsp__append_cstr(out, "/");
    qjsp__append_plain(out, node->u.regexp.source);
    qjsp__append_cstr(out, "/");
    qjsp__append_plain(out, node->u.regexp.flags);
}

void qjsp__append_leaf(qjsp_buffer *out, const qjsp__node *node)
{
    switch (node->kind) {
    case QJSP__NODE_BOXED: append_boxed(out, node); break;
    case QJSP__NODE_REGEXP: append_regexp(out, node); break;
    case QJSP__NODE_BUFFER: append_buffer(out, node->u.text); break;
    case QJSP__NODE_DATE:
        if (isnan(node->u.number))
            qjsp__append_cstr(out, "Invalid Date");
        else
            qjsp__append_date(out, node->u.number);
        break;
    default: append_primitive(out, node->kind, node); break;
    }
}

static bool is_identifier(qjsp_bytes key)
{
    for (size_t i = 0; i < key.len; i++) {
        uint8_t c = key.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
        bool is_digit = c >= '0' && c <= '9';

        if (!is_letter && (i == 0 || !is_digit))
            return false;
    }
    return key.len > 0;
}

void qjsp__append_key(qjsp_buffer *out, qjsp_bytes key)
{
    if (qjsp__bytes_equal(key, "__proto__")) /* data, but shown as what it is not */
        qjsp__append_cstr(out, "['__proto__']");
    else if (is_identifier(key))
        qjsp_buffer_append(out, key.data, key.len);
    else
        qjsp__append_quoted(out, key);
}
