/* SPDX-License-Identifier: MIT */
/* Actions leave in the order they came, however the ring wraps and grows. */
#include "scheduler/action.h"

#include "../../check.h"

static void actions_leave_in_order(void **state)
{
    qjsp__actions a = { 0 };
    qjsp_action act;
    uint64_t in = 0, out = 0;

    (void)state;
    for (size_t round = 1; round < 200; round++) {
        assert_true(qjsp__actions_reserve(&a, qjsp_alloc_default(), round % 7));
        for (size_t i = 0; i < round % 7; i++)
            qjsp__actions_push(&a, (qjsp_action){ .task = ++in });
        for (size_t i = 0; i < round % 5 && qjsp__actions_take(&a, &act); i++)
            assert_int_equal(act.task, ++out);
    }
    while (qjsp__actions_take(&a, &act))
        assert_int_equal(act.task, ++out);
    assert_int_equal(in, out);
    qjsp__actions_fini(&a, qjsp_alloc_default());
}

static void room_is_counted_beyond_what_waits(void **state)
{
    qjsp__actions a = { 0 };

    (void)state;
    assert_true(qjsp__actions_reserve(&a, qjsp_alloc_default(), 16));
    for (size_t i = 0; i < 10; i++)
        qjsp__actions_push(&a, (qjsp_action){ 0 });
    assert_true(qjsp__actions_reserve(&a, qjsp_alloc_default(), 6));
    assert_int_equal(a.cap, 16);
    assert_true(qjsp__actions_reserve(&a, qjsp_alloc_default(), 7));
    assert_true(a.cap >= 17);
    assert_false(qjsp__actions_reserve(&a, qjsp_alloc_default(), SIZE_MAX - 5));
    assert_int_equal(a.count, 10);
    qjsp__actions_fini(&a, qjsp_alloc_default());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(actions_leave_in_order),
        cmocka_unit_test(room_is_counted_beyond_what_waits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
