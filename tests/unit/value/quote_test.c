/* SPDX-License-Identifier: MIT */
/* Escaping in three styles. */
#include "value/quote.h"

#include "../../check.h"

typedef void quote_function(qjsp_buffer *out, qjsp_bytes text);

static const struct {
    const char *text, *plain, *quoted, *json;
} cases[] = {
    { "", "", "''", "\"\"" },
    { "plain", "plain", "'plain'", "\"plain\"" },
    { "it's", "it's", "\"it's\"", "\"it's\"" },
    { "'\"", "'\"", "`'\"`", "\"'\\\"\"" },
    { "'\"`", "'\"`", "'\\'\"`'", "\"'\\\"`\"" },
    { "'\"${x}", "'\"${x}", "'\\'\"${x}'", "\"'\\\"${x}\"" },
    { "a\\b", "a\\b", "'a\\\\b'", "\"a\\\\b\"" },
    { "\n\t", "\n\t", "'\\n\\t'", "\"\\n\\t\"" },
    { "\r\b\f", "\\r\\b\\f", "'\\r\\b\\f'", "\"\\r\\b\\f\"" },
    { "\x1b[0m", "\\x1B[0m", "'\\x1B[0m'", "\"\\u001b[0m\"" },
    { "\x7f", "\\x7F", "'\\x7F'", "\"\\u007f\"" },
    { "\xc2\x9b", "\\x9B", "'\\x9B'", "\"\\u009b\"" },
    { "\xc2\xa0", "\xc2\xa0", "'\xc2\xa0'", "\"\xc2\xa0\"" },
    { "\xed\xa0\x80", "\\uD800", "'\\uD800'", "\"\\ud800\"" },
    { "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "'\xf0\x9f\x98\x80'", "\"\xf0\x9f\x98\x80\"" },
};

static void check_quoted(const char *text, quote_function *quote, const char *want)
{
    qjsp_buffer out;

    qjsp_buffer_init(&out, NULL, 0);
    quote(&out, (qjsp_bytes){ (const uint8_t *)text, strlen(text) });
    qjsp_buffer_append(&out, "", 1);
    CHECK_STR(text, (const char *)out.data, want);
    qjsp_buffer_fini(&out);
}

static void texts_are_escaped(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_quoted(cases[i].text, qjsp__append_plain, cases[i].plain);
        check_quoted(cases[i].text, qjsp__append_quoted, cases[i].quoted);
        check_quoted(cases[i].text, qjsp__append_json_string, cases[i].json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
