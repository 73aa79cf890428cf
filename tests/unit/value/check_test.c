/* SPDX-License-Identifier: MIT */
/* Which bytes are a value, and where the others go wrong. */
#include <qjspool/value.h>

#include "../../check.h"
#include "corpus.h"
#include "hex.h"

static void every_form_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        qjsp_bytes in = hex_new(corpus[i].hex);

        CHECK_STATUS(corpus[i].name, qjsp_value_check(in, 0, NULL), QJSP_OK);
        hex_free(in);
    }
}

static bool is_refusal(qjsp_status st)
{
    return st == QJSP_ERR_TRUNCATED || st == QJSP_ERR_MALFORMED;
}

/* In memory that ends with the bytes. */
static void check_prefix(const char *name, qjsp_bytes in, size_t len)
{
    uint8_t *data = malloc(len == 0 ? 1 : len);
    qjsp_bytes cut = { data, len };
    qjsp_buffer out;

    memcpy(data, in.data, len);
    qjsp_buffer_init(&out, NULL, 0);
    CHECK_TRUE(name, is_refusal(qjsp_value_check(cut, 0, NULL)));
    CHECK_TRUE(name, is_refusal(qjsp_value_to_json(cut, &out)));
    CHECK_TRUE(name, is_refusal(qjsp_value_to_text(cut, &out)));
    CHECK_TRUE(name, is_refusal(qjsp_console_to_text(cut, &out)));
    CHECK_INT(name, out.len, 0);
    qjsp_buffer_fini(&out);
    free(data);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        qjsp_bytes in = hex_new(corpus[i].hex);

        for (size_t len = 0; len < in.len; len++)
            check_prefix(corpus[i].name, in, len);
        hex_free(in);
    }
}

static void anything_behind_a_value_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        char hex[512];
        qjsp_bytes in;
        size_t offset = 0;

        snprintf(hex, sizeof hex, "%s 00", corpus[i].hex);
        in = hex_new(hex);
        CHECK_STATUS(corpus[i].name, qjsp_value_check(in, 0, &offset), QJSP_ERR_MALFORMED);
        CHECK_INT(corpus[i].name, offset, in.len - 1);
        hex_free(in);
    }
}

static const struct {
    const char *name, *hex;
    size_t offset;
} bad[] = {
    { "a hole alone", "f8e0", 0 },
    { "a hole in an object", "a1 61 61 f8e0", 3 },
    { "a hole in a Set", "d90102 81 f8e0", 4 },
    { "a hole as a Map's key", "d90103 a1 f8e0 01", 4 },
    { "a boxed hole", "d81b 82 66 4e756d626572 f8e0", 10 },
    { "a number as a key", "a1 01 02", 1 },
    { "an unknown tag", "c0 61 61", 0 },
    { "tag 55799, self-described CBOR", "d9d9f7 01", 0 },
    { "a big-endian typed array", "d841 42 0001", 0 },
    { "a bigint of text", "c2 61 61", 1 },
    { "a bigint of a shareable", "c2 d81c 41 05", 1 },
    { "a Date of text", "c1 61 61", 1 },
    { "a Date of a bigint", "c1 c2 41 05", 1 },
    { "a Set of a map", "d90102 a0", 3 },
    { "a Map of an array", "d90103 80", 3 },
    { "a RegExp of one text", "d9524a 81 61 61", 3 },
    { "a RegExp with a number", "d9524a 82 61 61 01", 6 },
    { "an Int16Array of three bytes", "d84d 43 010203", 2 },
    { "a typed array of an array", "d840 80", 2 },
    { "a typed array of a shared array", "d840 d81c 80", 4 },
    { "a typed array of a reference to an array", "82 d81c 80 d840 d81d 00", 8 },
    { "a class without a name", "d81b 80", 2 },
    { "a class named by a number", "d81b 82 01 02", 3 },
    { "an unknown class", "d81b 82 63 466f6f 01", 0 },
    { "a class with too many arguments", "d81b 83 64 44617465 01 02", 0 },
    { "a class with none", "d81b 81 64 44617465", 0 },
    { "a boxed number of text", "d81b 82 66 4e756d626572 61 61", 10 },
    { "a boxed string of a boxed string", "d81b 82 66 537472696e67 d81b 82 66 537472696e67 61 61",
      10 },
    { "a boxed boolean of null", "d81b 82 67 426f6f6c65616e f6", 11 },
    { "a boxed bigint of an integer", "d81b 82 66 426967496e74 05", 10 },
    { "an Error of text", "d81b 82 65 4572726f72 61 61", 9 },
    { "an Error whose name is a number", "d81b 82 65 4572726f72 a1 64 6e616d65 01", 15 },
    { "an Error whose stack is an object", "d81b 82 65 4572726f72 a1 65 737461636b a0", 16 },
    { "a sparse array of negative length", "d81b 83 65 4172726179 20 a0", 9 },
    { "a sparse array of 2^32", "d81b 83 65 4172726179 1b 0000000100000000 a0", 9 },
    { "a sparse array with an index beyond", "d81b 83 65 4172726179 02 a1 61 32 01", 11 },
    { "a sparse array with an index twice", "d81b 83 65 4172726179 09 a2 61 32 01 61 32 01", 14 },
    { "a sparse array with an index after a name", "d81b 83 65 4172726179 09 a2 61 61 01 61 32 01",
      14 },
    { "a view past its buffer", "d81b 84 6a 55696e74384172726179 42 0102 01 02", 14 },
    { "a view that begins past it", "d81b 84 6a 55696e74384172726179 42 0102 03 00", 14 },
    { "a view out of step", "d81b 84 6b 55696e7431364172726179 44 01020304 01 01", 15 },
    { "a view whose size overflows",
      "d81b 84 6b 55696e7431364172726179 44 01020304 02 1b 7fffffffffffffff", 15 },
    { "a view with a negative offset", "d81b 84 6a 55696e74384172726179 42 0102 20 01", 17 },
    { "a view of a reference to an array",
      "82 d81c 80 d81b 84 6a 55696e74384172726179 d81d 00 00 00", 20 },
    { "a reference to nothing", "d81d 00", 2 },
    { "a reference to what comes later", "82 d81d 00 d81c 80", 3 },
    { "a negative reference", "81 d81d 20", 3 },
    { "a reference that is text", "d81c 81 d81d 61 61", 5 },
    { "a shared number", "d81c 01", 0 },
    { "a shared text", "d81c 61 61", 0 },
    { "a shared bigint", "d81c c2 41 01", 0 },
    { "a shared reference", "82 d81c 80 d81c d81d 00", 4 },
    { "a value shared twice", "d81c d81c 80", 0 },
    { "bad text deep inside", "81 81 a1 61 61 61 ff", 5 },
};

static void every_breach_is_named_by_its_offset(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        qjsp_bytes in = hex_new(bad[i].hex);
        size_t offset = SIZE_MAX;

        CHECK_STATUS(bad[i].name, qjsp_value_check(in, 0, &offset), QJSP_ERR_MALFORMED);
        CHECK_INT(bad[i].name, offset, bad[i].offset);
        hex_free(in);
    }
}

static void nested_arrays(uint8_t *data, size_t depth)
{
    memset(data, 0x81, depth - 1);
    data[depth - 1] = 0x80;
}

static void depth_is_limited_without_recursion(void **state)
{
    size_t depth = 1000000;
    uint8_t *data = malloc(depth);

    (void)state;
    nested_arrays(data, depth);
    CHECK_STATUS("a million arrays", qjsp_value_check((qjsp_bytes){ data, depth }, 0, NULL),
                 QJSP_ERR_LIMIT);
    CHECK_STATUS("a million, allowed", qjsp_value_check((qjsp_bytes){ data, depth }, 1000000, NULL),
                 QJSP_OK);
    nested_arrays(data, 10000);
    CHECK_STATUS("the default's last", qjsp_value_check((qjsp_bytes){ data, 10000 }, 0, NULL),
                 QJSP_OK);
    nested_arrays(data, 10001);
    CHECK_STATUS("one more", qjsp_value_check((qjsp_bytes){ data, 10001 }, 0, NULL),
                 QJSP_ERR_LIMIT);
    memset(data, 0xd8, depth); /* tags take no depth, but do not nest either */
    for (size_t i = 1; i < depth; i += 2)
        data[i] = 0x1c;
    CHECK_STATUS("only tags", qjsp_value_check((qjsp_bytes){ data, depth }, 0, NULL),
                 QJSP_ERR_MALFORMED);
    free(data);
}

/* Tag, array and map of an Error are one container to JavaScript. */
static void depth_counts_containers_as_javascript_does(void **state)
{
    static const struct {
        const char *name, *hex;
        uint32_t depth;
    } cases[] = {
        { "a number has none", "01", 1 },
        { "an empty array", "80", 1 },
        { "a shared Map in an array", "81 d81c d90103 a0", 2 },
        { "an Error with a cause",
          "d81b 82 65 4572726f72 a1 65 6361757365 d81b 82 65 4572726f72 a0", 2 },
        { "typed arrays and dates hold nothing", "82 d840 40 c1 00", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qjsp_bytes in = hex_new(cases[i].hex);

        CHECK_STATUS(cases[i].name, qjsp_value_check(in, cases[i].depth, NULL), QJSP_OK);
        if (cases[i].depth > 1)
            CHECK_STATUS(cases[i].name, qjsp_value_check(in, cases[i].depth - 1, NULL),
                         QJSP_ERR_LIMIT);
        hex_free(in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_accepted),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(anything_behind_a_value_is_refused),
        cmocka_unit_test(every_breach_is_named_by_its_offset),
        cmocka_unit_test(depth_is_limited_without_recursion),
        cmocka_unit_test(depth_counts_containers_as_javascript_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
