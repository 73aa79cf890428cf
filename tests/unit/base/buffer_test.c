/* SPDX-License-Identifier: MIT */
/* Buffers: growth, the limit, and failures that stick. */
#include <qjspool/buffer.h>

#include "check.h"
#include "oom.h"

static void a_new_buffer_is_empty(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    CHECK_TRUE("bytes", buf.data == NULL && buf.len == 0);
    CHECK_TRUE("limit 0 is none", buf.limit == SIZE_MAX);
    CHECK_TRUE("alloc NULL is libc's", buf.alloc == qjsp_alloc_default());
    qjsp_buffer_append(&buf, NULL, 0);
    CHECK_STATUS("nothing appended", buf.status, QJSP_OK);
    CHECK_INT("nothing appended", buf.len, 0);
    qjsp_buffer_fini(&buf);
    qjsp_buffer_fini(&buf); /* twice is fine */
}

static void bytes_stay_in_order_while_it_grows(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    for (unsigned i = 0; i < 100000; i++) {
        uint8_t byte = (uint8_t)(i * 7);
        qjsp_buffer_append(&buf, &byte, 1);
    }
    CHECK_STATUS("100,000 bytes", buf.status, QJSP_OK);
    CHECK_INT("100,000 bytes", qjsp_buffer_peek(&buf).len, 100000);
    for (unsigned i = 0; i < 100000; i++)
        CHECK_INT("100,000 bytes", buf.data[i], (uint8_t)(i * 7));
    qjsp_buffer_fini(&buf);
}

static void the_limit_is_exact_and_sticks(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 4);
    qjsp_buffer_append(&buf, "abcd", 4);
    CHECK_STATUS("at the limit", buf.status, QJSP_OK);
    qjsp_buffer_append(&buf, "e", 1);
    CHECK_STATUS("one past it", buf.status, QJSP_ERR_LIMIT);
    CHECK_BYTES("nothing is added", buf.data, buf.len, "abcd", 4);
    buf.len = 2;
    qjsp_buffer_append(&buf, "x", 1);
    CHECK_INT("it sticks, even with room", buf.len, 2);
    CHECK_TRUE("it sticks", qjsp_buffer_extend(&buf, 1) == NULL);
    qjsp_buffer_clear(&buf);
    qjsp_buffer_append(&buf, "xyz", 3);
    CHECK_STATUS("clear forgets it", buf.status, QJSP_OK);
    CHECK_BYTES("clear forgets it", buf.data, buf.len, "xyz", 3);
    qjsp_buffer_fini(&buf);
}

static void sizes_that_overflow_are_past_the_limit(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_buffer_append(&buf, "abc", 3);
    CHECK_TRUE("wraps around", qjsp_buffer_extend(&buf, SIZE_MAX - 1) == NULL);
    CHECK_STATUS("wraps around", buf.status, QJSP_ERR_LIMIT);
    qjsp_buffer_clear(&buf);
    CHECK_TRUE("no capacity so large", qjsp_buffer_extend(&buf, SIZE_MAX - 1) == NULL);
    CHECK_STATUS("no capacity so large", buf.status, QJSP_ERR_NOMEM);
    CHECK_INT("still empty", buf.len, 0);
    qjsp_buffer_fini(&buf);
}

static void running_out_of_memory_keeps_what_is_there(void **state)
{
    (void)state;
    for (size_t fail_at = 0; fail_at < 8; fail_at++) {
        oom o = { .fail_at = fail_at };
        qjsp_alloc alloc = oom_alloc(&o);
        qjsp_buffer buf;

        qjsp_buffer_init(&buf, &alloc, 0);
        for (int i = 0; i < 10000; i++)
            qjsp_buffer_append(&buf, "y", 1);
        CHECK_STATUS("out of memory", buf.status, QJSP_ERR_NOMEM);
        CHECK_INT("what fitted stays", buf.len, fail_at == 0 ? 0 : (size_t)64 << (fail_at - 1));
        for (size_t i = 0; i < buf.len; i++)
            CHECK_INT("what fitted stays", buf.data[i], 'y');
        qjsp_buffer_fini(&buf);
        CHECK_INT("nothing leaks", o.live, 0);
    }
}

static void printf_appends_without_a_nul(void **state)
{
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_buffer_printf(&buf, "%d-%s", 12, "ab");
    qjsp_buffer_printf(&buf, "%s", "");
    qjsp_buffer_printf(&buf, "%200s|", "x");
    CHECK_STATUS("printf", buf.status, QJSP_OK);
    CHECK_INT("printf", buf.len, 5 + 201);
    CHECK_BYTES("printf", buf.data, 5, "12-ab", 5);
    CHECK_BYTES("printf", buf.data + 204, 2, "x|", 2);
    qjsp_buffer_fini(&buf);
    qjsp_buffer_init(&buf, NULL, 3);
    qjsp_buffer_printf(&buf, "%s", "abcdef");
    CHECK_STATUS("past the limit", buf.status, QJSP_ERR_LIMIT);
    CHECK_INT("past the limit", buf.len, 0);
    qjsp_buffer_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_buffer_is_empty),
        cmocka_unit_test(bytes_stay_in_order_while_it_grows),
        cmocka_unit_test(the_limit_is_exact_and_sticks),
        cmocka_unit_test(sizes_that_overflow_are_past_the_limit),
        cmocka_unit_test(running_out_of_memory_keeps_what_is_there),
        cmocka_unit_test(printf_appends_without_a_nul),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
