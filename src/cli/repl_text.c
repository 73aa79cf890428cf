/* SPDX-License-Identifier: MIT */
#include "cli/repl_text.h"

#include <string.h>

#include "cli/json_text.h"

/* The letters of repl_guest.js, and what they look like. */
static const char *style_of(char letter)
{
    switch (letter) {
    case 'n': /* number */
    case 'b': return "\x1b[33m";
    case 's': return "\x1b[32m"; /* string */
    case 'y': return "\x1b[32m"; /* symbol */
    case 'd': return "\x1b[35m"; /* date */
    case 'r': return "\x1b[31m"; /* regular expression */
    case 'f': return "\x1b[36m"; /* function, accessor, what is folded */
    case 'u':                    /* undefined */
    case 'g': return "\x1b[90m"; /* not a part of the value */
    case 'o': return "\x1b[1m";  /* null */
    case 'e': return "\x1b[1;31m";
    case 'z': return "\x1b[0m"; /* the end of each of them */
    default: return NULL;
    }
}

void text_append_style(qjsp_buffer *out, char letter, text_mode mode)
{
    const char *style = style_of(letter);

    if (style != NULL && mode == TEXT_COLOR)
        qjsp_buffer_append(out, style, strlen(style));
}

/* The character at the beginning of well-formed UTF-8. */
static uint32_t decode(const uint8_t *p, size_t len)
{
    if (len == 1)
        return p[0];
    if (len == 2)
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    if (len == 3)
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    return 0x10000; /* none of those is of interest */
}

static size_t length_of(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Characters that reorder a line, or end it for some programs. */
static bool is_format(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x2028 || c == 0x2029 || c == 0x61c || c == 0xfeff;
}

static bool is_harmless(uint32_t c)
{
    return c >= 0x20 && c != 0x7f && (c < 0x80 || c >= 0xa0) && !is_format(c);
}

static void append_visible(qjsp_buffer *out, uint32_t c)
{
    if (c < 0x20 || c == 0x7f)
        qjsp_buffer_printf(out, "^%c", (int)(c ^ 0x40));
    else if (c < 0x100)
        qjsp_buffer_printf(out, "\\x%02x", (unsigned)c);
    else
        qjsp_buffer_printf(out, "\\u%04x", (unsigned)c);
}

bool text_is_harmless(const void *text, size_t len)
{
    const uint8_t *p = text, *end = p + len;

    if (utf8_length(p, len) != len)
        return false;
    for (size_t n; p < end; p += n) {
        n = length_of(*p);
        if (!is_harmless(decode(p, n)))
            return false;
    }
    return true;
}

void text_append_safe(qjsp_buffer *out, const void *text, size_t len, text_mode mode)
{
    const uint8_t *p = text, *end = p + len;
    size_t valid = 0; /* bytes from p on that are well-formed */

    for (size_t n; p < end; p += n, valid -= n) {
        if (valid == 0)
            valid = utf8_length(p, (size_t)(end - p));
        if (valid == 0) {
            qjsp_buffer_append(out, "\xef\xbf\xbd", 3);
            n = valid = 1;
            continue;
        }
        n = length_of(*p);
        if (mode != TEXT_PLAIN && *p == 1 && valid > 1 && style_of((char)p[1]) != NULL) {
            text_append_style(out, (char)p[1], mode);
            n = 2;
        } else if (*p == '\n' || *p == '\t' || is_harmless(decode(p, n))) {
            qjsp_buffer_append(out, p, n);
        } else {
            append_visible(out, decode(p, n));
        }
    }
    text_append_style(out, 'z', mode);
}
