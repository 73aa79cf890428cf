/* SPDX-License-Identifier: MIT */
/* An independent reader's opinion of what the writer writes: libcbor. */
#include <qjspool/value.h>

#include "../../check.h"

#include <cbor.h>
#include <math.h>

static cbor_item_t *load(const char *name, const qjsp_buffer *buf)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(buf->data, buf->len, &result);

    CHECK_STATUS(name, buf->status, QJSP_OK);
    CHECK_INT(name, result.error.code, CBOR_ERR_NONE);
    CHECK_INT(name, result.read, buf->len);
    CHECK_TRUE(name, item != NULL);
    return item;
}

static double number_of(const cbor_item_t *item)
{
    if (cbor_isa_uint(item))
        return (double)cbor_get_int(item);
    if (cbor_isa_negint(item))
        return -1 - (double)cbor_get_int(item);
    return cbor_float_get_float(item);
}

static void numbers_say_the_same(void **state)
{
    static const double numbers[] = {
        0,
        1,
        23,
        24,
        -1,
        -24,
        -25,
        255,
        256,
        65535,
        65536,
        4294967296.0,
        9007199254740992.0,
        -9007199254740992.0,
        9007199254740994.0,
        0.5,
        1.5,
        -4.1,
        65504.5,
        1e-7,
        0.1,
        1e300,
        5e-324,
        3.4028234663852886e+38,
        6.103515625e-5,
        5.960464477539063e-8,
        INFINITY,
        -INFINITY,
    };
    qjsp_buffer buf;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char name[32];
        cbor_item_t *item;

        snprintf(name, sizeof name, "%.17g", numbers[i]);
        qjsp_buffer_clear(&buf);
        qjsp_write_number(&buf, numbers[i]);
        item = load(name, &buf);
        CHECK_TRUE(name, number_of(item) == numbers[i]);
        cbor_decref(&item);
    }
    qjsp_buffer_fini(&buf);
}

static void zero_and_nan_keep_their_kind(void **state)
{
    qjsp_buffer buf;
    cbor_item_t *item;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_number(&buf, -0.0);
    item = load("minus zero", &buf);
    CHECK_TRUE("minus zero", cbor_is_float(item) && signbit(cbor_float_get_float(item)));
    cbor_decref(&item);
    qjsp_buffer_clear(&buf);
    qjsp_write_number(&buf, NAN);
    item = load("NaN", &buf);
    CHECK_TRUE("NaN", cbor_is_float(item) && isnan(cbor_float_get_float(item)));
    cbor_decref(&item);
    qjsp_buffer_fini(&buf);
}

static void simple_values_say_the_same(void **state)
{
    qjsp_buffer buf;
    cbor_item_t *item, **at;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_array(&buf, 4);
    qjsp_write_null(&buf);
    qjsp_write_undefined(&buf);
    qjsp_write_bool(&buf, true);
    qjsp_write_bool(&buf, false);
    item = load("simple values", &buf);
    CHECK_INT("simple values", cbor_array_size(item), 4);
    at = cbor_array_handle(item);
    CHECK_TRUE("null", cbor_is_null(at[0]));
    CHECK_TRUE("undefined", cbor_is_undef(at[1]));
    CHECK_TRUE("true", cbor_is_bool(at[2]) && cbor_get_bool(at[2]));
    CHECK_TRUE("false", cbor_is_bool(at[3]) && !cbor_get_bool(at[3]));
    cbor_decref(&item);
    qjsp_buffer_fini(&buf);
}

static void strings_say_the_same(void **state)
{
    static char text[70000];
    static const size_t lens[] = { 0, 1, 23, 24, 255, 256, 65535, 65536, sizeof text };
    qjsp_buffer buf;

    (void)state;
    memset(text, 'x', sizeof text);
    qjsp_buffer_init(&buf, NULL, 0);
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        cbor_item_t *item;

        qjsp_buffer_clear(&buf);
        qjsp_write_text(&buf, text, lens[i]);
        item = load("text", &buf);
        CHECK_TRUE("text", cbor_isa_string(item));
        CHECK_BYTES("text", cbor_string_handle(item), cbor_string_length(item), text, lens[i]);
        cbor_decref(&item);
        qjsp_buffer_clear(&buf);
        qjsp_write_bytes(&buf, text, lens[i]);
        item = load("bytes", &buf);
        CHECK_TRUE("bytes", cbor_isa_bytestring(item));
        CHECK_BYTES("bytes", cbor_bytestring_handle(item), cbor_bytestring_length(item), text,
                    lens[i]);
        cbor_decref(&item);
    }
    qjsp_buffer_fini(&buf);
}

static void an_error_is_a_tagged_array(void **state)
{
    qjsp_buffer buf;
    cbor_item_t *item, *inner;
    struct cbor_pair *pairs;

    (void)state;
    qjsp_buffer_init(&buf, NULL, 0);
    qjsp_write_error(&buf, "RangeError", "too far");
    item = load("error", &buf);
    CHECK_TRUE("error", cbor_isa_tag(item));
    CHECK_INT("error", cbor_tag_value(item), QJSP_TAG_OBJECT);
    inner = cbor_move(cbor_tag_item(item));
    CHECK_INT("error", cbor_array_size(inner), 2);
    CHECK_INT("error", cbor_map_size(cbor_array_handle(inner)[1]), 2);
    pairs = cbor_map_handle(cbor_array_handle(inner)[1]);
    CHECK_BYTES("name", cbor_string_handle(pairs[0].value), cbor_string_length(pairs[0].value),
                "RangeError", 10);
    CHECK_BYTES("message", cbor_string_handle(pairs[1].value), cbor_string_length(pairs[1].value),
                "too far", 7);
    cbor_decref(&item);
    qjsp_buffer_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_say_the_same),
        cmocka_unit_test(zero_and_nan_keep_their_kind),
        cmocka_unit_test(simple_values_say_the_same),
        cmocka_unit_test(strings_say_the_same),
        cmocka_unit_test(an_error_is_a_tagged_array),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
