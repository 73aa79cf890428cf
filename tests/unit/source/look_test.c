/* SPDX-License-Identifier: MIT */
/* Whether a line is all, or more is to come. */
#include <qjspool/source.h>

#include <stdlib.h>

#include "check.h"

static const struct {
    const char *source;
    int depth;    /* -1: complete */
    bool is_text; /* what follows is not code */
} cases[] = {
    { "", -1, false },
    { "1 + 1", -1, false },
    { "1 +", 0, false },
    { "f(", 1, false },
    { "f(1, [", 2, false },
    { "f(1)", -1, false },
    { "}", -1, false },
    { "f)", -1, false },
    { "function f", 0, false },
    { "function f() {", 1, false },
    { "function f() {}", -1, false },
    { "class A", 0, false },
    { "class A { m() {", 2, false },
    { "const x =", 0, false },
    { "let x", -1, false },
    { "x => {", 1, false },
    { "x =>", 0, false },
    { "a.", 0, false },
    { "a?.", 0, false },
    { "a++", -1, false },
    { "return", -1, false },
    { "if (x)", 0, false },
    { "if (x) y", -1, false },
    { "if (x) y; else", 0, false },
    { "for (;;)", 0, false },
    { "do {", 1, false },
    { "do {}", 0, false },
    { "do {} while (x)", -1, false },
    { "do {} while", 0, false },
    { "{} while (x)", 0, false },
    { "do x(); while (y) z", -1, false },
    { "while (a) do {} while (b)", -1, false },
    { "a.do", -1, false },
    { "try {}", 0, false },
    { "try {} catch {}", -1, false },
    { "try {} finally {", 1, false },
    { "'abc", -1, false },
    { "'abc\\", 0, true },
    { "'abc\\\\", -1, false },
    { "'abc\\\ndef'", -1, false },
    { "'abc\\\ndef", -1, false },
    { "`abc", 0, true },
    { "`abc\\`", 0, true },
    { "`abc`", -1, false },
    { "`a${", 1, false },
    { "`a${b}", 0, true },
    { "`a${b}`", -1, false },
    { "`a${`b", 1, true },
    { "`a${{", 2, false },
    { "`", 0, true },
    { "/[(]/", -1, false },
    { "a = /(/", -1, false },
    { "a / (b", 1, false },
    { "/abc", -1, false },
    { "1 /* {", 0, true },
    { "1 /* { */", -1, false },
    { "/*", 0, true },
    { "/*/", 0, true },
    { "1 // /*", -1, false },
    { "f( // )", 1, false },
    { "1 <!-- /*", -1, false },
    { "#!/bin/x /*", -1, false },
    { "import x from", 0, false },
    { "import x from 'y'", -1, false },
    { "export const a = {", 1, false },
    { "await", 0, false },
    { "label:", 0, false },
    { "a ? b", -1, false },
    { "\"\\", 0, true },
    { "\xff\xfe(", 1, false },
};

static void test_looks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *name = cases[i].source;
        size_t len = strlen(name);
        uint8_t *exact = malloc(len == 0 ? 1 : len); /* a sanitizer sees reads past its end */
        qjsp_source_state got;

        assert_non_null(exact);
        memcpy(exact, name, len);
        qjsp_source_look((qjsp_bytes){ exact, len }, &got);
        CHECK_INT(name, got.is_complete, cases[i].depth < 0);
        CHECK_INT(name, got.is_in_text, cases[i].is_text);
        if (cases[i].depth >= 0)
            CHECK_INT(name, got.depth, cases[i].depth);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_looks) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
