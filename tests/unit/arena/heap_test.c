/* SPDX-License-Identifier: MIT */
/* Where blocks are put, how they join, and what becomes of the top. */
#include "arena/heap.h"

#include "arena/region.h"
#include "base/checked.h"
#include "check.h"
#include "child.h"

enum { SIZE = 1024 * 1024 };

typedef struct fixture {
    qjsp__region region;
    qjsp__heap *heap;
} fixture;

static int setup(void **state)
{
    static fixture f;

    if (qjsp__region_init(&f.region, SIZE) != QJSP_OK)
        return -1;
    f.heap = qjsp__heap_init(f.region.base, SIZE);
    *state = f.heap;
    return 0;
}

static int teardown(void **state)
{
    qjsp__heap *h = *state;
    qjsp__region region = { .base = (uint8_t *)h, .size = SIZE };

    qjsp__heap_expose(h, SIZE);
    qjsp__region_fini(&region);
    return 0;
}

static void check_sound(const char *name, const qjsp__heap *h)
{
    CHECK_TRUE(name, qjsp__heap_check(h, SIZE));
}

static void *alloc(qjsp__heap *h, size_t size)
{
    void *ptr = qjsp__heap_alloc(h, size, SIZE);

    assert_non_null(ptr);
    assert_int_equal((uintptr_t)ptr % QJSP__HEAP_ALIGN, 0);
    assert_true(qjsp__heap_usable_size(ptr) >= size);
    memset(ptr, 0x77, qjsp__heap_usable_size(ptr));
    check_sound("after alloc", h);
    return ptr;
}

static void release(qjsp__heap *h, void *ptr)
{
    qjsp__heap_release(h, ptr);
    check_sound("after release", h);
}

static void test_a_new_heap_is_empty_and_small(void **state)
{
    qjsp__heap *h = *state;

    check_sound("new", h);
    CHECK_INT("live", h->live, 0);
    CHECK_INT("top", h->top, h->first);
    CHECK_TRUE("the book-keeping takes little", h->first <= 6 * 1024);
}

static void test_every_size_is_usable_and_wastes_little(void **state)
{
    qjsp__heap *h = *state;

    for (size_t size = 0; size < 5000; size += 7) {
        void *ptr = alloc(h, size);

        CHECK_TRUE("waste", qjsp__heap_usable_size(ptr) - size <= QJSP__HEAP_MIN);
        CHECK_INT("usable", qjsp__heap_usable_size_of(h, ptr), qjsp__heap_usable_size(ptr));
        CHECK_INT("live", h->live, qjsp__heap_block_size(size));
        release(h, ptr);
    }
    CHECK_INT("top", h->top, h->first);
}

/* Three neighbours between two others; freed in every order they become one hole. */
static void test_free_neighbours_join_in_any_order(void **state)
{
    static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                     { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
    qjsp__heap *h = *state;

    for (size_t i = 0; i < QJSP_COUNTOF(orders); i++) {
        void *below = alloc(h, 100);
        void *three[] = { alloc(h, 1000), alloc(h, 2000), alloc(h, 3000) };
        void *above = alloc(h, 100);
        size_t top = h->top;

        for (size_t k = 0; k < 3; k++)
            release(h, three[orders[i][k]]);
        CHECK_INT("top stays", h->top, top);
        CHECK_TRUE("all of it in one block", alloc(h, 1000 + 2000 + 3000) == three[0]);
        CHECK_INT("top stays", h->top, top);
        release(h, three[0]);
        release(h, below);
        release(h, above);
        CHECK_INT("nothing is left", h->top, h->first);
        CHECK_INT("nothing is live", h->live, 0);
    }
}

static void test_the_top_falls_past_free_blocks(void **state)
{
    qjsp__heap *h = *state;
    void *a = alloc(h, 500);
    size_t top = h->top;
    void *b = alloc(h, 5000);
    void *c = alloc(h, 50);

    release(h, b);
    release(h, c);
    CHECK_INT("top", h->top, top);
    CHECK_TRUE("high stays", h->high > top + 5000);
    release(h, a);
    CHECK_INT("top", h->top, h->first);
}

/* The engine's slabs: one size over and over, freed in the middle of everything. */
static void test_freed_slabs_are_used_again(void **state)
{
    qjsp__heap *h = *state;
    void *slabs[40];
    size_t top;

    for (size_t i = 0; i < 40; i++)
        slabs[i] = alloc(h, 4000 + i % 8 * 10);
    top = h->top;
    for (size_t i = 0; i < 39; i += 2)
        release(h, slabs[i]);
    for (size_t i = 0; i < 39; i += 2)
        slabs[i] = alloc(h, 4000 + i % 8 * 10);
    CHECK_INT("top", h->top, top);
}

static void test_a_hole_is_preferred_to_the_top(void **state)
{
    static const size_t wants[] = { 16, 100, 999, 5000, 31000, 32000 };
    qjsp__heap *h = *state;
    void *hole = alloc(h, 32000);

    alloc(h, 10);
    release(h, hole);
    for (size_t i = 0; i < QJSP_COUNTOF(wants); i++) {
        size_t top = h->top;

        CHECK_TRUE("lowest address", alloc(h, wants[i]) == hole);
        CHECK_INT("top", h->top, top);
        release(h, hole);
    }
}

static void fill(uint8_t *ptr, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ptr[i] = (uint8_t)(i * 7);
}

static void check_filled(const char *name, const uint8_t *ptr, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (ptr[i] != (uint8_t)(i * 7))
            CHECK_INT(name, i, -1);
    }
}

static const struct {
    const char *name;
    size_t neighbour; /* size of the block behind; 0: none, it is the last */
    bool frees_it;
    size_t to;
    bool stays;
} resizes[] = {
    { "the last block grows into the top", 0, false, 50000, true },
    { "the last block shrinks", 0, false, 10, true },
    { "a block grows into a free neighbour", 3000, true, 3500, true },
    { "a block takes all of a free neighbour", 3000, true, 4000, true },
    { "a free neighbour that is too small is left", 3000, true, 4100, false },
    { "a live neighbour is left", 3000, false, 1100, false },
    { "a block shrinks before a live neighbour", 3000, false, 500, true },
    { "a block shrinks before a free neighbour", 3000, true, 500, true },
    { "16 bytes are given to a free neighbour", 3000, true, 984, true },
    { "16 bytes are kept before a live neighbour", 3000, false, 984, true },
    { "the same size changes nothing", 3000, false, 1000, true },
    { "down to the smallest", 3000, false, 0, true },
};

static void test_resize_in_place_where_it_can(void **state)
{
    qjsp__heap *h = *state;

    for (size_t i = 0; i < QJSP_COUNTOF(resizes); i++) {
        uint8_t *ptr = alloc(h, 1000);
        uint8_t *behind = NULL;
        uint8_t *got;
        size_t usable;

        if (resizes[i].neighbour != 0) {
            behind = alloc(h, resizes[i].neighbour);
            alloc(h, 10); /* so that what is freed is a hole */
        }
        fill(ptr, 1000);
        if (resizes[i].frees_it)
            release(h, behind);
        got = qjsp__heap_resize(h, ptr, resizes[i].to, SIZE);
        CHECK_TRUE(resizes[i].name, got != NULL && qjsp__heap_check(h, SIZE));
        CHECK_INT(resizes[i].name, got == ptr, resizes[i].stays);
        check_filled(resizes[i].name, got, qjsp__size_min(1000, resizes[i].to));
        usable = qjsp__heap_usable_size(got);
        CHECK_TRUE(resizes[i].name, usable >= resizes[i].to && usable - resizes[i].to <= 40);
        memset(got, 1, usable);
        check_sound(resizes[i].name, h);
        assert_int_equal(teardown(state), 0);
        assert_int_equal(setup(state), 0);
        h = *state;
    }
}

static void test_what_a_block_loses_can_be_had(void **state)
{
    qjsp__heap *h = *state;
    uint8_t *ptr = alloc(h, 10000);
    size_t top;

    alloc(h, 10);
    top = h->top;
    assert_ptr_equal(qjsp__heap_resize(h, ptr, 2000, 0), ptr);
    CHECK_TRUE("right behind", (uint8_t *)alloc(h, 7900) == ptr + qjsp__heap_block_size(2000));
    CHECK_INT("top", h->top, top);
}

static void test_the_ceiling_holds_and_failure_changes_nothing(void **state)
{
    qjsp__heap *h = *state;
    uint8_t *ptr = alloc(h, 1000);
    size_t top = h->top;
    size_t live = h->live;

    assert_null(qjsp__heap_alloc(h, 1000, top + qjsp__heap_block_size(1000) - 1));
    assert_null(qjsp__heap_alloc(h, SIZE, SIZE));
    assert_null(qjsp__heap_resize(h, ptr, 2000, top + 1000));
    assert_null(qjsp__heap_resize(h, ptr, SIZE, SIZE));
    CHECK_INT("top", h->top, top);
    CHECK_INT("live", h->live, live);
    check_sound("after failures", h);
    assert_non_null(qjsp__heap_alloc(h, 1000, top + qjsp__heap_block_size(1000)));
    CHECK_INT("exactly up to the ceiling", h->top, top + qjsp__heap_block_size(1000));
}

static void test_the_last_byte_can_be_used(void **state)
{
    qjsp__heap *h = *state;
    size_t room = SIZE - h->first;
    size_t size = room / QJSP__HEAP_ALIGN * QJSP__HEAP_ALIGN - QJSP__HEAP_HEAD;
    uint8_t *ptr = alloc(h, size);

    CHECK_TRUE("nearly all of it", SIZE - h->top < QJSP__HEAP_ALIGN);
    assert_null(qjsp__heap_alloc(h, 0, SIZE));
    release(h, ptr);
    CHECK_INT("top", h->top, h->first);
}

/* ---- misuse ---- */

typedef struct misuse {
    qjsp__heap *heap;
    uint8_t *low;  /* live, 200 bytes */
    uint8_t *hole; /* freed, 300 bytes */
    uint8_t *high; /* live, 200 bytes */
    uint8_t *last; /* live, 200 bytes */
    size_t kind;
} misuse;

static const char *const misuses[] = {
    "a block freed twice",
    "a pointer into a block",
    "an address that is not aligned",
    "a pointer below the heap",
    "a pointer above the top",
    "a block that joined another one",
    "the last block, freed twice",
    "resizing a freed block",
    "the usable size of a freed block",
    "the usable size of a pointer into a block",
    "a head that was written over",
    "a size behind a hole that was written over",
    "a block that joined the one before it",
};

static bool commit_misuse(void *arg)
{
    misuse *m = arg;
    qjsp__heap *h = m->heap;
    uint8_t on_stack[64] = { 0 };

    switch (m->kind) {
    case 0: qjsp__heap_release(h, m->hole); break;
    case 1: qjsp__heap_release(h, m->low + 32); break;
    case 2: qjsp__heap_release(h, m->low + 8); break;
    case 3: qjsp__heap_release(h, on_stack + (16 - (uintptr_t)on_stack % 16)); break;
    case 4: qjsp__heap_release(h, (uint8_t *)h + SIZE - 4096); break;
    case 5:
        qjsp__heap_release(h, m->low);
        qjsp__heap_release(h, m->hole);
        break;
    case 6:
        qjsp__heap_release(h, m->last);
        qjsp__heap_release(h, m->last);
        break;
    case 7: return qjsp__heap_resize(h, m->hole, 10, SIZE) != NULL;
    case 8: return qjsp__heap_usable_size(m->hole) != 0;
    case 9: return qjsp__heap_usable_size(m->low + 64) != 0;
    case 10:
        memset(m->low - 8, 0x41, 8);
        qjsp__heap_release(h, m->low);
        break;
    case 11:
        memset(m->high - 16, 0x41, 8);
        qjsp__heap_release(h, m->high);
        break;
    case 12:
        qjsp__heap_release(h, m->high);
        qjsp__heap_release(h, m->high);
        break;
    }
    return true;
}

static void test_misuse_ends_the_process(void **state)
{
    misuse m = { .heap = *state };

    m.low = alloc(m.heap, 200);
    m.hole = alloc(m.heap, 300);
    m.high = alloc(m.heap, 200);
    m.last = alloc(m.heap, 200);
    memset(m.low, 0, 200);
    release(m.heap, m.hole);
    for (m.kind = 0; m.kind < QJSP_COUNTOF(misuses); m.kind++)
        CHECK_TRUE(misuses[m.kind], child_dies(commit_misuse, &m));
    m.kind = QJSP_COUNTOF(misuses);
    CHECK_TRUE("without misuse the child returns", child_returns(commit_misuse, &m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_new_heap_is_empty_and_small, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_size_is_usable_and_wastes_little, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_free_neighbours_join_in_any_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_top_falls_past_free_blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(test_freed_slabs_are_used_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_hole_is_preferred_to_the_top, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resize_in_place_where_it_can, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_a_block_loses_can_be_had, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_ceiling_holds_and_failure_changes_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_the_last_byte_can_be_used, setup, teardown),
        cmocka_unit_test_setup_teardown(test_misuse_ends_the_process, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
