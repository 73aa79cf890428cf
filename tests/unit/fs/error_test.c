/* SPDX-License-Identifier: MIT */
/* The texts of errors, and that the numbers are those of the system, where that is Linux. */
#include "fs/error.h"

#include <errno.h>
#include <string.h>

#include "tests/check.h"

static void every_error_has_one_entry(void **state)
{
    const qjsp__error_text *text;

    (void)state;
    for (size_t i = 0; (text = qjsp__error_at(i)) != NULL; i++) {
        CHECK_TRUE(text->name, qjsp__error_find(text->number) == text);
        CHECK_TRUE(text->name, text->name[0] == 'E' && text->message[0] != '\0');
#ifdef __linux__
        CHECK_STR(text->name, strerror(text->number), text->message);
#endif
    }
    assert_null(qjsp__error_find(0));
    assert_null(qjsp__error_find(-2));
    assert_null(qjsp__error_find(100000));
#ifdef __linux__
    assert_int_equal(QJSP__ENOENT, ENOENT);
    assert_int_equal(QJSP__ENAMETOOLONG, ENAMETOOLONG);
    assert_int_equal(QJSP__ELOOP, ELOOP);
    assert_int_equal(QJSP__EDQUOT, EDQUOT);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_one_entry),
    };

    return cmocka_run_group_tests_name("fs/error", tests, NULL, NULL);
}
