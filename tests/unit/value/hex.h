/* SPDX-License-Identifier: MIT */
/* Bytes of test tables as hex, blanks ignored; shared by the tests of values. */
#ifndef QJSP_TESTS_UNIT_VALUE_HEX_H
#define QJSP_TESTS_UNIT_VALUE_HEX_H

#include <qjspool/status.h>

#include <stdlib.h>
#include <string.h>

static inline int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? -1 : (int)(at - digits);
}

/* In memory of exactly that size, so that a sanitizer sees reads past it. The
 * caller frees the data. */
static inline qjsp_bytes hex_new(const char *hex)
{
    uint8_t *data = malloc(strlen(hex) / 2 + 1), *exact;
    size_t len = 0;
    int high = -1;

    for (; *hex != '\0'; hex++) {
        int digit = hex_digit(*hex);
        if (digit >= 0 && high >= 0)
            data[len++] = (uint8_t)(high << 4 | digit);
        if (digit >= 0)
            high = high < 0 ? digit : -1;
    }
    exact = malloc(len == 0 ? 1 : len);
    memcpy(exact, data, len);
    free(data);
    return (qjsp_bytes){ exact, len };
}

static inline void hex_free(qjsp_bytes bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

/* Lower-case, with a NUL; len * 2 < size. */
static inline const char *hex_text(qjsp_bytes bytes, char *out, size_t size)
{
    size_t len = 0;

    for (size_t i = 0; i < bytes.len && len + 3 <= size; i++) {
        out[len++] = "0123456789abcdef"[bytes.data[i] >> 4];
        out[len++] = "0123456789abcdef"[bytes.data[i] & 15];
    }
    out[len] = '\0';
    return out;
}

#endif
