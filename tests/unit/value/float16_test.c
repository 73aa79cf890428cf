/* SPDX-License-Identifier: MIT */
/* All halves there are, and floats that are none. */
#include "value/float16.h"

#include "../../check.h"

#include <math.h>

static void every_half_comes_back(void **state)
{
    (void)state;
    for (uint32_t i = 0; i <= UINT16_MAX; i++) {
        double value = qjsp__float16_to_double((uint16_t)i);
        uint16_t half = 1;

        CHECK_TRUE("has a half", qjsp__float16_from_float((float)value, &half));
        if (isnan(value)) /* payloads are dropped */
            CHECK_INT("NaN", half, 0x7e00);
        else
            CHECK_INT("the same half", half, i);
    }
}

static void other_floats_have_none(void **state)
{
    static const float none[] = { 65520, 65536, 1e30f, 1.0009f, 2.9802322e-8f, 8.9e-8f, 1e-45f };
    uint16_t half;

    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK_TRUE("no half", !qjsp__float16_from_float(none[i], &half) &&
                                  !qjsp__float16_from_float(-none[i], &half));
}

static void known_halves_have_their_values(void **state)
{
    (void)state;
    CHECK_TRUE("one", qjsp__float16_to_double(0x3c00) == 1);
    CHECK_TRUE("the largest", qjsp__float16_to_double(0x7bff) == 65504);
    CHECK_TRUE("the smallest", qjsp__float16_to_double(0x0001) == 5.960464477539063e-8);
    CHECK_TRUE("minus zero", signbit(qjsp__float16_to_double(0x8000)));
    CHECK_TRUE("minus infinity", qjsp__float16_to_double(0xfc00) == -INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_comes_back),
        cmocka_unit_test(other_floats_have_none),
        cmocka_unit_test(known_halves_have_their_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
