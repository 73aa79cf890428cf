/* SPDX-License-Identifier: MIT */
/* Checking and reading WTF-8. Every byte is hostile. */
#include "value/wtf8.h"

#include <string.h>

/* Length of a sequence by its first byte; 0: no sequence begins so.
 * c0 and c1 could only begin overlong forms, f5 and above pass U+10FFFF. */
static size_t sequence_len(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2)
        return 0;
    if (first < 0xe0)
        return 2;
    if (first < 0xf0)
        return 3;
    return first < 0xf5 ? 4 : 0;
}

size_t qjsp__wtf8_decode(qjsp_bytes text, size_t at, uint32_t *code)
{
    /* the least code point that needs so many bytes: below it is overlong */
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const uint8_t *p = text.data + at;
    size_t len = sequence_len(p[0]);
    uint32_t c;

    if (len == 0 || len > text.len - at)
        return 0;
    c = len == 1 ? p[0] : p[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    if (c < least[len] || c > 0x10ffff)
        return 0;
    *code = c;
    return len;
}

/* How many of the bytes from `at` on are ASCII, in steps of eight. */
static size_t ascii_run(qjsp_bytes text, size_t at)
{
    size_t begin = at;
    uint64_t word;

    while (text.len - at >= sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        if ((word & 0x8080808080808080u) != 0)
            break;
        at += sizeof word;
    }
    return at - begin;
}

bool qjsp__wtf8_is_valid(qjsp_bytes text)
{
    uint32_t code, previous = 0;
    size_t at = 0, len;

    while (at < text.len) {
        if (text.data[at] < 0x80) {
            len = ascii_run(text, at);
            at += len == 0 ? 1 : len;
            previous = 0;
            continue;
        }
        len = qjsp__wtf8_decode(text, at, &code);
        if (len == 0)
            return false;
        if ((code & 0x1ffc00) == 0xdc00 && (previous & 0x1ffc00) == 0xd800)
            return false;
        previous = code;
        at += len;
    }
    return true;
}
