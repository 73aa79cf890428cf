/* SPDX-License-Identifier: MIT */
/* The heap against a plain array that is searched from end to end. */
#include "scheduler/minheap.h"

#include "../../check.h"

enum { NNODES = 300, NSTEPS = 20000 };

typedef struct item {
    qjsp__minheap_node node;
    uint64_t key;
    uint64_t arrival; /* 0: not in the heap */
} item;

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static item *first_of(item *items)
{
    item *best = NULL;

    for (size_t i = 0; i < NNODES; i++) {
        item *it = &items[i];

        if (it->arrival != 0 && (best == NULL || it->key < best->key ||
                                 (it->key == best->key && it->arrival < best->arrival)))
            best = it;
    }
    return best;
}

static void nodes_come_and_go_in_order(void **state)
{
    item items[NNODES] = { 0 };
    qjsp__minheap h = { 0 };
    uint64_t rnd = 1, arrivals = 0;

    (void)state;
    assert_true(qjsp__minheap_reserve(&h, qjsp_alloc_default(), NNODES));
    for (size_t i = 0; i < NSTEPS; i++) {
        item *it = &items[next_random(&rnd) % NNODES];
        item *first;

        if (qjsp__minheap_has(&it->node)) {
            qjsp__minheap_remove(&h, &it->node);
            it->arrival = 0;
        } else {
            it->key = next_random(&rnd) % 20; /* many are equal */
            it->arrival = ++arrivals;
            qjsp__minheap_push(&h, &it->node, it->key);
        }
        first = first_of(items);
        assert_ptr_equal(qjsp__minheap_first(&h), first == NULL ? NULL : &first->node);
        assert_true(qjsp__minheap_first_key(&h) == (first == NULL ? UINT64_MAX : first->key));
        assert_true(qjsp__minheap_check(&h));
    }
    qjsp__minheap_fini(&h, qjsp_alloc_default());
}

static void a_node_in_no_heap_is_not_removed(void **state)
{
    qjsp__minheap h = { 0 };
    qjsp__minheap_node a = { 0 }, b = { 0 };

    (void)state;
    assert_true(qjsp__minheap_reserve(&h, qjsp_alloc_default(), 1));
    qjsp__minheap_push(&h, &a, 7);
    qjsp__minheap_remove(&h, &b);
    assert_ptr_equal(qjsp__minheap_first(&h), &a);
    qjsp__minheap_remove(&h, &a);
    qjsp__minheap_remove(&h, &a);
    assert_null(qjsp__minheap_first(&h));
    qjsp__minheap_fini(&h, qjsp_alloc_default());
}

static void too_much_room_is_refused(void **state)
{
    qjsp__minheap h = { 0 };

    (void)state;
    assert_false(qjsp__minheap_reserve(&h, qjsp_alloc_default(), SIZE_MAX / 2));
    assert_null(h.entries);
}

static void the_check_sees_a_wrong_order_and_place(void **state)
{
    qjsp__minheap h = { 0 };
    qjsp__minheap_node a = { 0 }, b = { 0 };

    (void)state;
    assert_true(qjsp__minheap_reserve(&h, qjsp_alloc_default(), 2));
    qjsp__minheap_push(&h, &a, 1);
    qjsp__minheap_push(&h, &b, 2);
    assert_true(qjsp__minheap_check(&h));
    h.entries[0].key = 3;
    assert_false(qjsp__minheap_check(&h));
    h.entries[0].key = 1;
    a.place = 2;
    assert_false(qjsp__minheap_check(&h));
    qjsp__minheap_fini(&h, qjsp_alloc_default());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_come_and_go_in_order),
        cmocka_unit_test(a_node_in_no_heap_is_not_removed),
        cmocka_unit_test(too_much_room_is_refused),
        cmocka_unit_test(the_check_sees_a_wrong_order_and_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
