/* SPDX-License-Identifier: MIT */
/* Quantiles are within 4 % of the truth, at every size of number. */
#include "scheduler/histogram.h"

#include "../../check.h"
#include "base/checked.h"

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

/* Two values above it, so that the maximum does not mend the answer. */
static void check_single(uint64_t value)
{
    qjsp__histogram h = { 0 };
    uint64_t got;

    qjsp__histogram_add(&h, value);
    qjsp__histogram_add(&h, UINT64_MAX);
    got = qjsp__histogram_quantile(&h, 50);
    assert_true(distance(got, value) <= value / 25);
}

static void every_value_is_within_4_percent(void **state)
{
    (void)state;
    for (uint64_t v = 0; v < 5000; v++)
        check_single(v);
    for (unsigned bit = 12; bit < 64; bit++)
        for (uint64_t sixteenth = 0; sixteenth < 16; sixteenth++) {
            uint64_t v = (UINT64_C(16) + sixteenth) << (bit - 4);

            check_single(v - 1);
            check_single(v);
            check_single(v + 1);
        }
}

static const struct {
    const char *name;
    uint64_t n; /* 1..n are added */
    unsigned percent;
    uint64_t want;
} ranks[] = {
    { "the only value is every quantile", 1, 50, 1 },
    { "one of two", 2, 50, 1 },
    { "the rank is rounded up", 3, 50, 2 },
    { "95 of 10", 10, 95, 10 },
    { "the last of 14", 14, 99, 14 },
    { "100 is the maximum", 1000, 100, 1000 },
};

static void quantiles_are_ranks(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(ranks); i++) {
        qjsp__histogram h = { 0 };

        for (uint64_t v = 1; v <= ranks[i].n; v++)
            qjsp__histogram_add(&h, v);
        CHECK_INT(ranks[i].name, qjsp__histogram_quantile(&h, ranks[i].percent), ranks[i].want);
    }
}

static void times_of_a_thousand(void **state)
{
    qjsp__histogram h = { 0 };
    qjsp_sched_times t;

    (void)state;
    qjsp__histogram_get_times(&h, &t);
    assert_true(t.mean < 0.5 && t.p50 == 0 && t.p99 == 0 && t.max == 0);
    for (uint64_t v = 1; v <= 1000; v++)
        qjsp__histogram_add(&h, v * 1000);
    qjsp__histogram_get_times(&h, &t);
    assert_true(t.mean > 500499 && t.mean < 500501);
    assert_true(distance(t.p50, 500000) <= 20000);
    assert_true(distance(t.p95, 950000) <= 38000);
    assert_true(distance(t.p99, 990000) <= 39600);
    assert_int_equal(t.max, 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_within_4_percent),
        cmocka_unit_test(quantiles_are_ranks),
        cmocka_unit_test(times_of_a_thousand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
