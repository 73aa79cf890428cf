/* SPDX-License-Identifier: MIT */
/* Tokens from bytes, hostile ones above all. */
#include <qjspool/value.h>

#include "../../check.h"
#include "corpus.h"
#include "hex.h"

#include <math.h>

static qjsp_status read_one(const char *hex, qjsp_token *token, size_t *pos)
{
    qjsp_bytes in = hex_new(hex);
    qjsp_reader r;
    qjsp_status st;

    qjsp_reader_init(&r, in, 0);
    st = qjsp_reader_next(&r, token);
    *pos = r.pos;
    hex_free(in);
    return st;
}

/* RFC 8949, appendix A, and forms that are longer than need be. */
static const struct {
    const char *hex;
    qjsp_token_kind kind;
    int64_t i64;
} integers[] = {
    { "00", QJSP_TOKEN_INT, 0 },
    { "17", QJSP_TOKEN_INT, 23 },
    { "1818", QJSP_TOKEN_INT, 24 },
    { "1903e8", QJSP_TOKEN_INT, 1000 },
    { "1a000f4240", QJSP_TOKEN_INT, 1000000 },
    { "1b000000e8d4a51000", QJSP_TOKEN_INT, 1000000000000 },
    { "1b7fffffffffffffff", QJSP_TOKEN_INT, INT64_MAX },
    { "1b0000000000000001", QJSP_TOKEN_INT, 1 },
    { "20", QJSP_TOKEN_INT, -1 },
    { "3903e7", QJSP_TOKEN_INT, -1000 },
    { "3b7fffffffffffffff", QJSP_TOKEN_INT, INT64_MIN },
    { "f4", QJSP_TOKEN_BOOL, 0 },
    { "f5", QJSP_TOKEN_BOOL, 1 },
    { "1b8000000000000000", QJSP_TOKEN_UINT, INT64_MIN },
    { "d81b80", QJSP_TOKEN_TAG, 27 },
    { "9a0000000101", QJSP_TOKEN_ARRAY, 1 },
    { "a10102", QJSP_TOKEN_MAP, 1 },
};

static void integers_and_heads_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        const char *hex = integers[i].hex;
        qjsp_token token;
        size_t pos;

        CHECK_STATUS(hex, read_one(hex, &token, &pos), QJSP_OK);
        CHECK_INT(hex, token.kind, integers[i].kind);
        if (token.kind == QJSP_TOKEN_BOOL)
            CHECK_INT(hex, token.u.boolean, integers[i].i64);
        else
            CHECK_INT(hex, token.u.i64, integers[i].i64);
    }
}

static const struct {
    const char *hex;
    double value;
} floats[] = {
    { "f90000", 0.0 },
    { "f98000", -0.0 },
    { "f93c00", 1.0 },
    { "f93e00", 1.5 },
    { "f97bff", 65504.0 },
    { "f90001", 5.960464477539063e-8 },
    { "f90400", 0.00006103515625 },
    { "f9c400", -4.0 },
    { "fa47c35000", 100000.0 },
    { "fa7f7fffff", 3.4028234663852886e+38 },
    { "fb7e37e43c8800759c", 1.0e+300 },
    { "fbc010666666666666", -4.1 },
    { "fb3ff199999999999a", 1.1 },
    { "f97c00", INFINITY },
    { "faff800000", -INFINITY },
    { "fb7ff0000000000000", INFINITY },
};

static void floats_are_read(void **state)
{
    qjsp_token token;
    size_t pos;

    (void)state;
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        CHECK_STATUS(floats[i].hex, read_one(floats[i].hex, &token, &pos), QJSP_OK);
        CHECK_INT(floats[i].hex, token.kind, QJSP_TOKEN_FLOAT);
        CHECK_BYTES(floats[i].hex, &token.u.f64, sizeof(double), &floats[i].value, sizeof(double));
    }
    CHECK_STATUS("NaN of 32 bits", read_one("fa7fc00000", &token, &pos), QJSP_OK);
    CHECK_TRUE("NaN of 32 bits", isnan(token.u.f64));
}

static const struct {
    const char *name, *hex;
    qjsp_status want;
} bad[] = {
    { "empty input", "", QJSP_ERR_TRUNCATED },
    { "a head without its argument", "18", QJSP_ERR_TRUNCATED },
    { "a head with half its argument", "19 01", QJSP_ERR_TRUNCATED },
    { "eight bytes announced, seven there", "1b 01020304050607", QJSP_ERR_TRUNCATED },
    { "a double cut off", "fb 3ff1", QJSP_ERR_TRUNCATED },
    { "text runs past the end", "65 616263", QJSP_ERR_TRUNCATED },
    { "text of 2^64-1 bytes", "7b ffffffffffffffff 61", QJSP_ERR_TRUNCATED },
    { "bytes of 2^63 bytes", "5b 8000000000000000 61", QJSP_ERR_TRUNCATED },
    { "an array with more items than bytes", "84 010203", QJSP_ERR_TRUNCATED },
    { "an array of 2^64-1", "9b ffffffffffffffff 00", QJSP_ERR_TRUNCATED },
    { "a map with more pairs than bytes", "a2 010203", QJSP_ERR_TRUNCATED },
    { "a map of 2^63 pairs", "bb 8000000000000000 0000", QJSP_ERR_TRUNCATED },
    { "a reserved width, 28", "1c", QJSP_ERR_MALFORMED },
    { "a reserved width, 29", "5d", QJSP_ERR_MALFORMED },
    { "a reserved width, 30", "fe", QJSP_ERR_MALFORMED },
    { "indefinite bytes", "5f 41 00 ff", QJSP_ERR_MALFORMED },
    { "indefinite text", "7f 61 61 ff", QJSP_ERR_MALFORMED },
    { "an indefinite array", "9f ff", QJSP_ERR_MALFORMED },
    { "an indefinite map", "bf ff", QJSP_ERR_MALFORMED },
    { "break alone", "ff", QJSP_ERR_MALFORMED },
    { "simple value 0", "e0", QJSP_ERR_MALFORMED },
    { "simple value 19", "f3", QJSP_ERR_MALFORMED },
    { "false in two bytes", "f8 14", QJSP_ERR_MALFORMED },
    { "simple value 255", "f8 ff", QJSP_ERR_MALFORMED },
    { "simple value 225", "f8 e1", QJSP_ERR_MALFORMED },
    { "below -2^63", "3b 8000000000000000", QJSP_ERR_MALFORMED },
    { "a lone continuation byte", "61 80", QJSP_ERR_MALFORMED },
    { "overlong in two bytes", "62 c1bf", QJSP_ERR_MALFORMED },
    { "overlong in three bytes", "63 e09fbf", QJSP_ERR_MALFORMED },
    { "overlong in four bytes", "64 f08fbfbf", QJSP_ERR_MALFORMED },
    { "beyond U+10FFFF", "64 f4908080", QJSP_ERR_MALFORMED },
    { "byte f5", "64 f5808080", QJSP_ERR_MALFORMED },
    { "a sequence cut off by the text's end", "62 e282", QJSP_ERR_MALFORMED },
    { "a sequence cut off by ASCII", "63 e28261", QJSP_ERR_MALFORMED },
    { "a surrogate pair in six bytes", "66 eda0bd edb880", QJSP_ERR_MALFORMED },
};

static void bad_input_is_refused_where_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        qjsp_token token;
        size_t pos;

        CHECK_STATUS(bad[i].name, read_one(bad[i].hex, &token, &pos), bad[i].want);
        CHECK_INT(bad[i].name, pos, 0);
    }
}

static void strings_are_borrowed_from_the_input(void **state)
{
    const uint8_t data[] = { 0x42, 1, 2, 0x61, 'a' };
    qjsp_reader r;
    qjsp_token token;

    (void)state;
    qjsp_reader_init(&r, (qjsp_bytes){ data, sizeof data }, 0);
    CHECK_STATUS("bytes", qjsp_reader_next(&r, &token), QJSP_OK);
    CHECK_INT("bytes", token.kind, QJSP_TOKEN_BYTES);
    CHECK_TRUE("bytes", token.u.bytes.data == data + 1 && token.u.bytes.len == 2);
    CHECK_STATUS("text", qjsp_reader_next(&r, &token), QJSP_OK);
    CHECK_TRUE("text", token.kind == QJSP_TOKEN_TEXT && token.offset == 3);
    CHECK_TRUE("text", token.u.bytes.data == data + 4 && token.u.bytes.len == 1);
    CHECK_STATUS("the end", qjsp_reader_next(&r, &token), QJSP_ERR_TRUNCATED);
}

static void a_node_budget_ends_the_reading(void **state)
{
    const uint8_t data[] = { 0x82, 1, 2 };
    qjsp_reader r;
    qjsp_token token;

    (void)state;
    qjsp_reader_init(&r, (qjsp_bytes){ data, sizeof data }, 2);
    CHECK_STATUS("the array", qjsp_reader_next(&r, &token), QJSP_OK);
    CHECK_STATUS("its first item", qjsp_reader_next(&r, &token), QJSP_OK);
    CHECK_STATUS("its second", qjsp_reader_next(&r, &token), QJSP_ERR_LIMIT);
    CHECK_INT("the reader stays", r.pos, 2);
    qjsp_reader_init(&r, (qjsp_bytes){ data, sizeof data }, 2);
    CHECK_STATUS("skipping counts too", qjsp_reader_skip(&r), QJSP_ERR_LIMIT);
}

static void skipping_passes_one_whole_item(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        qjsp_bytes in = hex_new(corpus[i].hex);
        qjsp_reader r;

        qjsp_reader_init(&r, in, 0);
        CHECK_STATUS(corpus[i].name, qjsp_reader_skip(&r), QJSP_OK);
        CHECK_INT(corpus[i].name, r.pos, in.len);
        hex_free(in);
    }
}

static void skipping_does_not_recurse(void **state)
{
    size_t depth = 1000000;
    uint8_t *data = malloc(depth + 1);
    qjsp_reader r;

    (void)state;
    memset(data, 0x81, depth);
    data[depth] = 0xf6;
    qjsp_reader_init(&r, (qjsp_bytes){ data, depth + 1 }, 0);
    CHECK_STATUS("a million arrays", qjsp_reader_skip(&r), QJSP_OK);
    CHECK_INT("a million arrays", r.pos, depth + 1);
    qjsp_reader_init(&r, (qjsp_bytes){ data, depth }, 0);
    CHECK_STATUS("and none inside", qjsp_reader_skip(&r), QJSP_ERR_TRUNCATED);
    /* each promises as many items as bytes are left: the sum is quadratic */
    for (size_t i = 0; i + 5 <= depth; i += 5)
        memcpy(data + i, "\x9a\x00\x00\xff\xff", 5);
    qjsp_reader_init(&r, (qjsp_bytes){ data, depth }, 0);
    CHECK_STATUS("counts that add up to more", qjsp_reader_skip(&r), QJSP_ERR_TRUNCATED);
    free(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_and_heads_are_read),
        cmocka_unit_test(floats_are_read),
        cmocka_unit_test(bad_input_is_refused_where_it_stands),
        cmocka_unit_test(strings_are_borrowed_from_the_input),
        cmocka_unit_test(a_node_budget_ends_the_reading),
        cmocka_unit_test(skipping_passes_one_whole_item),
        cmocka_unit_test(skipping_does_not_recurse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
