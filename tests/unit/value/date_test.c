/* SPDX-License-Identifier: MIT */
/* Dates as text, against what V8 gives. */
#include "value/date.h"

#include "../../check.h"

#include <math.h>

static const struct {
    double ms;
    const char *text;
} dates[] = {
    { 0.0, "1970-01-01T00:00:00.000Z" },
    { 1.0, "1970-01-01T00:00:00.001Z" },
    { -1.0, "1969-12-31T23:59:59.999Z" },
    { 999.0, "1970-01-01T00:00:00.999Z" },
    { 1500.0, "1970-01-01T00:00:01.500Z" },
    { 951782400000.0, "2000-02-29T00:00:00.000Z" },
    { 951868799999.0, "2000-02-29T23:59:59.999Z" },
    { 951868800000.0, "2000-03-01T00:00:00.000Z" },
    { -2203891200000.0, "1900-03-01T00:00:00.000Z" },
    { -62135596800000.0, "0001-01-01T00:00:00.000Z" },
    { -62167219200000.0, "0000-01-01T00:00:00.000Z" },
    { -62167219200001.0, "-000001-12-31T23:59:59.999Z" },
    { -62198755200000.0, "-000001-01-01T00:00:00.000Z" },
    { 253402300799999.0, "9999-12-31T23:59:59.999Z" },
    { 253402300800000.0, "+010000-01-01T00:00:00.000Z" },
    { 8640000000000000.0, "+275760-09-13T00:00:00.000Z" },
    { -8640000000000000.0, "-271821-04-20T00:00:00.000Z" },
    { 1000000000000.0, "2001-09-09T01:46:40.000Z" },
    { 1709164800000.0, "2024-02-29T00:00:00.000Z" },
    { 4107542400000.0, "2100-03-01T00:00:00.000Z" },
};

static void dates_read_as_in_javascript(void **state)
{
    qjsp_buffer out;

    (void)state;
    qjsp_buffer_init(&out, NULL, 0);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        qjsp_buffer_clear(&out);
        qjsp__append_date(&out, dates[i].ms);
        qjsp_buffer_append(&out, "", 1);
        CHECK_STR(dates[i].text, (const char *)out.data, dates[i].text);
    }
    qjsp_buffer_fini(&out);
}

static void what_is_no_date_is_nan(void **state)
{
    (void)state;
    CHECK_TRUE("the last", qjsp__date_clip(8.64e15) == 8.64e15);
    CHECK_TRUE("one after", isnan(qjsp__date_clip(8.64e15 + 1)));
    CHECK_TRUE("one before the first", isnan(qjsp__date_clip(-8.64e15 - 1)));
    CHECK_TRUE("NaN", isnan(qjsp__date_clip(NAN)));
    CHECK_TRUE("infinity", isnan(qjsp__date_clip(-INFINITY)));
    CHECK_TRUE("fractions are cut", qjsp__date_clip(-1.9) == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_read_as_in_javascript),
        cmocka_unit_test(what_is_no_date_is_nan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
