/* SPDX-License-Identifier: MIT */
/* Names of statuses, and the default allocator. */
#include <qjspool/status.h>

#include "../../check.h"

static void every_status_has_its_name(void **state)
{
    static const struct {
        qjsp_status status;
        int number;
        const char *name;
    } cases[] = {
        { QJSP_OK, 0, "QJSP_OK" },
        { QJSP_ERR_NOMEM, -1, "QJSP_ERR_NOMEM" },
        { QJSP_ERR_INVALID, -2, "QJSP_ERR_INVALID" },
        { QJSP_ERR_LIMIT, -3, "QJSP_ERR_LIMIT" },
        { QJSP_ERR_TRUNCATED, -4, "QJSP_ERR_TRUNCATED" },
        { QJSP_ERR_MALFORMED, -5, "QJSP_ERR_MALFORMED" },
        { QJSP_ERR_EXCEPTION, -6, "QJSP_ERR_EXCEPTION" },
        { QJSP_ERR_CLOSED, -7, "QJSP_ERR_CLOSED" },
        { QJSP_ERR_CANCELED, -8, "QJSP_ERR_CANCELED" },
        { QJSP_ERR_TIMEOUT, -9, "QJSP_ERR_TIMEOUT" },
        { QJSP_ERR_CRASHED, -10, "QJSP_ERR_CRASHED" },
        { QJSP_ERR_SYSTEM, -11, "QJSP_ERR_SYSTEM" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_INT(cases[i].name, cases[i].status, cases[i].number);
        CHECK_STR(cases[i].name, qjsp_status_name(cases[i].status), cases[i].name);
    }
    CHECK_STR("no status", qjsp_status_name((qjsp_status)-1000), "QJSP_ERR_UNKNOWN");
    CHECK_STR("no status", qjsp_status_name((qjsp_status)1), "QJSP_ERR_UNKNOWN");
}

static void the_default_allocator_keeps_its_contract(void **state)
{
    const qjsp_alloc *alloc = qjsp_alloc_default();
    uint8_t *ptr = alloc->realloc(alloc->ud, NULL, 10);

    (void)state;
    CHECK_TRUE("allocate", ptr != NULL);
    memset(ptr, 7, 10);
    ptr = alloc->realloc(alloc->ud, ptr, 100000);
    CHECK_TRUE("grow", ptr != NULL && ptr[0] == 7 && ptr[9] == 7);
    CHECK_TRUE("free", alloc->realloc(alloc->ud, ptr, 0) == NULL);
    CHECK_TRUE("free nothing", alloc->realloc(alloc->ud, NULL, 0) == NULL);
    CHECK_TRUE("one for all", alloc == qjsp_alloc_default());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_name),
        cmocka_unit_test(the_default_allocator_keeps_its_contract),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
