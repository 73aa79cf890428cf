/* SPDX-License-Identifier: MIT */
/* The table of objects met, without an engine. */
#include "clone/identity.h"

#include "check.h"

static void *object(uintptr_t n)
{
    return (void *)(n * 48 + 16);
}

static void test_finds_what_was_added(void **state)
{
    qjsp__identity id;

    (void)state;
    qjsp__identity_init(&id, qjsp_alloc_default());
    for (uintptr_t n = 0; n < 1000; n++) {
        assert_null(qjsp__identity_find(&id, object(n)));
        assert_int_equal(qjsp__identity_add(&id, object(n), n), QJSP_OK);
        for (uintptr_t k = 0; k <= n; k += 1 + n / 16)
            assert_int_equal(qjsp__identity_find(&id, object(k))->offset, k);
    }
    qjsp__identity_fini(&id);
    assert_null(qjsp__identity_find(&id, object(1)));
    qjsp__identity_fini(&id);
}

/* Three items of one byte; the last, and then the first, are met again. */
static void test_marks_and_references(void **state)
{
    static const uint8_t want[] = {
        0xaa, 0xd8, 0x1c, 1, 2,    0xd8, 0x1c, 3, 0xd8, 0x1d, 0x1a,
        0,    0,    0,    1, 0xd8, 0x1d, 0x1a, 0, 0,    0,    0,
    };
    qjsp__identity id;
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, sizeof want);
    qjsp__identity_init(&id, qjsp_alloc_default());
    qjsp_buffer_append(&buf, "\xaa", 1);
    for (uint8_t n = 1; n <= 3; n++) {
        assert_int_equal(qjsp__identity_add(&id, object(n), buf.len), QJSP_OK);
        qjsp_buffer_append(&buf, &n, 1);
    }
    assert_int_equal(qjsp__identity_refer(&id, qjsp__identity_find(&id, object(3)), &buf), QJSP_OK);
    assert_int_equal(qjsp__identity_refer(&id, qjsp__identity_find(&id, object(1)), &buf), QJSP_OK);
    qjsp__identity_finish(&id, &buf);
    CHECK_BYTES("marks", buf.data, buf.len, want, sizeof want);
    qjsp__identity_fini(&id);
    qjsp_buffer_fini(&buf);
}

static void test_moved_items(void **state)
{
    static const uint8_t want[] = { 0, 0xd8, 0x1c, 1, 0xd8, 0x1d, 0x1a, 0, 0, 0, 0 };
    qjsp__identity id;
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp__identity_init(&id, qjsp_alloc_default());
    qjsp_buffer_append(&buf, "\0\1", 2);
    /* they were put down one byte later than where they are now */
    assert_int_equal(qjsp__identity_add(&id, object(1), 2), QJSP_OK);
    assert_int_equal(qjsp__identity_refer(&id, qjsp__identity_find(&id, object(1)), &buf), QJSP_OK);
    id.references[0].offset++;
    qjsp__identity_moved(&id, 2, 1);
    qjsp__identity_finish(&id, &buf);
    CHECK_BYTES("moved", buf.data, buf.len, want, sizeof want);
    qjsp__identity_fini(&id);
    qjsp_buffer_fini(&buf);
}

static void *no_memory(void *ud, void *ptr, size_t size)
{
    (void)ud;
    (void)ptr;
    (void)size;
    return NULL;
}

static void test_no_memory(void **state)
{
    qjsp_alloc alloc = { no_memory, NULL };
    qjsp__identity id;
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, &alloc, 0);
    qjsp__identity_init(&id, &alloc);
    for (uintptr_t n = 0; n < QJSP__IDENTITY_FIRST; n++)
        assert_int_equal(qjsp__identity_add(&id, object(n), n), QJSP_OK);
    assert_int_equal(qjsp__identity_add(&id, object(99), 99), QJSP_ERR_NOMEM);
    assert_null(qjsp__identity_find(&id, object(99)));
    assert_int_equal(qjsp__identity_refer(&id, qjsp__identity_find(&id, object(1)), &buf),
                     QJSP_ERR_NOMEM);
    qjsp__identity_fini(&id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_what_was_added),
        cmocka_unit_test(test_marks_and_references),
        cmocka_unit_test(test_moved_items),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
