/* SPDX-License-Identifier: MIT */
/* The digits of bigints, against what Python gives. */
#include "value/bigint.h"

#include "hex.h"

#include "../../check.h"

static const struct {
    const char *hex;
    bool is_negative;
    const char *text;
} bigints[] = {
    { "", false, "0" },
    { "", true, "-1" },
    { "01", false, "1" },
    { "01", true, "-2" },
    { "00000005", false, "5" },
    { "00000005", true, "-6" },
    { "3b9ac9ff", false, "999999999" },
    { "3b9ac9ff", true, "-1000000000" },
    { "3b9aca00", false, "1000000000" },
    { "3b9aca00", true, "-1000000001" },
    { "ffffffff", false, "4294967295" },
    { "ffffffff", true, "-4294967296" },
    { "0100000000", false, "4294967296" },
    { "0100000000", true, "-4294967297" },
    { "ffffffffffffffff", false, "18446744073709551615" },
    { "ffffffffffffffff", true, "-18446744073709551616" },
    { "010000000000000000", false, "18446744073709551616" },
    { "010000000000000000", true, "-18446744073709551617" },
    { "0de0b6b3a7640000", false, "1000000000000000000" },
    { "0de0b6b3a7640000", true, "-1000000000000000001" },
    { "033b2e3c9fd0803ce8000000", false, "1000000000000000000000000000" },
    { "033b2e3c9fd0803ce8000000", true, "-1000000000000000000000000001" },
    { "27e41b3246bec9b16e398115", false, "12345678901234567890123456789" },
    { "27e41b3246bec9b16e398115", true, "-12345678901234567890123456790" },
    { "0100000000000000000000000000000000000000000000000000", false,
      "1606938044258990275541962092341162602522202993782792835301376" },
    { "0100000000000000000000000000000000000000000000000000", true,
      "-1606938044258990275541962092341162602522202993782792835301377" },
};

static void bigints_have_their_digits(void **state)
{
    qjsp_buffer out;

    (void)state;
    qjsp_buffer_init(&out, NULL, 0);
    for (size_t i = 0; i < sizeof bigints / sizeof *bigints; i++) {
        qjsp__bigint value = { hex_new(bigints[i].hex), bigints[i].is_negative };

        qjsp_buffer_clear(&out);
        qjsp__append_bigint(&out, &value);
        qjsp_buffer_append(&out, "", 1);
        CHECK_STR(bigints[i].text, (const char *)out.data, bigints[i].text);
        hex_free(value.bytes);
    }
    qjsp_buffer_fini(&out);
}

/* The largest that is shown in decimal, and the first that is not. */
static void large_ones_become_hexadecimal(void **state)
{
    static uint8_t bytes[4097];
    qjsp_buffer out;

    (void)state;
    memset(bytes, 0xff, sizeof bytes);
    qjsp_buffer_init(&out, NULL, 0);
    qjsp__append_bigint(&out, &(qjsp__bigint){ { bytes, 4096 }, true });
    CHECK_INT("-2^32768 in decimal", out.len, 9866);
    CHECK_BYTES("-2^32768 in decimal", out.data, 8, "-1415461", 8);
    qjsp_buffer_clear(&out);
    bytes[0] = 0x0f;
    qjsp__append_bigint(&out, &(qjsp__bigint){ { bytes, 4097 }, false });
    CHECK_INT("in hexadecimal", out.len, 2 + 2 * 4097);
    CHECK_BYTES("in hexadecimal", out.data, 6, "0x0fff", 6);
    qjsp_buffer_clear(&out);
    qjsp__append_bigint(&out, &(qjsp__bigint){ { bytes, 4097 }, true });
    CHECK_BYTES("the carry runs through", out.data, 7, "-0x1000", 7);
    qjsp_buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bigints_have_their_digits),
        cmocka_unit_test(large_ones_become_hexadecimal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
