/* SPDX-License-Identifier: MIT */
/* Where tokens begin and end, whatever the bytes. */
#include "source/token.h"

#include "base/checked.h"
#include "check.h"

/* A / begins a regular expression only where a row says so. */
static const struct {
    const char *name;
    const char *source;
    const char *want; /* tokens, joined by blanks */
    bool may_be_regexp;
} cases[] = {
    { "nothing", "", "", false },
    { "blanks and comments", " \t\v\f\n// a\n/* b\n*/\xc2\xa0\xef\xbb\xbf\xe3\x80\x80\xe2\x80\xa8",
      "", false },
    { "a comment that never ends", "a /* b", "a", false },
    { "a comment of three characters", "a /*/ b", "a", false },
    { "html comments of scripts", "a <!-- b\n--> c\nd --> e", "a d -- > e", false },
    { "an arrow at the very start", "--> c\nd", "d", false },
    { "a comment's newline makes it the start", "a\n/* */ --> c\nd /*\n*/ --> e", "a d", false },
    { "a #! line", "#!/bin/x let\na", "a", false },
    { "a #! line ended by U+2028",
      "#!x\xe2\x80\xa8"
      "a",
      "a", false },
    { "a line comment ended by U+2029",
      "// x\xe2\x80\xa9"
      "a",
      "a", false },
    { "names", "$a _b1 \xc3\xa9t\xc3\xa9 \\u0061b \\u{1F600}c a\\u{62}c",
      "$a _b1 \xc3\xa9t\xc3\xa9 \\u0061b \\u{1F600}c a\\u{62}c", false },
    { "a name ended by U+00A0",
      "a\xc2\xa0"
      "b",
      "a b", false },
    { "private names", "a.#b; #c in d", "a . #b ; #c in d", false },
    { "integers", "0 017 1_000 0xfF 0b1 0O7 12n 0xan", "0 017 1_000 0xfF 0b1 0O7 12n 0xan", false },
    { "fractions", ".5 1. 1.5 1e5 1E-5 1.e+5 .5e1 0xe+1 08.5",
      ".5 1. 1.5 1e5 1E-5 1.e+5 .5e1 0xe + 1 08.5", false },
    { "dots behind numbers", "1..a 1.5.a 017.a 1e5.a 5n.a 0x1.a",
      "1. . a 1.5 . a 017 . a 1e5 . a 5n . a 0x1 . a", false },
    { "strings", "'a\"\\'b' \"c'\\\"d\"", "'a\"\\'b' \"c'\\\"d\"", false },
    { "strings that go on in the next line", "'a\\\nb' 'c\\\r\nd'", "'a\\\nb' 'c\\\r\nd'", false },
    { "U+2028 within a string", "'\xe2\x80\xa8' b", "'\xe2\x80\xa8' b", false },
    { "a string that never ends", "'a\nb", "'a b", false },
    { "a string that ends in a backslash", "'a\\", "'a\\", false },
    { "templates", "`a` `\\`` `$` `$\\{` `\n`", "`a` `\\`` `$` `$\\{` `\n`", false },
    { "a template up to its first hole", "`a$${ b", "`a$${ b", false },
    { "a template that ends in a backslash", "`a\\", "`a\\", false },
    { "division", "a/b/c/=d", "a / b / c /= d", false },
    { "regular expressions", "/a/ /[/]/g /\\// /[\\]/]/ /=/ /a/\\u0067 /[[]/ x",
      "/a/ /[/]/g /\\// /[\\]/]/ /=/ /a/\\u0067 /[[]/ x", true },
    { "a regular expression that never ends", "/a\nb /[/\nc /\\\nd", "/a b /[/ c /\\ d", true },
    { "operators of assignment", "+= -= *= /= %= **= <<= >>= >>>= &= |= ^= &&= ||= ?\?= =",
      "+= -= *= /= %= **= <<= >>= >>>= &= |= ^= &&= ||= ?\?= =", false },
    { "the longest operator", "a>>>=b>>>c>>=d>=e<<=f**=g**h?\?=i?\?j?.k&&=l||=m=>n===o!==p<=q",
      "a >>>= b >>> c >>= d >= e <<= f **= g ** h ?\?= i ?\? j ?. k &&= l ||= m => n === o !== p "
      "<= q",
      false },
    { "a question before a digit", "a?.5:b?.c", "a ? .5 : b ?. c", false },
    { "steps", "a+++b---c+ +d", "a ++ + b -- - c + + d", false },
    { "dots", "...a..b....5", "... a . . b ... .5", false },
    { "stray bytes", "\x01 \\ \xff @ #", "\x01 \\ \xff @ #", false },
};

static void test_tokens(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++) {
        const char *source = cases[i].source;
        qjsp__cursor cur;
        qjsp__token tok;
        char got[512] = "";
        size_t n = 0;

        qjsp__cursor_init(&cur, (qjsp_bytes){ (const uint8_t *)source, strlen(source) });
        for (;;) {
            qjsp__token_read(&cur, &tok, cases[i].may_be_regexp);
            if (tok.kind == QJSP__TOKEN_END)
                break;
            n += (size_t)snprintf(got + n, sizeof got - n, "%s%.*s", n == 0 ? "" : " ",
                                  (int)(tok.end - tok.start), source + tok.start);
            assert_true(n < sizeof got);
        }
        CHECK_STR(cases[i].name, got, cases[i].want);
    }
}

/* Each word is found, and found again by its place in the sorted table. */
static void test_words(void **state)
{
    static const char text[] =
        "async await break case catch class const continue debugger default delete do else enum "
        "export extends false finally for function if import in instanceof let new null of return "
        "static super switch this throw true try typeof var void while with yield";
    qjsp__cursor cur;
    qjsp__token tok;

    (void)state;
    qjsp__cursor_init(&cur, (qjsp_bytes){ (const uint8_t *)text, sizeof text - 1 });
    for (int word = QJSP__WORD_ASYNC; word <= QJSP__WORD_YIELD; word++) {
        qjsp__token_read(&cur, &tok, false);
        CHECK_INT(text + tok.start, tok.word, word);
    }
    qjsp__token_read(&cur, &tok, false);
    CHECK_INT("all of them", tok.kind, QJSP__TOKEN_END);
}

static void test_names_that_are_no_words(void **state)
{
    static const char text[] = "l\\u0065t #let lets le Let zzz g instanceofs \\u{6c}et";
    qjsp__cursor cur;
    qjsp__token tok;

    (void)state;
    qjsp__cursor_init(&cur, (qjsp_bytes){ (const uint8_t *)text, sizeof text - 1 });
    for (int i = 0; i < 9; i++) {
        qjsp__token_read(&cur, &tok, false);
        CHECK_INT(text + tok.start, tok.kind, QJSP__TOKEN_NAME);
        CHECK_INT(text + tok.start, tok.word, QJSP__WORD_NONE);
    }
}

static void test_a_nul_byte_is_not_the_end(void **state)
{
    qjsp__cursor cur;
    qjsp__token tok;

    (void)state;
    qjsp__cursor_init(&cur, (qjsp_bytes){ (const uint8_t *)"\0a", 2 });
    qjsp__token_read(&cur, &tok, false);
    CHECK_INT("NUL", tok.kind, QJSP__TOKEN_OPERATOR);
    qjsp__token_read(&cur, &tok, false);
    CHECK_INT("the name behind it", tok.kind, QJSP__TOKEN_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_names_that_are_no_words),
        cmocka_unit_test(test_a_nul_byte_is_not_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
