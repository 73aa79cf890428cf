/* SPDX-License-Identifier: MIT */
/*
 * WTF-8: UTF-8 in which a surrogate may stand alone, as it may in a
 * JavaScript string. A high surrogate directly before a low one is refused:
 * together they are one code point, with four bytes of its own.
 */
#ifndef QJSP_VALUE_WTF8_H
#define QJSP_VALUE_WTF8_H

#include <qjspool/status.h>

bool qjsp__wtf8_is_valid(qjsp_bytes text);

/* Reads the code point at `at` (< text.len) and returns how many bytes it
 * takes, 1 to 4; 0 when they are not valid by themselves. */
size_t qjsp__wtf8_decode(qjsp_bytes text, size_t at, uint32_t *code);

static inline bool qjsp__is_surrogate(uint32_t code)
{
    return code >= 0xd800 && code <= 0xdfff;
}

#endif
