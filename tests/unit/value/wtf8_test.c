/* SPDX-License-Identifier: MIT */
/* Every code point, and what is none. */
#include "value/wtf8.h"

#include "hex.h"

#include "../../check.h"

static size_t encode(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xc0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xe0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | code >> 18);
    out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code & 0x3f));
    return 4;
}

static void every_code_point_is_read(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t bytes[4];
        size_t len = encode(code, bytes);
        uint32_t got = 0;

        CHECK_INT("length", qjsp__wtf8_decode((qjsp_bytes){ bytes, len }, 0, &got), len);
        CHECK_INT("code point", got, code);
        CHECK_TRUE("valid", qjsp__wtf8_is_valid((qjsp_bytes){ bytes, len }));
        CHECK_TRUE("cut off", len == 1 || !qjsp__wtf8_is_valid((qjsp_bytes){ bytes, len - 1 }));
    }
}

static const struct {
    const char *name, *hex;
    bool is_valid;
} texts[] = {
    { "nothing", "", true },
    { "long ASCII", "6162636465666768696a6b6c6d6e6f70", true },
    { "a bad byte behind eight good ones", "6162636465666768 80", false },
    { "a bad byte at the eighth place", "61626364656667 ff", false },
    { "a low surrogate before a high one", "edb080 eda080", true },
    { "two high surrogates", "eda080 eda080", true },
    { "high, letter, low", "eda080 61 edb080", true },
    { "high, then low", "eda080 edb080", false },
    { "the last pair", "edafbf edbfbf", false },
    { "overlong NUL", "c080", false },
    { "overlong slash", "e080af", false },
    { "overlong in four bytes", "f0808080", false },
    { "the first that is too large", "f4908080", false },
    { "five bytes", "f888808080", false },
};

static void texts_are_valid_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        qjsp_bytes in = hex_new(texts[i].hex);

        CHECK_INT(texts[i].name, qjsp__wtf8_is_valid(in), texts[i].is_valid);
        hex_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_read),
        cmocka_unit_test(texts_are_valid_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
