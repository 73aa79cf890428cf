/* SPDX-License-Identifier: MIT */
/* Numbers as text, against what V8 gives for the same bits. */
#include "value/number.h"

#include "../../check.h"

#include <locale.h>
#include <math.h>

static const struct {
    uint64_t bits;
    const char *text;
} numbers[] = {
    { 0x3fb999999999999a, "0.1" },
    { 0x444b1ae4d6e2ef50, "1e+21" },
    { 0x3e7ad7f29abcaf48, "1e-7" },
    { 0x0000000000000001, "5e-324" },
    { 0x7fefffffffffffff, "1.7976931348623157e+308" },
    { 0x441ac53a7e04bcda, "123456789012345680000" },
    { 0x0000000000000000, "0" },
    { 0x8000000000000000, "0" },
    { 0x4011666666666666, "4.35" },
    { 0x3eb0c6f7a0b5ed8d, "0.000001" },
    { 0x4415af1d78b58c40, "100000000000000000000" },
    { 0x4480f0cf064dd592, "1e+22" },
    { 0x3fe0000000000000, "0.5" },
    { 0xbff8000000000000, "-1.5" },
    { 0x4059000000000000, "100" },
    { 0x3ff199999999999a, "1.1" },
    { 0x4340000000000000, "9007199254740992" },
    { 0x4340000000000001, "9007199254740994" },
    { 0x3d30000000000000, "5.684341886080802e-14" },
    { 0x0000000000000001, "5e-324" },
    { 0x0010000000000000, "2.2250738585072014e-308" },
    { 0x000fffffffffffff, "2.225073858507201e-308" },
    { 0x3fd5555555555555, "0.3333333333333333" },
    { 0x40fe240c9fbe76c9, "123456.789" },
    { 0x7e37e43c8800759c, "1e+300" },
    { 0x81a56e1fc2f8f359, "-1e-300" },
    { 0x3ee4f8b588e368f1, "0.00001" },
    { 0x3e8421f5f40d8376, "1.5e-7" },
    { 0x3ea0c6f7a0b5ed8d, "5e-7" },
    { 0x43e56a95319d63e1, "12345678901234567000" },
    { 0x430c6bf526340004, "1000000000000000.5" },
    { 0x3f06ce789e774eec, "0.0000435" },
    { 0x7ff8000000000000, "NaN" },
    { 0x7ff0000000000000, "Infinity" },
    { 0xfff0000000000000, "-Infinity" },
    { 0x0000000000000002, "1e-323" },
    { 0x0000000000000006, "3e-323" },
    { 0x3eb0000000000000, "9.5367431640625e-7" },
    { 0x3fd3333333333334, "0.30000000000000004" },
    { 0x4415af1d78b58c40, "100000000000000000000" },
    { 0x444b1ae4d6e2ef4f, "999999999999999900000" },
    { 0x44b52d02c7e14af6, "1e+23" },
    { 0x4450000000000000, "1.1805916207174113e+21" },
    { 0x4580000000000000, "6.189700196426902e+26" },
    { 0xc271f7182a000000, "-1234560000000" },
    { 0x3de0e7ad82221eec, "1.23e-10" },
    { 0x3eb4b3fd5942cd96, "0.000001234" },
    { 0x40effc0000000000, "65504" },
    { 0x4170000008000000, "16777216.5" },
    { 0x433fffffffffffff, "9007199254740991" },
    { 0x4330000000000002, "4503599627370498" },
};

static double from_bits(uint64_t bits)
{
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static qjsp_bytes bytes_of(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, strlen(text) };
}

static void check_table(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char got[QJSP__NUMBER_MAX + 1];
        double value = from_bits(numbers[i].bits), back;

        got[qjsp__number_format(value, got)] = '\0';
        CHECK_STR(numbers[i].text, got, numbers[i].text);
        back = qjsp__number_parse_float(bytes_of(got));
        CHECK_TRUE(numbers[i].text, back == value || (isnan(back) && isnan(value)));
    }
}

static void numbers_read_as_in_javascript(void **state)
{
    (void)state;
    check_table();
}

/* Skipped where no locale with a decimal comma is installed. */
static void the_locale_changes_nothing(void **state)
{
    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "fr_FR.UTF-8") == NULL)
        skip();
    check_table();
    setlocale(LC_ALL, "C");
}

static const struct {
    const char *text;
    double as_float, as_int;
} texts[] = {
    { "", NAN, NAN },
    { "abc", NAN, NAN },
    { "12", 12, 12 },
    { " \t\n12px", 12, 12 },
    { "-1.5e3z", -1500, -1 },
    { "+.5", 0.5, NAN },
    { "5.", 5, 5 },
    { ".", NAN, NAN },
    { "-", NAN, NAN },
    { "1e", 1, 1 },
    { "1e+", 1, 1 },
    { "1e5", 100000, 1 },
    { "0x10", 0, 0 },
    { "007", 7, 7 },
    { "Infinityx", INFINITY, NAN },
    { "-Infinity", -INFINITY, NAN },
    { "infinity", NAN, NAN },
    { "1e999999999999999999", INFINITY, 1 },
    { "1e-999999999999999999", 0, 1 },
    { "0e999999999999999999", 0, 0 },
    { "1_000", 1, 1 },
    { "9007199254740993", 9007199254740992.0, 9007199254740992.0 },
    { "2.4703282292062328e-324", 5e-324, 2 },
    { "0.000000000000000000000000000000000000001", 1e-39, 0 },
};

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void text_is_parsed_as_in_javascript(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        qjsp_bytes text = bytes_of(texts[i].text);

        CHECK_TRUE(texts[i].text, is_same(qjsp__number_parse_float(text), texts[i].as_float));
        CHECK_TRUE(texts[i].text, is_same(qjsp__number_parse_int(text), texts[i].as_int));
    }
}

/* More digits than the parser keeps; the last one decides the rounding. */
static void a_long_number_rounds_by_its_last_digit(void **state)
{
    static char text[3000];
    const char *half = "9007199254740993."; /* exactly between two doubles */

    (void)state;
    memset(text, '0', sizeof text);
    memcpy(text, half, strlen(half));
    CHECK_TRUE("a tie goes to even", qjsp__number_parse_float((qjsp_bytes){
                                         (uint8_t *)text, sizeof text }) == 9007199254740992.0);
    text[sizeof text - 1] = '1';
    CHECK_TRUE("a little more goes up", qjsp__number_parse_float((qjsp_bytes){
                                            (uint8_t *)text, sizeof text }) == 9007199254740994.0);
    memset(text, '9', sizeof text);
    CHECK_TRUE("3,000 nines",
               isinf(qjsp__number_parse_int((qjsp_bytes){ (uint8_t *)text, sizeof text })));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_as_in_javascript),
        cmocka_unit_test(the_locale_changes_nothing),
        cmocka_unit_test(text_is_parsed_as_in_javascript),
        cmocka_unit_test(a_long_number_rounds_by_its_last_digit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
