/* SPDX-License-Identifier: MIT */
/* Blocks, limits, head-room and ordered failures; snapshots have a test of their own. */
#include "arena/arena.h"

#include <stdlib.h>

#include "base/checked.h"
#include "check.h"
#include "child.h"
#include "model.h"
#include "oom.h"

enum { LIMIT = 1024 * 1024, SLAB = 4064 };

static qjsp__arena *arena_of(size_t limit)
{
    qjsp__arena *a = NULL;

    assert_int_equal(qjsp__arena_new(&a, limit, qjsp_alloc_default()), QJSP_OK);
    assert_non_null(a);
    return a;
}

static qjsp__arena_usage usage_of(const qjsp__arena *a)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(a, &usage);
    return usage;
}

/* ---- life ---- */

static const struct {
    size_t limit;
    qjsp_status want;
} news[] = {
    { 0, QJSP_ERR_INVALID },          { 64 * 1024 - 1, QJSP_ERR_INVALID },
    { 64 * 1024, QJSP_OK },           { 64 * 1024 + 1, QJSP_OK },
    { (size_t)64 << 20, QJSP_OK },    { (size_t)16 << 30, QJSP_OK },
    { SIZE_MAX / 2, QJSP_ERR_NOMEM }, { SIZE_MAX, QJSP_ERR_NOMEM },
};

static void test_new_by_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(news); i++) {
        oom o = { .fail_at = SIZE_MAX };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp__arena *a = NULL;

        CHECK_STATUS("new", qjsp__arena_new(&a, news[i].limit, &alloc), news[i].want);
        CHECK_INT("an arena", a != NULL, news[i].want == QJSP_OK);
        if (a != NULL) {
            CHECK_TRUE("limit", usage_of(a).limit >= news[i].limit);
            CHECK_TRUE("a slab fits", qjsp__arena_malloc(a, SLAB) != NULL);
            CHECK_TRUE("sound", qjsp__arena_check(a));
        }
        qjsp__arena_free(a);
        CHECK_INT("nothing leaks", o.live, 0);
    }
}

static qjsp_status new_and_free(const qjsp_alloc *alloc)
{
    qjsp__arena *a = NULL;
    qjsp_status st = qjsp__arena_new(&a, LIMIT, alloc);

    CHECK_TRUE("made, or not", (a != NULL) == (st == QJSP_OK));
    qjsp__arena_free(a);
    return st;
}

static void test_new_without_host_memory(void **state)
{
    (void)state;
    oom_sweep(new_and_free);
}

/* ---- blocks ---- */

static void test_sizes_at_the_edges(void **state)
{
    qjsp__arena *a = arena_of(LIMIT);
    uint8_t *zero = qjsp__arena_malloc(a, 0);
    uint8_t *one = qjsp__arena_realloc(a, NULL, 0);

    (void)state;
    assert_non_null(zero);
    assert_non_null(one);
    assert_ptr_not_equal(zero, one);
    CHECK_TRUE("something is usable", qjsp__arena_usable_size(zero) >= 16);
    CHECK_INT("NULL", qjsp__arena_usable_size(NULL), 0);
    qjsp__arena_release(a, NULL);
    CHECK_TRUE("realloc to 0 keeps a block", qjsp__arena_realloc(a, one, 0) == one);
    assert_non_null(qjsp__arena_calloc(a, 0, 100));
    assert_non_null(qjsp__arena_calloc(a, SIZE_MAX, 0));
    CHECK_TRUE("no failure so far", !qjsp__arena_was_exhausted(a));
    qjsp__arena_free(a);
}

static const struct {
    size_t count;
    size_t size;
} huge[] = {
    { 1, SIZE_MAX },      { 1, SIZE_MAX - 7 },       { 1, SIZE_MAX - 8 },
    { 1, SIZE_MAX - 24 }, { 1, SIZE_MAX / 2 + 1 },   { 2, SIZE_MAX / 2 + 1 },
    { SIZE_MAX, 2 },      { SIZE_MAX / 16 + 2, 16 }, { (size_t)1 << 32, (size_t)1 << 32 },
    { 1, LIMIT },         { 1, LIMIT + 1 },
};

static void test_huge_requests_fail_and_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(huge); i++) {
        qjsp__arena *a = arena_of(LIMIT);
        uint8_t *ptr = qjsp__arena_calloc(a, 1, 100);
        qjsp__arena_usage before = usage_of(a);
        qjsp__arena_usage after;

        assert_null(qjsp__arena_calloc(a, huge[i].count, huge[i].size));
        CHECK_TRUE("said so", qjsp__arena_was_exhausted(a));
        if (huge[i].count == 1) {
            assert_null(qjsp__arena_malloc(a, huge[i].size));
            assert_null(qjsp__arena_realloc(a, ptr, huge[i].size));
            assert_null(qjsp__arena_realloc(a, NULL, huge[i].size));
        }
        after = usage_of(a);
        CHECK_BYTES("usage", &after, sizeof after, &before, sizeof before);
        CHECK_TRUE("sound", qjsp__arena_check(a));
        for (size_t k = 0; k < 100; k++)
            assert_int_equal(ptr[k], 0);
        qjsp__arena_free(a);
    }
}

static void test_random_operations(void **state)
{
    static const size_t limits[] = { 64 * 1024, 300000, LIMIT, 16 * LIMIT };
    static model m;

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(limits); i++) {
        qjsp__arena *a = arena_of(limits[i]);

        model_init(&m, a, i);
        for (int step = 0; step < 4000; step++)
            model_step(&m);
        model_verify(&m);
        CHECK_INT("runs out only if small", m.nfailed != 0, limits[i] <= LIMIT);
        model_release_all(&m);
        CHECK_INT("live", usage_of(a).live, 0);
        assert_true(qjsp__arena_check(a));
        qjsp__arena_free(a);
    }
}

/* ---- limits ---- */

/* Blocks until one is refused; how many. `ptrs` gets the first `max`. */
static size_t exhaust(qjsp__arena *a, size_t size, void **ptrs, size_t max)
{
    size_t n = 0;
    void *ptr = qjsp__arena_malloc(a, size);

    while (ptr != NULL) {
        if (n < max)
            ptrs[n] = ptr;
        n++;
        memset(ptr, 0xdd, size);
        ptr = qjsp__arena_malloc(a, size);
    }
    assert_true(qjsp__arena_check(a));
    return n;
}

static const struct {
    const char *name;
    size_t region;
    size_t limit;
    size_t least; /* bytes of slabs that must fit before the first failure */
    size_t most;
} limits[] = {
    { "by default all but the head-room", LIMIT, 0, LIMIT - 80 * 1024, LIMIT - 64 * 1024 },
    { "a lower limit", LIMIT, 300000, 300000 - 2 * SLAB, 300000 },
    { "the highest limit there is", LIMIT, SIZE_MAX, LIMIT - 80 * 1024, LIMIT - 64 * 1024 },
    { "a limit at the region's end", LIMIT, LIMIT, LIMIT - 80 * 1024, LIMIT - 64 * 1024 },
    { "the smallest region", 64 * 1024, 0, 36 * 1024, 48 * 1024 },
    { "a limit of one byte", LIMIT, 1, 0, 0 },
};

static void test_the_limit_and_its_headroom(void **state)
{
    void *ptrs[300];

    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(limits); i++) {
        qjsp__arena *a = arena_of(limits[i].region);
        size_t headroom = qjsp__size_min(QJSP__ARENA_HEADROOM, limits[i].region / 4);
        size_t n, more;

        qjsp__arena_set_limit(a, limits[i].limit);
        n = exhaust(a, SLAB, ptrs, QJSP_COUNTOF(ptrs));
        CHECK_TRUE(limits[i].name, n * SLAB >= limits[i].least && n * SLAB <= limits[i].most);
        CHECK_TRUE(limits[i].name, qjsp__arena_was_exhausted(a));
        CHECK_TRUE(limits[i].name, qjsp__arena_malloc(a, 4097) == NULL);
        more = exhaust(a, SLAB, NULL, 0);
        CHECK_TRUE(limits[i].name, more * SLAB >= headroom - 2 * SLAB);
        CHECK_TRUE(limits[i].name, more * SLAB <= headroom + SLAB);
        CHECK_TRUE(limits[i].name, usage_of(a).used <= usage_of(a).limit);
        for (size_t k = 0; k < n; k++)
            qjsp__arena_release(a, ptrs[k]);
        CHECK_TRUE("still known", qjsp__arena_was_exhausted(a));
        qjsp__arena_set_limit(a, limits[i].limit);
        CHECK_TRUE("forgotten", !qjsp__arena_was_exhausted(a));
        qjsp__arena_free(a);
    }
}

static void test_the_headroom_closes_when_there_is_room_again(void **state)
{
    void *ptrs[300];
    qjsp__arena *a = arena_of(LIMIT);
    size_t n = exhaust(a, SLAB, ptrs, QJSP_COUNTOF(ptrs));
    void *first = qjsp__arena_malloc(a, SLAB);

    (void)state;
    assert_non_null(first); /* from the head-room */
    qjsp__arena_release(a, first);
    for (size_t i = n - 40; i < n; i++)
        qjsp__arena_release(a, ptrs[i]);
    CHECK_INT("fails where it failed before", exhaust(a, SLAB, NULL, 0), 40);
    CHECK_TRUE("opens again", qjsp__arena_malloc(a, SLAB) != NULL);
    qjsp__arena_free(a);
}

static void test_the_headroom_stays_open_near_the_limit(void **state)
{
    void *ptrs[300];
    qjsp__arena *a = arena_of(LIMIT);
    size_t n;

    (void)state;
    qjsp__arena_set_limit(a, LIMIT / 2);
    n = exhaust(a, SLAB, ptrs, QJSP_COUNTOF(ptrs));
    qjsp__arena_release(a, ptrs[n - 1]);
    assert_non_null(qjsp__arena_malloc(a, SLAB));
    assert_non_null(qjsp__arena_malloc(a, SLAB)); /* above the limit */
    qjsp__arena_free(a);
}

/* Slabs with holes that are too small: little is live, but the region is used up. */
static void test_fragments_leave_headroom_as_well(void **state)
{
    static void *ptrs[300];
    qjsp__arena *a = arena_of(LIMIT);
    size_t n = exhaust(a, SLAB, ptrs, QJSP_COUNTOF(ptrs));
    size_t served = 0;

    (void)state;
    qjsp__arena_set_limit(a, 0);
    for (size_t i = 0; i < n; i++) {
        if (i % 4 != 3)
            qjsp__arena_release(a, ptrs[i]);
    }
    assert_null(qjsp__arena_malloc(a, 200 * 1024));
    qjsp__arena_release(a, ptrs[3]); /* what an error does before it is made */
    while (qjsp__arena_malloc(a, 4096) != NULL)
        served++;
    CHECK_TRUE("holes, then head-room", served >= n / 4 * 2 + 14);
    assert_true(qjsp__arena_check(a));
    qjsp__arena_free(a);
}

static void test_a_limit_below_what_is_live(void **state)
{
    qjsp__arena *a = arena_of(LIMIT);
    uint8_t *ptr = qjsp__arena_malloc(a, 500000);

    (void)state;
    assert_non_null(ptr);
    qjsp__arena_set_limit(a, 100000);
    assert_null(qjsp__arena_malloc(a, 100));
    assert_null(qjsp__arena_malloc(a, 100));
    assert_null(qjsp__arena_realloc(a, ptr, 600000));
    CHECK_TRUE("shrinking never fails", qjsp__arena_realloc(a, ptr, 400000) == ptr);
    assert_null(qjsp__arena_malloc(a, 100));
    CHECK_TRUE("shrinking never fails", qjsp__arena_realloc(a, ptr, 10) == ptr);
    assert_non_null(qjsp__arena_malloc(a, 50000));
    assert_true(qjsp__arena_check(a));
    qjsp__arena_free(a);
}

static void test_realloc_counts_what_it_adds(void **state)
{
    qjsp__arena *a = arena_of(LIMIT);
    uint8_t *ptr = qjsp__arena_malloc(a, 300000);

    (void)state;
    assert_non_null(ptr);
    qjsp__arena_set_limit(a, 310000);
    CHECK_TRUE("up to the limit", qjsp__arena_realloc(a, ptr, 309000) == ptr);
    assert_null(qjsp__arena_realloc(a, ptr, 311000));
    CHECK_TRUE("live", usage_of(a).live <= 310000);
    qjsp__arena_free(a);
}

static void test_usage_follows(void **state)
{
    qjsp__arena *a = arena_of(LIMIT);
    qjsp__arena_usage empty = usage_of(a);
    void *big;

    (void)state;
    CHECK_TRUE("an empty arena is small", empty.used < 8192 && empty.live == 0);
    big = qjsp__arena_malloc(a, 100000);
    CHECK_TRUE("live", usage_of(a).live >= 100000 && usage_of(a).live < 100100);
    CHECK_INT("used", usage_of(a).used, empty.used + usage_of(a).live);
    qjsp__arena_release(a, big);
    CHECK_INT("used falls", usage_of(a).used, empty.used);
    CHECK_TRUE("peak stays", usage_of(a).peak >= empty.used + 100000);
    qjsp__arena_set_limit(a, 0);
    CHECK_INT("until set_limit", usage_of(a).peak, empty.used);
    qjsp__arena_free(a);
}

/* ---- ordered failures ---- */

/* One letter for each call: m malloc, c calloc, g realloc that grows, s that shrinks, f free.
 * The answer: x where it failed. */
static const struct {
    const char *name;
    uint64_t n;
    bool forever;
    const char *calls;
    const char *want;
} orders[] = {
    { "0 is never", 0, false, "mcgsfm", "......" },
    { "0 is never, with forever too", 0, true, "mcgsfm", "......" },
    { "the next", 1, false, "mmm", "x.." },
    { "the third", 3, false, "mmmmm", "..x.." },
    { "calloc counts", 2, false, "mcc", ".x." },
    { "a growing realloc counts", 2, false, "mgg", ".x." },
    { "shrinking and freeing do not", 2, false, "mssfmm", "....x." },
    { "all from the next on", 1, true, "mcgm", "xxxx" },
    { "all from the third on", 3, true, "mmcgsfmm", "..xx..xx" },
};

static bool call(qjsp__arena *a, char what, void **held)
{
    void *ptr = *held;

    switch (what) {
    case 'm': ptr = qjsp__arena_malloc(a, 1000); break;
    case 'c': ptr = qjsp__arena_calloc(a, 10, 100); break;
    case 'g': ptr = qjsp__arena_realloc(a, *held, qjsp__arena_usable_size(*held) + 100); break;
    case 's': ptr = qjsp__arena_realloc(a, *held, qjsp__arena_usable_size(*held) - 100); break;
    case 'f':
        qjsp__arena_release(a, *held);
        *held = NULL;
        return true;
    }
    if (ptr != NULL)
        *held = ptr;
    return ptr != NULL;
}

static void test_failures_come_as_ordered(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(orders); i++) {
        qjsp__arena *a = arena_of(LIMIT);
        void *held = NULL;
        char got[16] = "";

        qjsp__arena_fail_after(a, orders[i].n, orders[i].forever);
        for (size_t k = 0; orders[i].calls[k] != '\0'; k++)
            got[k] = call(a, orders[i].calls[k], &held) ? '.' : 'x';
        CHECK_STR(orders[i].name, got, orders[i].want);
        CHECK_INT(orders[i].name, qjsp__arena_was_exhausted(a), strchr(got, 'x') != NULL);
        CHECK_TRUE(orders[i].name, qjsp__arena_check(a));
        qjsp__arena_fail_after(a, 0, false);
        CHECK_TRUE("withdrawn", qjsp__arena_malloc(a, 10) != NULL);
        qjsp__arena_free(a);
    }
}

/* ---- misuse ---- */

typedef struct misuse {
    qjsp__arena *arena;
    qjsp__arena *other;
    uint8_t *live;
    uint8_t *freed;
    size_t kind;
} misuse;

static const char *const misuses[] = {
    "freed twice",
    "realloc of a freed block",
    "another arena's block",
    "a pointer of libc's",
    "the usable size of what is no block",
};

static bool commit_misuse(void *arg)
{
    misuse *m = arg;

    switch (m->kind) {
    case 0: qjsp__arena_release(m->arena, m->freed); break;
    case 1: return qjsp__arena_realloc(m->arena, m->freed, 50) != NULL;
    case 2: qjsp__arena_release(m->other, m->live); break;
    case 3: qjsp__arena_release(m->arena, m); break;
    case 4: return qjsp__arena_usable_size(m->live + 16) != 0;
    }
    return true;
}

static void test_misuse_ends_the_process(void **state)
{
    misuse *m = calloc(1, sizeof *m);

    (void)state;
    assert_non_null(m);
    m->arena = arena_of(LIMIT);
    m->other = arena_of(LIMIT);
    m->freed = qjsp__arena_malloc(m->arena, 100);
    m->live = qjsp__arena_calloc(m->arena, 1, 100);
    qjsp__arena_release(m->arena, m->freed);
    for (m->kind = 0; m->kind < QJSP_COUNTOF(misuses); m->kind++)
        CHECK_TRUE(misuses[m->kind], child_dies(commit_misuse, m));
    CHECK_TRUE("without misuse it returns", child_returns(commit_misuse, m));
    qjsp__arena_free(m->arena);
    qjsp__arena_free(m->other);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_by_limit),
        cmocka_unit_test(test_new_without_host_memory),
        cmocka_unit_test(test_sizes_at_the_edges),
        cmocka_unit_test(test_huge_requests_fail_and_change_nothing),
        cmocka_unit_test(test_random_operations),
        cmocka_unit_test(test_the_limit_and_its_headroom),
        cmocka_unit_test(test_the_headroom_closes_when_there_is_room_again),
        cmocka_unit_test(test_the_headroom_stays_open_near_the_limit),
        cmocka_unit_test(test_fragments_leave_headroom_as_well),
        cmocka_unit_test(test_a_limit_below_what_is_live),
        cmocka_unit_test(test_realloc_counts_what_it_adds),
        cmocka_unit_test(test_usage_follows),
        cmocka_unit_test(test_failures_come_as_ordered),
        cmocka_unit_test(test_misuse_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
