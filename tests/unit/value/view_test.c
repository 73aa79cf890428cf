/* SPDX-License-Identifier: MIT */
/* Classes of typed arrays and their elements. */
#include "value/view.h"

#include "hex.h"

#include "../../check.h"

static const struct {
    uint64_t tag;
    const char *name;
    size_t size;
    const char *element, *text;
} views[] = {
    { 64, "Uint8Array", 1, "ff", "255" },
    { 68, "Uint8ClampedArray", 1, "80", "128" },
    { 69, "Uint16Array", 2, "0180", "32769" },
    { 70, "Uint32Array", 4, "ffffffff", "4294967295" },
    { 71, "BigUint64Array", 8, "ffffffffffffffff", "18446744073709551615" },
    { 72, "Int8Array", 1, "80", "-128" },
    { 77, "Int16Array", 2, "feff", "-2" },
    { 78, "Int32Array", 4, "00000080", "-2147483648" },
    { 79, "BigInt64Array", 8, "0000000000000080", "-9223372036854775808" },
    { 84, "Float16Array", 2, "003e", "1.5" },
    { 85, "Float32Array", 4, "cdcccc3d", "0.10000000149011612" },
    { 86, "Float64Array", 8, "9a9999999999b93f", "0.1" },
};

static qjsp_bytes bytes_of(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, strlen(text) };
}

static void elements_are_little_endian(void **state)
{
    qjsp_buffer out;

    (void)state;
    qjsp_buffer_init(&out, NULL, 0);
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        const qjsp__view_type *type = qjsp__view_by_tag(views[i].tag);
        qjsp_bytes element = hex_new(views[i].element);

        CHECK_TRUE(views[i].name, type != NULL && type->size == views[i].size);
        CHECK_TRUE(views[i].name, type == qjsp__view_by_name(bytes_of(views[i].name)));
        qjsp_buffer_clear(&out);
        qjsp__view_append(&out, type, element.data);
        qjsp_buffer_append(&out, "", 1);
        CHECK_STR(views[i].name, (const char *)out.data, views[i].text);
        hex_free(element);
    }
    qjsp_buffer_fini(&out);
}

static void others_have_no_class(void **state)
{
    static const uint64_t tags[] = { 0, 63, 65, 66, 67, 73, 74, 75, 76, 80, 81, 82, 83, 87 };

    (void)state;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        CHECK_TRUE("no tag of ours", qjsp__view_by_tag(tags[i]) == NULL);
    CHECK_TRUE("a DataView has no tag", qjsp__view_by_name(bytes_of("DataView")) != NULL);
    CHECK_TRUE("a prefix", qjsp__view_by_name(bytes_of("Uint8Arra")) == NULL);
    CHECK_TRUE("nothing", qjsp__view_by_name((qjsp_bytes){ (const uint8_t *)"", 0 }) == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_little_endian),
        cmocka_unit_test(others_have_no_class),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
