/* SPDX-License-Identifier: MIT */
/* Values as JSON, and the work that hostile references may cost. */
#include "show.h"

static const show_case cases[] = {
    { "undefined", "f7", "null" },
    { "NaN", "f97e00", "null" },
    { "minus zero", "f98000", "0" },
    { "a fraction", "fb 3fb999999999999a", "0.1" },
    { "an integer beyond 2^53 is a double", "1b ffffffffffffffff", "18446744073709552000" },
    { "text", "65 6122620a5c", "\"a\\\"b\\n\\\\\"" },
    { "terminal escapes do not get through", "66 1b5b 7f c29b 07",
      "\"\\u001b[\\u007f\\u009b\\u0007\"" },
    { "a lone surrogate", "63 eda080", "\"\\ud800\"" },
    { "0n", "c240", "\"0\"" },
    { "2^64 as a bigint", "c249010000000000000000", "\"18446744073709551616\"" },
    { "-2^64 as a bigint", "c348ffffffffffffffff", "\"-18446744073709551616\"" },
    { "undefined properties are left out", "a3 6161 f7 6162 01 6163 f7", "{\"b\":1}" },
    { "__proto__ is data", "a1 69 5f5f70726f746f5f5f 01", "{\"__proto__\":1}" },
    { "holes", "83 01 f8e0 f7", "[1,null,null]" },
    { "a sparse array and its names", "d81b 83 65 4172726179 05 a2 61 32 01 61 78 02",
      "[null,null,1,null,null]" },
    { "a Map", "d90103 a2 01 02 80 a0", "[[1,2],[[],{}]]" },
    { "an empty Map", "d90103 a0", "[]" },
    { "a Map in a Map's key", "d90103 a1 d90103 a1 01 02 03", "[[[[1,2]],3]]" },
    { "a Set", "d90102 82 01 80", "[1,[]]" },
    { "a Date", "c1 fb 3ff8000000000000", "\"1970-01-01T00:00:01.500Z\"" },
    { "a Date out of range", "c1 fb 7e37e43c8800759c", "null" },
    { "a RegExp", "d9524a 82 63 5c2f22 61 67", "\"/\\\\/\\\"/g\"" },
    { "an ArrayBuffer", "43 0001ff", "[0,1,255]" },
    { "an Int8Array", "d848 42 80ff", "[-128,-1]" },
    { "a Float16Array", "d854 44 003e007c", "[1.5,null]" },
    { "a BigInt64Array", "d84f 48 ffffffffffffffff", "[\"-1\"]" },
    { "part of a buffer", "d81b 84 6b 55696e7431364172726179 46 000001000200 02 02", "[1,2]" },
    { "boxed", "82 d81b 82 66 4e756d626572 05 d81b 82 66 426967496e74 c2 41 05", "[5,\"5\"]" },
    { "an Error, its cause unsaid",
      "d81b 82 65 4572726f72 a2 65 6361757365 80 67 6d657373616765 61 6d",
      "{\"name\":\"Error\",\"message\":\"m\"}" },
    { "a cycle", "d81c a1 61 61 d81d 00", "{\"a\":\"[Circular]\"}" },
    { "a cycle through a Map's key", "d81c d90103 a1 d81d 00 01", "[[\"[Circular]\",1]]" },
    { "a shared value is written again", "84 d81c 82 01 02 d81d 00 d81c c1 00 d81d 01",
      "[[1,2],[1,2],\"1970-01-01T00:00:00.000Z\",\"1970-01-01T00:00:00.000Z\"]" },
    { "a reference inside what is repeated", "83 d81c 80 d81c 82 d81d 00 01 d81d 01",
      "[[],[[],1],[[],1]]" },
};

static void values_become_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        show_check(&cases[i], qjsp_value_to_json);
}

/* A large bigint in decimal would take time that grows with its square. */
static void a_large_bigint_is_hexadecimal(void **state)
{
    size_t len = 1000000;
    uint8_t *digits = malloc(len);
    qjsp_buffer in, out;

    (void)state;
    memset(digits, 0xff, len);
    qjsp_buffer_init(&in, NULL, 0);
    qjsp_buffer_init(&out, NULL, 0);
    qjsp_write_tag(&in, QJSP_TAG_BIGINT_NEGATIVE);
    qjsp_write_bytes(&in, digits, len);
    CHECK_STATUS("-2^8000000", qjsp_value_to_json(qjsp_buffer_peek(&in), &out), QJSP_OK);
    CHECK_INT("-2^8000000", out.len, 2 * len + 6);
    CHECK_BYTES("-2^8000000", out.data, 8, "\"-0x1000", 8);
    qjsp_buffer_fini(&in);
    qjsp_buffer_fini(&out);
    free(digits);
}

static void nesting_does_not_recurse(void **state)
{
    static uint8_t data[10000];
    qjsp_buffer out;

    (void)state;
    memset(data, 0x81, sizeof data - 1);
    data[sizeof data - 1] = 0x80;
    qjsp_buffer_init(&out, NULL, 0);
    CHECK_STATUS("10,000 arrays", qjsp_value_to_json((qjsp_bytes){ data, sizeof data }, &out),
                 QJSP_OK);
    CHECK_INT("10,000 arrays", out.len, 20000);
    qjsp_buffer_fini(&out);
}

/* Each level holds the one before twice: 2^64 empty arrays. */
static void doubling_references_end_at_the_limit(void **state)
{
    qjsp_buffer in, out;

    (void)state;
    qjsp_buffer_init(&in, NULL, 0);
    qjsp_buffer_init(&out, NULL, 100000);
    qjsp_write_array(&in, 64);
    for (uint64_t i = 0; i < 64; i++) {
        qjsp_write_tag(&in, QJSP_TAG_SHAREABLE);
        qjsp_write_array(&in, i == 0 ? 0 : 2);
        for (int side = 0; side < 2 && i > 0; side++) {
            qjsp_write_tag(&in, QJSP_TAG_REFERENCE);
            qjsp_write_uint(&in, i - 1);
        }
    }
    CHECK_STATUS("2^64 arrays", qjsp_value_to_json(qjsp_buffer_peek(&in), &out), QJSP_ERR_LIMIT);
    CHECK_TRUE("2^64 arrays", out.len <= 100000);
    qjsp_buffer_clear(&out);
    CHECK_STATUS("as text, folded", qjsp_value_to_text(qjsp_buffer_peek(&in), &out), QJSP_OK);
    qjsp_buffer_fini(&in);
    qjsp_buffer_fini(&out);
}

/* 20,000 references to an object of 20,000 undefined properties show as {}
 * each: reading it every time would be 400 million steps for 60 KB. */
static void reading_again_for_nothing_is_refused(void **state)
{
    const uint64_t n = 20000;
    qjsp_buffer in, out;

    (void)state;
    qjsp_buffer_init(&in, NULL, 0);
    qjsp_buffer_init(&out, NULL, 0);
    qjsp_write_array(&in, n + 1);
    qjsp_write_tag(&in, QJSP_TAG_SHAREABLE);
    qjsp_write_map(&in, n);
    for (uint64_t i = 0; i < n; i++) {
        qjsp_write_cstr(&in, "k");
        qjsp_write_undefined(&in);
    }
    for (uint64_t i = 0; i < n; i++) {
        qjsp_write_tag(&in, QJSP_TAG_REFERENCE);
        qjsp_write_uint(&in, 0);
    }
    CHECK_STATUS("reading again", qjsp_value_to_json(qjsp_buffer_peek(&in), &out), QJSP_ERR_LIMIT);
    CHECK_TRUE("reading again", out.len < 1000);
    qjsp_buffer_fini(&in);
    qjsp_buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_json),
        cmocka_unit_test(a_large_bigint_is_hexadecimal),
        cmocka_unit_test(nesting_does_not_recurse),
        cmocka_unit_test(doubling_references_end_at_the_limit),
        cmocka_unit_test(reading_again_for_nothing_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
