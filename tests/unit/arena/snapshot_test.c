/* SPDX-License-Identifier: MIT */
/* Snapshot and restore: every byte, also those that were not in use, and the pages. */
#define _DEFAULT_SOURCE

#include "arena/arena.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "arena/heap.h"
#include "base/checked.h"
#include "check.h"
#include "child.h"
#include "model.h"

enum { LIMIT = 4 * 1024 * 1024 };

typedef struct fixture {
    qjsp__arena *arena;
    uint8_t *base;
} fixture;

static void fixture_init(fixture *f, size_t limit)
{
    qjsp__arena_usage usage;
    uint8_t *ptr;

    assert_int_equal(qjsp__arena_new(&f->arena, limit, qjsp_alloc_default()), QJSP_OK);
    ptr = qjsp__arena_malloc(f->arena, 100);
    assert_non_null(ptr);
    qjsp__arena_get_usage(f->arena, &usage);
    /* the only block ends where `used` does */
    f->base = ptr - QJSP__HEAP_HEAD + qjsp__heap_block_size(100) - usage.used;
    qjsp__arena_release(f->arena, ptr);
}

static qjsp__arena_usage usage_of(const qjsp__arena *a)
{
    qjsp__arena_usage usage;

    qjsp__arena_get_usage(a, &usage);
    return usage;
}

/* Byte by byte, since the sanitizer guards what is free. */
#if defined(__GNUC__) || defined(__clang__)
__attribute__((no_sanitize_address))
#endif
static void
look(uint8_t *to, const uint8_t *from, size_t len)
{
    for (size_t i = 0; i < len; i++)
        ((volatile uint8_t *)to)[i] = from[i];
}

/* Writes a block of that size and frees it. */
static void touch(qjsp__arena *a, size_t size)
{
    uint8_t *ptr = qjsp__arena_malloc(a, size);

    assert_non_null(ptr);
    memset(ptr, 0xee, size);
    qjsp__arena_release(a, ptr);
}

static void test_restore_brings_every_byte_back(void **state)
{
    static uint8_t before[LIMIT], after[LIMIT];
    static model m, sealed;
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    touch(f.arena, 2 * 1024 * 1024);
    model_init(&m, f.arena, 1);
    for (int i = 0; i < 2000; i++)
        model_step(&m);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    sealed = m;
    look(before, f.base, LIMIT);
    for (size_t i = usage_of(f.arena).used; i < LIMIT; i++)
        assert_int_equal(before[i], 0);
    for (uint64_t round = 0; round < 12; round++) {
        m = sealed;
        m.random = round;
        for (uint64_t i = 0; i < 30 * round * round; i++)
            model_step(&m);
        assert_int_equal(qjsp__arena_restore(f.arena), QJSP_OK);
        assert_true(qjsp__arena_check(f.arena));
        look(after, f.base, LIMIT);
        CHECK_BYTES("the region", after, LIMIT, before, LIMIT);
        model_verify(&sealed);
    }
    qjsp__arena_free(f.arena);
}

static void test_a_snapshot_holds_nothing_that_was_freed(void **state)
{
    static uint8_t bytes[LIMIT];
    uint8_t *ptrs[20];
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    for (size_t i = 0; i < 20; i++) {
        ptrs[i] = qjsp__arena_malloc(f.arena, 3000);
        memset(ptrs[i], i % 2 == 0 ? 0xee : 0x11, 3000);
    }
    for (size_t i = 0; i < 20; i += 2)
        qjsp__arena_release(f.arena, ptrs[i]);
    touch(f.arena, 1024 * 1024);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    look(bytes, f.base, LIMIT);
    /* eight in a row: a pointer may have some by chance */
    for (size_t i = 0; i + 8 <= LIMIT; i++)
        assert_memory_not_equal(bytes + i, "\xee\xee\xee\xee\xee\xee\xee\xee", 8);
    qjsp__arena_free(f.arena);
}

/* How much a task wrote beyond the snapshot: around what is kept warm, and around pages. */
static void test_the_tail_is_zero_however_long_it_was(void **state)
{
    static const size_t sizes[] = { 1,          16,         4000,       4096,        100000,
                                    256 * 1024, 261000,     262000,     262144 + 40, 266240,
                                    300001,     512 * 1024, 1000 * 999, 3000000 };
    static uint8_t bytes[LIMIT];
    fixture f;
    size_t used;

    (void)state;
    fixture_init(&f, LIMIT);
    assert_non_null(qjsp__arena_malloc(f.arena, 12345));
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    used = usage_of(f.arena).used;
    for (size_t i = 0; i < QJSP_COUNTOF(sizes); i++) {
        touch(f.arena, sizes[i]);
        if (i % 2 == 0)
            qjsp__arena_set_limit(f.arena, 0); /* forgets the peak, not the dirt */
        assert_int_equal(qjsp__arena_restore(f.arena), QJSP_OK);
        look(bytes, f.base, LIMIT);
        for (size_t at = used; at < LIMIT; at++) {
            if (bytes[at] != 0)
                fail_msg("after %zu bytes: byte %zu is not 0", sizes[i], at);
        }
    }
    qjsp__arena_free(f.arena);
}

static size_t resident_pages(const uint8_t *base, size_t size)
{
    static unsigned char pages[16384];
    size_t npages = size / (size_t)sysconf(_SC_PAGESIZE);
    size_t n = 0;

    assert_true(npages <= sizeof pages);
    assert_int_equal(mincore((void *)(uintptr_t)base, size, pages), 0);
    for (size_t i = 0; i < npages; i++)
        n += pages[i] & 1;
    return n;
}

static void test_a_big_task_gives_its_pages_back(void **state)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = 32 * 1024 * 1024;
    fixture f;

    (void)state;
    fixture_init(&f, size);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    CHECK_TRUE("a new region is not resident", resident_pages(f.base, size) < 16);
    touch(f.arena, 20 * 1024 * 1024);
    CHECK_TRUE("the task's pages are", resident_pages(f.base, size) >= 20 * 1024 * 1024 / page);
    assert_int_equal(qjsp__arena_restore(f.arena), QJSP_OK);
    CHECK_TRUE("few are kept", resident_pages(f.base, size) <= 300 * 1024 / page);
    qjsp__arena_free(f.arena);
}

static void test_restore_wants_a_snapshot(void **state)
{
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    CHECK_STATUS("no snapshot", qjsp__arena_restore(f.arena), QJSP_ERR_INVALID);
    CHECK_INT("size", usage_of(f.arena).snapshot, 0);
    qjsp__arena_free(f.arena);
}

static void test_a_second_snapshot_replaces_the_first(void **state)
{
    uint8_t *first, *second;
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    first = qjsp__arena_calloc(f.arena, 1, 100);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    first[0] = 1;
    second = qjsp__arena_calloc(f.arena, 1, 500000);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    CHECK_INT("its size", usage_of(f.arena).snapshot, usage_of(f.arena).used);
    first[0] = 2;
    second[499999] = 3;
    assert_int_equal(qjsp__arena_restore(f.arena), QJSP_OK);
    CHECK_INT("first", first[0], 1);
    CHECK_INT("second", second[499999], 0);
    qjsp__arena_release(f.arena, second);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    CHECK_TRUE("it can shrink", usage_of(f.arena).snapshot < 100000);
    CHECK_INT("first", first[0], 1);
    qjsp__arena_free(f.arena);
}

/* Blocks of the snapshot that the task freed are live again, and its own are gone. */
static void test_restore_brings_freed_blocks_back(void **state)
{
    uint8_t *kept;
    size_t live;
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    kept = qjsp__arena_calloc(f.arena, 100, 100);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    live = usage_of(f.arena).live;
    qjsp__arena_release(f.arena, kept);
    touch(f.arena, 50000);
    assert_int_equal(qjsp__arena_restore(f.arena), QJSP_OK);
    CHECK_INT("live", usage_of(f.arena).live, live);
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(kept[i], 0);
    CHECK_TRUE("usable", qjsp__arena_usable_size(kept) >= 10000);
    qjsp__arena_release(f.arena, kept);
    CHECK_INT("freed", usage_of(f.arena).live, 0);
    qjsp__arena_free(f.arena);
}

static void test_the_peak_outlives_a_restore(void **state)
{
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    qjsp__arena_set_limit(f.arena, 0);
    touch(f.arena, 1000000);
    assert_int_equal(qjsp__arena_restore(f.arena), QJSP_OK);
    CHECK_TRUE("kept", usage_of(f.arena).peak > 1000000);
    qjsp__arena_set_limit(f.arena, 0);
    CHECK_INT("forgotten", usage_of(f.arena).peak, usage_of(f.arena).used);
    qjsp__arena_free(f.arena);
}

static bool snapshot_without_memory(void *arg)
{
    qjsp__arena *a = arg;
    struct rlimit none = { 0 };

    if (setrlimit(RLIMIT_AS, &none) != 0 || qjsp__arena_snapshot(a) != QJSP_ERR_NOMEM)
        return false;
    return usage_of(a).snapshot == 0 && qjsp__arena_restore(a) == QJSP_ERR_INVALID &&
           qjsp__arena_check(a);
}

static void test_without_memory_there_is_no_snapshot(void **state)
{
    fixture f;

    (void)state;
    fixture_init(&f, LIMIT);
    assert_int_equal(qjsp__arena_snapshot(f.arena), QJSP_OK);
    assert_non_null(qjsp__arena_malloc(f.arena, 100000));
    CHECK_TRUE("as promised", child_returns(snapshot_without_memory, f.arena));
    qjsp__arena_free(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_restore_brings_every_byte_back),
        cmocka_unit_test(test_a_snapshot_holds_nothing_that_was_freed),
        cmocka_unit_test(test_the_tail_is_zero_however_long_it_was),
        cmocka_unit_test(test_a_big_task_gives_its_pages_back),
        cmocka_unit_test(test_restore_wants_a_snapshot),
        cmocka_unit_test(test_a_second_snapshot_replaces_the_first),
        cmocka_unit_test(test_restore_brings_freed_blocks_back),
        cmocka_unit_test(test_the_peak_outlives_a_restore),
        cmocka_unit_test(test_without_memory_there_is_no_snapshot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
