/* SPDX-License-Identifier: MIT */
/* The table of shareables: appended in order, found again. */
#include "value/shared.h"

#include "../../check.h"

static void offsets_get_indices_in_order(void **state)
{
    qjsp__shared shared;
    size_t index;

    (void)state;
    qjsp__shared_init(&shared, NULL);
    for (size_t i = 0; i < 1000; i++) {
        CHECK_STATUS("append", qjsp__shared_index(&shared, i * 3, &index), QJSP_OK);
        CHECK_INT("append", index, i);
    }
    for (size_t i = 0; i < 1000; i++) {
        CHECK_STATUS("find", qjsp__shared_index(&shared, i * 3, &index), QJSP_OK);
        CHECK_INT("find", index, i);
        CHECK_INT("find", qjsp__shared_offset(&shared, i), i * 3);
    }
    CHECK_INT("finding adds nothing", qjsp__shared_count(&shared), 1000);
    qjsp__shared_fini(&shared);
    CHECK_INT("empty", qjsp__shared_count(&shared), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_get_indices_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
