/* SPDX-License-Identifier: MIT */
/* The map against an array of flags, over ids that are dense, sparse and huge. */
#include "scheduler/map.h"

#include "../../check.h"

enum { NIDS = 500, NSTEPS = 30000 };

static uint64_t id_of(size_t i, uint64_t stride)
{
    return (uint64_t)(i + 1) * stride;
}

static void check_all(const qjsp__map *m, const bool *is_in, char *values, uint64_t stride)
{
    size_t n = 0, at = 0;

    for (size_t i = 0; i < NIDS; i++) {
        n += is_in[i];
        assert_ptr_equal(qjsp__map_get(m, id_of(i, stride)), is_in[i] ? &values[i] : NULL);
    }
    assert_int_equal(m->count, n);
    while (qjsp__map_next(m, &at) != NULL)
        n--;
    assert_int_equal(n, 0);
}

static void play_stride(uint64_t stride)
{
    qjsp__map m = { 0 };
    bool is_in[NIDS] = { 0 };
    char values[NIDS];
    uint64_t rnd = 1;

    for (size_t i = 0; i < NSTEPS; i++) {
        size_t k;

        rnd = rnd * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        k = (size_t)(rnd >> 33) % NIDS;
        if (is_in[k]) {
            qjsp__map_remove(&m, id_of(k, stride));
        } else {
            assert_true(qjsp__map_reserve(&m, qjsp_alloc_default(), m.count + 1));
            qjsp__map_put(&m, id_of(k, stride), &values[k]);
        }
        is_in[k] = !is_in[k];
        if (i % 100 == 0)
            check_all(&m, is_in, values, stride);
    }
    qjsp__map_fini(&m, qjsp_alloc_default());
}

static void ids_are_found_until_removed(void **state)
{
    (void)state;
    play_stride(1);
    play_stride(4096);
    play_stride(UINT64_C(1) << 50);
    play_stride(UINT64_MAX / (NIDS + 1));
}

static void an_empty_map_has_nothing(void **state)
{
    qjsp__map m = { 0 };
    size_t at = 0;

    (void)state;
    assert_null(qjsp__map_get(&m, 1));
    assert_null(qjsp__map_next(&m, &at));
    qjsp__map_remove(&m, 1);
    assert_true(qjsp__map_reserve(&m, qjsp_alloc_default(), 1));
    qjsp__map_put(&m, 1, &m);
    assert_null(qjsp__map_get(&m, 0));
    qjsp__map_remove(&m, 0);
    assert_ptr_equal(qjsp__map_get(&m, 1), &m);
    qjsp__map_fini(&m, qjsp_alloc_default());
}

static void too_much_room_is_refused(void **state)
{
    qjsp__map m = { 0 };

    (void)state;
    assert_false(qjsp__map_reserve(&m, qjsp_alloc_default(), SIZE_MAX));
    assert_false(qjsp__map_reserve(&m, qjsp_alloc_default(), SIZE_MAX / 4));
    assert_int_equal(m.cap, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_found_until_removed),
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(too_much_room_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
