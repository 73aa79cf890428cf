/* SPDX-License-Identifier: MIT */
/* Escaping, in three styles over one loop. */
#include "value/quote.h"

#include <string.h>

#include "value/wtf8.h"

typedef struct style {
    char quote;        /* escaped with a backslash; 0: none */
    bool keeps_layout; /* newline and tab stay, and so does the backslash */
    bool has_hex;      /* \xNN; JSON has only \uNNNN */
} style;

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

static bool needs_escape(const style *s, uint32_t code)
{
    if (s->keeps_layout && (code == '\n' || code == '\t'))
        return false;
    if (is_control(code) || qjsp__is_surrogate(code))
        return true;
    return !s->keeps_layout && (code == '\\' || code == (uint8_t)s->quote);
}

/* The letter after the backslash; 0: none. */
static char short_escape(const style *s, uint32_t code)
{
    switch (code) {
    case '\b': return 'b';
    case '\t': return 't';
    case '\n': return 'n';
    case '\f': return 'f';
    case '\r': return 'r';
    case '\\': return '\\';
    default: return code == (uint8_t)s->quote ? s->quote : '\0';
    }
}

static void append_escape(qjsp_buffer *out, const style *s, uint32_t code)
{
    char letter = short_escape(s, code);

    if (letter != '\0')
        qjsp_buffer_printf(out, "\\%c", letter);
    else if (s->has_hex && code <= 0xff)
        qjsp_buffer_printf(out, "\\x%02X", (unsigned)code);
    else if (s->has_hex)
        qjsp_buffer_printf(out, "\\u%04X", (unsigned)code);
    else
        qjsp_buffer_printf(out, "\\u%04x", (unsigned)code);
}

static void append_styled(qjsp_buffer *out, const style *s, qjsp_bytes text)
{
    size_t begin = 0, at = 0, len;
    uint32_t code = 0;

    for (; at < text.len && out->status == QJSP_OK; at += len) {
        len = qjsp__wtf8_decode(text, at, &code);
        if (len == 0)
            return; /* not checked text: show nothing rather than raw bytes */
        if (!needs_escape(s, code))
            continue;
        qjsp_buffer_append(out, text.data + begin, at - begin);
        append_escape(out, s, code);
        begin = at + len;
    }
    if (at > begin)
        qjsp_buffer_append(out, text.data + begin, at - begin);
}

void qjsp__append_plain(qjsp_buffer *out, qjsp_bytes text)
{
    append_styled(out, &(style){ .keeps_layout = true, .has_hex = true }, text);
}

static bool contains(qjsp_bytes text, char c)
{
    return text.len > 0 && memchr(text.data, c, text.len) != NULL;
}

static char choose_quote(qjsp_bytes text)
{
    if (!contains(text, '\''))
        return '\'';
    if (!contains(text, '"'))
        return '"';
    return contains(text, '`') || contains(text, '$') ? '\'' : '`';
}

void qjsp__append_quoted(qjsp_buffer *out, qjsp_bytes text)
{
    char quote = choose_quote(text);

    qjsp_buffer_append(out, &quote, 1);
    append_styled(out, &(style){ .quote = quote, .has_hex = true }, text);
    qjsp_buffer_append(out, &quote, 1);
}

void qjsp__append_json_part(qjsp_buffer *out, qjsp_bytes text)
{
    append_styled(out, &(style){ .quote = '"' }, text);
}

void qjsp__append_json_string(qjsp_buffer *out, qjsp_bytes text)
{
    qjsp_buffer_append(out, "\"", 1);
    qjsp__append_json_part(out, text);
    qjsp_buffer_append(out, "\"", 1);
}
