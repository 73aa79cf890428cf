/* SPDX-License-Identifier: MIT */
/* Bytes in chunks against a flat array. */
#include "fs/content.h"

#include <stdlib.h>

#include "base/checked.h"
#include "fixture.h"

enum { FLAT = 300 * 1024, NOPS = 3000 };

static uint8_t flat[FLAT], bytes[FLAT], got[FLAT];

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

static void compare(const qjsp__content *c, size_t size, size_t from, size_t len)
{
    size_t want = from >= size ? 0 : qjsp__size_min(len, size - from);

    assert_int_equal(c->size, size);
    memset(got, 0xee, sizeof got);
    assert_int_equal(qjsp__content_read(c, from, got, len), want);
    CHECK_BYTES("read", got, want, flat + from, want);
}

/* What is written, cut and stretched at random reads as in an array. */
static void random_operations(void **state)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    qjsp__content c = { 0 };
    uint64_t seed = 42;
    size_t size = 0;

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)next(&seed);
    for (int i = 0; i < NOPS; i++) {
        size_t from = next(&seed) % (FLAT / 2), len = next(&seed) % (1u << next(&seed) % 18);

        if (next(&seed) % 4 == 0) {
            qjsp__content_resize(&c, alloc, from);
            if (from < size)
                memset(flat + from, 0, size - from);
            size = from;
        } else {
            assert_true(qjsp__content_write(&c, alloc, from, bytes + from, len));
            memcpy(flat + from, bytes + from, len);
            if (len > 0)
                size = qjsp__size_max(size, from + len);
        }
        compare(&c, size, next(&seed) % FLAT / 2, next(&seed) % (FLAT / 2));
    }
    compare(&c, size, 0, FLAT);
    qjsp__content_fini(&c, alloc);
}

static void small_files_take_little(void **state)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    qjsp__content c = { 0 };

    (void)state;
    assert_true(qjsp__content_write(&c, alloc, 0, bytes, 10));
    CHECK_TRUE("first chunk", c.first_cap <= 64);
    assert_true(qjsp__content_write(&c, alloc, 10, bytes, 1000));
    CHECK_TRUE("it grows with the file", c.first_cap <= 2048);
    qjsp__content_resize(&c, alloc, UINT64_C(1) << 40);
    CHECK_TRUE("a hole takes nothing", c.nchunks <= 2);
    compare(&c, (size_t)1 << 40, FLAT - 10, 0);
    qjsp__content_fini(&c, alloc);
}

static void a_write_without_memory_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0;; i++) {
        oom o = { .fail_at = i };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp__content c = { 0 };
        bool first = qjsp__content_write(&c, &alloc, 0, (const uint8_t *)"abc", 3);
        bool second = first && qjsp__content_write(&c, &alloc, 65530, bytes, 200000);

        CHECK_INT("size", c.size, second ? 265530 : first ? 3 : 0);
        CHECK_INT("read", qjsp__content_read(&c, 0, got, 3), first ? 3 : 0);
        if (first)
            CHECK_BYTES("bytes", got, 3, "abc", 3);
        qjsp__content_fini(&c, &alloc);
        assert_int_equal(o.live, 0);
        if (o.calls <= i)
            break;
        assert_false(second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations),
        cmocka_unit_test(small_files_take_little),
        cmocka_unit_test(a_write_without_memory_changes_nothing),
    };

    return cmocka_run_group_tests_name("fs/content", tests, NULL, NULL);
}
