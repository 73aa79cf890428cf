/* SPDX-License-Identifier: MIT */
/* What the writer makes of each scalar and head, byte by byte. */
#include <qjspool/value.h>

#include "../../check.h"
#include "hex.h"

#include <math.h>

static void check_written(const char *name, qjsp_buffer *buf, const char *want)
{
    char got[256];

    CHECK_STATUS(name, buf->status, QJSP_OK);
    CHECK_STR(name, hex_text(qjsp_buffer_peek(buf), got, sizeof got), want);
    qjsp_buffer_clear(buf);
}

/* RFC 8949, appendix A, where a Number of that value is written so. */
static const struct {
    double value;
    const char *want;
} numbers[] = {
    { 0, "00" },
    { 1, "01" },
    { 10, "0a" },
    { 23, "17" },
    { 24, "1818" },
    { 25, "1819" },
    { 100, "1864" },
    { 255, "18ff" },
    { 256, "190100" },
    { 1000, "1903e8" },
    { 65535, "19ffff" },
    { 1000000, "1a000f4240" },
    { 4294967295.0, "1affffffff" },
    { 1000000000000.0, "1b000000e8d4a51000" },
    { 9007199254740992.0, "1b0020000000000000" },
    { -9007199254740992.0, "3b001fffffffffffff" },
    { 9007199254740994.0, "fb4340000000000001" },
    { -1, "20" },
    { -10, "29" },
    { -24, "37" },
    { -25, "3818" },
    { -100, "3863" },
    { -1000, "3903e7" },
    { -0.0, "f98000" },
    { 1.5, "f93e00" },
    { 5.960464477539063e-8, "f90001" },
    { 0.00006103515625, "f90400" },
    { 0.00006097555160522461, "f903ff" },
    { 65504.5, "fa477fe080" },
    { 1e38 * 10, "fb48078287f49c4a1d" },
    { 3.4028234663852886e+38, "fa7f7fffff" },
    { 1.401298464324817e-45, "fa00000001" },
    { 1.1, "fb3ff199999999999a" },
    { -4.1, "fbc010666666666666" },
    { 1.0e+300, "fb7e37e43c8800759c" },
    { 5e-324, "fb0000000000000001" },
    { INFINITY, "f97c00" },
    { -INFINITY, "f9fc00" },
    { NAN, "f97e00" },
};

static void numbers_take_their_shortest_form(void **state)
{
    qjsp_buffer buf;
    char name[64];

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        qjsp_write_number(&buf, numbers[i].value);
        snprintf(name, sizeof name, "%.17g", numbers[i].value);
        check_written(name, &buf, numbers[i].want);
    }
    qjsp_buffer_fini(&buf);
}

/* Whatever sign or payload a NaN has, one form is written. */
static void all_nans_are_one(void **state)
{
    uint64_t bits = 0xfff4000000000001;
    double value;
    qjsp_buffer buf;

    (void)state;
    memcpy(&value, &bits, sizeof value);
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_number(&buf, value);
    check_written("a negative NaN with a payload", &buf, "f97e00");
    qjsp_buffer_fini(&buf);
}

static void integers_take_their_shortest_form(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_int(&buf, INT64_MIN);
    check_written("INT64_MIN", &buf, "3b7fffffffffffffff");
    qjsp_write_int(&buf, INT64_MAX);
    check_written("INT64_MAX", &buf, "1b7fffffffffffffff");
    qjsp_write_uint(&buf, UINT64_MAX);
    check_written("UINT64_MAX", &buf, "1bffffffffffffffff");
    qjsp_buffer_fini(&buf);
}

static void simple_values_have_their_bytes(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_undefined(&buf);
    qjsp_write_null(&buf);
    qjsp_write_bool(&buf, true);
    qjsp_write_bool(&buf, false);
    qjsp_write_hole(&buf);
    check_written("undefined, null, true, false, a hole", &buf, "f7f6f5f4f8e0");
    qjsp_buffer_fini(&buf);
}

static void heads_and_strings_have_their_bytes(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_cstr(&buf, "IETF");
    check_written("text", &buf, "6449455446");
    qjsp_write_text(&buf, NULL, 0);
    check_written("empty text", &buf, "60");
    qjsp_write_bytes(&buf, "\1\2\3\4", 4);
    check_written("bytes", &buf, "4401020304");
    qjsp_write_array(&buf, 25);
    check_written("array head", &buf, "9819");
    qjsp_write_map(&buf, 2);
    check_written("map head", &buf, "a2");
    qjsp_write_tag(&buf, QJSP_TAG_REGEXP);
    check_written("tag head", &buf, "d9524a");
    qjsp_write_error(&buf, "TypeError", "no");
    check_written("an error", &buf,
                  "d81b82654572726f72a2646e616d6569547970654572726f72676d657373616765626e6f");
    qjsp_buffer_fini(&buf);
}

static void failures_stick_in_the_buffer(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 4);
    qjsp_write_cstr(&buf, "abcde");
    CHECK_STATUS("text past the limit", buf.status, QJSP_ERR_LIMIT);
    qjsp_write_null(&buf);
    CHECK_INT("nothing is written afterwards", buf.len, 1);
    qjsp_buffer_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_their_shortest_form),
        cmocka_unit_test(all_nans_are_one),
        cmocka_unit_test(integers_take_their_shortest_form),
        cmocka_unit_test(simple_values_have_their_bytes),
        cmocka_unit_test(heads_and_strings_have_their_bytes),
        cmocka_unit_test(failures_stick_in_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
