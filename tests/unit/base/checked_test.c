/* SPDX-License-Identifier: MIT */
/* Arithmetic at its edges. */
#include "base/checked.h"

#include "../../check.h"

static void sums_and_products_say_when_they_overflow(void **state)
{
    static const struct {
        const char *name;
        size_t a, b;
        bool sum_fits, product_fits;
    } cases[] = {
        { "zeros", 0, 0, true, true },
        { "the largest and nothing", SIZE_MAX, 0, true, true },
        { "the largest and one", SIZE_MAX, 1, false, true },
        { "two halves", SIZE_MAX / 2, SIZE_MAX / 2, true, false },
        { "a half and two", SIZE_MAX / 2, 2, true, true },
        { "more than a half and two", SIZE_MAX / 2 + 1, 2, true, false },
    };
    size_t out;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t a = cases[i].a, b = cases[i].b;

        CHECK_INT(cases[i].name, qjsp__size_add(a, b, &out), cases[i].sum_fits);
        if (cases[i].sum_fits)
            CHECK_TRUE(cases[i].name, out == a + b);
        CHECK_INT(cases[i].name, qjsp__size_mul(a, b, &out), cases[i].product_fits);
        if (cases[i].product_fits)
            CHECK_TRUE(cases[i].name, out == a * b);
    }
}

static void saturating_sums_stay_at_the_top(void **state)
{
    (void)state;
    CHECK_TRUE("small", qjsp__u64_add_sat(2, 3) == 5);
    CHECK_TRUE("exactly the top", qjsp__u64_add_sat(UINT64_MAX - 1, 1) == UINT64_MAX);
    CHECK_TRUE("past the top", qjsp__u64_add_sat(UINT64_MAX, 1) == UINT64_MAX);
    CHECK_TRUE("far past", qjsp__u64_add_sat(UINT64_MAX, UINT64_MAX) == UINT64_MAX);
    CHECK_TRUE("a product", qjsp__u64_mul_sat(6, 7) == 42);
    CHECK_TRUE("a large product", qjsp__u64_mul_sat(UINT64_MAX / 2 + 1, 2) == UINT64_MAX);
}

static void rounding_goes_up_to_the_next_multiple(void **state)
{
    static const size_t cases[][3] = {
        { 0, 16, 0 },   { 1, 16, 16 },        { 16, 16, 16 },
        { 17, 16, 32 }, { 4095, 4096, 4096 }, { 5, 1, 5 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_INT("rounding", qjsp__size_round_up(cases[i][0], cases[i][1]), cases[i][2]);
}

static void the_smaller_and_the_larger_are_found(void **state)
{
    (void)state;
    CHECK_INT("min", qjsp__size_min(3, 5), 3);
    CHECK_INT("min", qjsp__size_min(5, 3), 3);
    CHECK_INT("max", qjsp__size_max(3, 5), 5);
    CHECK_INT("max", qjsp__size_max(5, 3), 5);
    CHECK_TRUE("min of 64 bits", qjsp__u64_min(UINT64_MAX, 1) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_products_say_when_they_overflow),
        cmocka_unit_test(saturating_sums_stay_at_the_top),
        cmocka_unit_test(rounding_goes_up_to_the_next_multiple),
        cmocka_unit_test(the_smaller_and_the_larger_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
