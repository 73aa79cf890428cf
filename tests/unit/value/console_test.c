/* SPDX-License-Identifier: MIT */
/* The arguments of console calls as text. */
#include "show.h"

static const show_case cases[] = {
    { "nothing", "80", "" },
    { "strings are bare, others inspected", "8461610181616263632764", "a 1 [ 'b' ] c'd" },
    { "all directives",
      "8a7820257320697320256420616e6420256920256620256a20256f25252025632025786161fb4012"
      "cccccccccccd643132707866312e3565337aa1617101810163637373647265737405",
      "a is 4 and 12 1500 {\"q\":1} [ 1 ]%  %x rest 5" },
    { "a lone string is no format", "81683130302525202573", "100%% %s" },
    { "directives without arguments stay", "826825732025732025646161", "a %s %d" },
    { "a percent sign at the end", "82633530256178", "50% x" },
    { "%d of a bigint", "82622564c24105", "5n" },
    { "%d of an object", "84682564202569202566a0f6f5", "NaN NaN NaN" },
    { "%d of infinity", "83652564202566fb7ff0000000000000fb7ff0000000000000", "NaN Infinity" },
    { "%s folds objects", "82622573a16161a1616201", "{ a: [Object] }" },
    { "%o does not", "8262254fa16161a16162a1616301", "{ a: { b: { c: 1 } } }" },
    { "a first argument that is no string", "83056225736178", "5 %s x" },
    { "a reference between arguments", "8365256a20256fd81ca1616101d81d00", "{\"a\":1} { a: 1 }" },
    { "escapes in a format and in an argument", "82681b5b316d2573c29b661b5d303b7407",
      "\\x1B[1m\\x1B]0;t\\x07\\x9B" },
    { "a hole", "81f8e0", "undefined" },
    { "lines below each other",
      "82617881784679797979797979797979797979797979797979797979797979797979797979797979"
      "797979797979797979797979797979797979797979797979797979797979797979797979",
      "x [\n"
      "  'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy'\n"
      "]" },
};

static void calls_become_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        show_check(&cases[i], qjsp_console_to_text);
}

static void only_an_array_is_a_call(void **state)
{
    static const char *const bad[] = { "", "01", "a0", "d81c01", "81", "8001", "d9010280" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        qjsp_bytes in = hex_new(bad[i]);
        qjsp_buffer out;

        qjsp_buffer_init(&out, NULL, 0);
        CHECK_TRUE(bad[i], qjsp_console_to_text(in, &out) < 0 && out.len == 0);
        qjsp_buffer_fini(&out);
        hex_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_become_text),
        cmocka_unit_test(only_an_array_is_a_call),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
