/* SPDX-License-Identifier: MIT */
#include "cli/json_text.h"

#include <string.h>

/* Bytes of the ASCII that text begins with, eight at a time. */
static size_t ascii_length(const uint8_t *text, size_t len)
{
    size_t i = 0;
    uint64_t word;

    for (; i + sizeof word <= len; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        if ((word & 0x8080808080808080u) != 0)
            break;
    }
    while (i < len && text[i] < 0x80)
        i++;
    return i;
}

/* Bytes of one character of two to four; 0: malformed. RFC 3629, section 4. */
static size_t character_length(const uint8_t *s, size_t len)
{
    static const struct {
        uint8_t first, last, low, high; /* leading byte; bounds of the second */
        size_t len;
    } forms[] = {
        { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
        { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (s[0] < forms[i].first || s[0] > forms[i].last)
            continue;
        if (len < forms[i].len || s[1] < forms[i].low || s[1] > forms[i].high)
            return 0;
        for (size_t k = 2; k < forms[i].len; k++) {
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        }
        return forms[i].len;
    }
    return 0;
}

size_t utf8_length(const uint8_t *text, size_t len)
{
    size_t i = ascii_length(text, len);

    while (i < len) {
        size_t n = character_length(text + i, len - i);

        if (n == 0)
            return i;
        i += n;
        i += ascii_length(text + i, len - i);
    }
    return len;
}

static void append_ascii(qjsp_buffer *buf, uint8_t c)
{
    if (c == '"' || c == '\\')
        qjsp_buffer_printf(buf, "\\%c", c);
    else if (c == '\n')
        qjsp_buffer_append(buf, "\\n", 2);
    else if (c < 0x20 || c == 0x7f)
        qjsp_buffer_printf(buf, "\\u%04x", c);
    else
        qjsp_buffer_append(buf, &c, 1);
}

void json_text_append(qjsp_buffer *buf, const void *text, size_t len)
{
    const uint8_t *s = text;

    qjsp_buffer_append(buf, "\"", 1);
    for (size_t i = 0; i < len;) {
        size_t n = s[i] < 0x80 ? 1 : character_length(s + i, len - i);

        if (s[i] < 0x80)
            append_ascii(buf, s[i]);
        else if (n > 0)
            qjsp_buffer_append(buf, s + i, n);
        else
            qjsp_buffer_append(buf, "\xef\xbf\xbd", 3);
        i += n > 0 ? n : 1;
    }
    qjsp_buffer_append(buf, "\"", 1);
}
