/* SPDX-License-Identifier: MIT */
/* Reserved addresses: zero, aligned, given back. */
#define _DEFAULT_SOURCE

#include "arena/region.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/checked.h"
#include "check.h"

static void test_init_reserves_whole_pages(void **state)
{
    static const size_t sizes[] = { 1, 4095, 65536, 65537, 100000 };
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(sizes); i++) {
        qjsp__region r;

        CHECK_STATUS("init", qjsp__region_init(&r, sizes[i]), QJSP_OK);
        CHECK_INT("base is on a page", (uintptr_t)r.base % page, 0);
        CHECK_INT("size is whole pages", r.size % page, 0);
        CHECK_TRUE("size is enough", r.size >= sizes[i] && r.size - sizes[i] < page);
        for (size_t at = 0; at < r.size; at++)
            assert_int_equal(r.base[at], 0);
        memset(r.base, 1, r.size);
        qjsp__region_fini(&r);
        CHECK_TRUE("fini forgets", r.base == NULL && r.size == 0);
        qjsp__region_fini(&r);
    }
}

static void test_init_says_when_there_is_no_room(void **state)
{
    static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 4096, SIZE_MAX / 2 };

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(sizes); i++) {
        qjsp__region r = { .size = 1 };

        CHECK_STATUS("far too large", qjsp__region_init(&r, sizes[i]), QJSP_ERR_NOMEM);
        CHECK_TRUE("nothing is reserved", r.base == NULL && r.size == 0);
    }
}

/* In quarters of a page, so that the page's size does not matter. */
static const struct {
    const char *name;
    size_t from;
    size_t to;
} discards[] = {
    { "nothing", 5, 5 },
    { "inside one page", 1, 3 },
    { "the end of a page", 2, 4 },
    { "across a border, no whole page", 3, 5 },
    { "exactly one page", 4, 8 },
    { "one page and parts on both sides", 3, 9 },
    { "many pages from a border", 8, 31 },
    { "many pages to a border", 9, 32 },
    { "everything", 0, 40 },
};

static void test_discard_zeroes_exactly_what_it_is_told(void **state)
{
    size_t quarter = (size_t)sysconf(_SC_PAGESIZE) / 4;
    qjsp__region r;

    (void)state;
    CHECK_STATUS("init", qjsp__region_init(&r, 40 * quarter), QJSP_OK);
    for (size_t i = 0; i < QJSP_COUNTOF(discards); i++) {
        memset(r.base, 0xaa, r.size);
        qjsp__region_discard(&r, discards[i].from * quarter, discards[i].to * quarter);
        for (size_t at = 0; at < r.size; at++) {
            bool is_inside = at >= discards[i].from * quarter && at < discards[i].to * quarter;

            if (r.base[at] != (is_inside ? 0 : 0xaa))
                CHECK_INT(discards[i].name, at, -1);
        }
    }
    qjsp__region_fini(&r);
}

static void test_discard_gives_pages_back(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char resident[10];
    qjsp__region r;

    (void)state;
    CHECK_STATUS("init", qjsp__region_init(&r, 10 * page), QJSP_OK);
    memset(r.base, 1, r.size);
    qjsp__region_discard(&r, page + 1, 9 * page - 1);
    assert_int_equal(mincore(r.base, r.size, resident), 0);
    for (size_t i = 0; i < 10; i++)
        CHECK_INT("page", resident[i] & 1, i <= 1 || i >= 8);
    qjsp__region_fini(&r);
}

static void test_discard_zeroes_pages_that_are_locked(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    qjsp__region r;

    (void)state;
    CHECK_STATUS("init", qjsp__region_init(&r, 4 * page), QJSP_OK);
    memset(r.base, 1, r.size);
    if (mlock(r.base, r.size) != 0)
        print_message("mlock is not allowed here: only pages that are not locked were tried\n");
    qjsp__region_discard(&r, 0, r.size);
    for (size_t at = 0; at < r.size; at++)
        assert_int_equal(r.base[at], 0);
    qjsp__region_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init_reserves_whole_pages),
        cmocka_unit_test(test_init_says_when_there_is_no_room),
        cmocka_unit_test(test_discard_zeroes_exactly_what_it_is_told),
        cmocka_unit_test(test_discard_gives_pages_back),
        cmocka_unit_test(test_discard_zeroes_pages_that_are_locked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
