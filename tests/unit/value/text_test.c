/* SPDX-License-Identifier: MIT */
/* Values as a console shows them. */
#include "show.h"

static const show_case cases[] = {
    { "a bare string is shown as it is", "6a697427732022736f220a", "it's \"so\"\n" },
    { "but not its control characters", "701b5b33316dc29b077f0d09eda080c3a9",
      "\\x1B[31m\\x9B\\x07\\x7F\\r\t\\uD800é" },
    { "undefined in an array", "84f7f6f5fb8000000000000000", "[ undefined, null, true, -0 ]" },
    { "records break into lines",
      "82a3646e616d6565666972737464746167738261616162666e6573746564a16178fb3ff800000000"
      "0000a2646e616d65646974277363626967c249010000000000000000",
      "[\n"
      "  { name: 'first', tags: [ 'a', 'b' ], nested: { x: 1.5 } },\n"
      "  { name: \"it's\", big: 18446744073709551616n }\n"
      "]" },
    { "long arrays are cut and packed",
      "98781903e81903e91903ea1903eb1903ec1903ed1903ee1903ef1903f01903f11903f21903f31903"
      "f41903f51903f61903f71903f81903f91903fa1903fb1903fc1903fd1903fe1903ff190400190401"
      "19040219040319040419040519040619040719040819040919040a19040b19040c19040d19040e19"
      "040f19041019041119041219041319041419041519041619041719041819041919041a19041b1904"
      "1c19041d19041e19041f190420190421190422190423190424190425190426190427190428190429"
      "19042a19042b19042c19042d19042e19042f19043019043119043219043319043419043519043619"
      "043719043819043919043a19043b19043c19043d19043e19043f1904401904411904421904431904"
      "4419044519044619044719044819044919044a19044b19044c19044d19044e19044f190450190451"
      "19045219045319045419045519045619045719045819045919045a19045b19045c19045d19045e19"
      "045f",
      "[\n"
      "  1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011,\n"
      "  1012, 1013, 1014, 1015, 1016, 1017, 1018, 1019, 1020, 1021, 1022, 1023,\n"
      "  1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1032, 1033, 1034, 1035,\n"
      "  1036, 1037, 1038, 1039, 1040, 1041, 1042, 1043, 1044, 1045, 1046, 1047,\n"
      "  1048, 1049, 1050, 1051, 1052, 1053, 1054, 1055, 1056, 1057, 1058, 1059,\n"
      "  1060, 1061, 1062, 1063, 1064, 1065, 1066, 1067, 1068, 1069, 1070, 1071,\n"
      "  1072, 1073, 1074, 1075, 1076, 1077, 1078, 1079, 1080, 1081, 1082, 1083,\n"
      "  1084, 1085, 1086, 1087, 1088, 1089, 1090, 1091, 1092, 1093, 1094, 1095,\n"
      "  1096, 1097, 1098, 1099,\n"
      "  ... 20 more items\n"
      "]" },
    { "one more item",
      "9865000102030405060708090a0b0c0d0e0f101112131415161718181819181a181b181c181d181e"
      "181f1820182118221823182418251826182718281829182a182b182c182d182e182f183018311832"
      "1833183418351836183718381839183a183b183c183d183e183f1840184118421843184418451846"
      "184718481849184a184b184c184d184e184f1850185118521853185418551856185718581859185a"
      "185b185c185d185e185f18601861186218631864",
      "[\n"
      "  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,\n"
      "  20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37,\n"
      "  38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55,\n"
      "  56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73,\n"
      "  74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91,\n"
      "  92, 93, 94, 95, 96, 97, 98, 99,\n"
      "  ... 1 more item\n"
      "]" },
    { "holes", "8501f8e0f8e003f8e0", "[ 1, <2 empty items>, 3, <1 empty item> ]" },
    { "a sparse array", "d81b836541727261791affffffffa26131617865696e64657800",
      "[ <1 empty item>, 'x', <4294967293 empty items>, index: 0 ]" },
    { "a cycle", "d81ca16473656c66d81d00", "<ref *1> { self: [Circular *1] }" },
    { "a cycle on several lines",
      "d81ca26473656c66d81d00646c6f6e67784678787878787878787878787878787878787878787878"
      "78787878787878787878787878787878787878787878787878787878787878787878787878787878"
      "7878787878787878",
      "<ref *1> {\n"
      "  self: [Circular *1],\n"
      "  long: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
      "\n"
      "}" },
    { "two cycles", "82d81c81d81d00d81c81d81d01",
      "[ <ref *1> [ [Circular *1] ], <ref *2> [ [Circular *2] ] ]" },
    { "a repeated value is no cycle", "82d81c8101d81d00", "[ [ 1 ], [ 1 ] ]" },
    { "deep objects are folded", "a16161a16162a16163a26164a16165a1616601616702",
      "{ a: { b: { c: { d: { e: [Object] }, g: 2 } } } }" },
    { "deep arrays, Maps and Sets too", "81818181848101d90103a10102d901028101d8404101",
      "[ [ [ [ [ [Array], [Map], [Set], [Uint8Array] ] ] ] ] ]" },
    { "a Map", "d90103a26161018101a1617802", "Map(2) { 'a' => 1, [ 1 ] => { x: 2 } }" },
    { "a Set", "d9010282016178", "Set(2) { 1, 'x' }" },
    { "empty containers", "8580a0d9010280d90103a0d84040",
      "[ [], {}, Set(0) {}, Map(0) {}, Uint8Array(0) [] ]" },
    { "keys", "a5695f5f70726f746f5f5f0163612d6202600361310464245f613105",
      "{ ['__proto__']: 1, 'a-b': 2, '': 3, '1': 4, $_a1: 5 }" },
    { "quotes", "84646974277362222763222760645c200a1b",
      "[ \"it's\", `\"'`, '\"\\'`', '\\\\ \\n\\x1B' ]" },
    { "an Error with its stack and cause",
      "d81b82654572726f72a4646e616d6569547970654572726f72676d65737361676563626164657374"
      "61636b781d20202020617420662028612e6a733a313a32290a20202020617420620a656361757365"
      "d81b82654572726f72a3646e616d65654572726f72676d65737361676565696e6e65726573746163"
      "6b6920202020617420630a",
      "TypeError: bad\n"
      "    at f (a.js:1:2)\n"
      "    at b {\n"
      "  [cause]: Error: inner\n"
      "      at c\n"
      "}" },
    { "an Error in an object",
      "a16165d81b82654572726f72a3646e616d6569547970654572726f72676d65737361676563626164"
      "65737461636b781d20202020617420662028612e6a733a313a32290a20202020617420620a",
      "{\n"
      "  e: TypeError: bad\n"
      "      at f (a.js:1:2)\n"
      "      at b\n"
      "}" },
    { "an Error without a stack",
      "81d81b82654572726f72a2646e616d656a52616e67654572726f72676d657373616765626e6f",
      "[ [RangeError: no] ]" },
    { "an Error whose stack names it",
      "d81b82654572726f72a3646e616d65654572726f72676d657373616765616d65737461636b714572"
      "726f723a206d0a2020202061742078",
      "Error: m\n"
      "    at x" },
    { "an AggregateError",
      "d81b82654572726f72a3646e616d656e4167677265676174654572726f72676d6573736167656066"
      "6572726f727382d81b82654572726f72a2646e616d65654572726f72676d657373616765613102",
      "[AggregateError] { [errors]: [ [Error: 1], 2 ] }" },
    { "escapes in an Error",
      "d81b82654572726f72a3646e616d656145676d657373616765691b5b324a0a6e6578746573746163"
      "6b672020617420c29b",
      "E: \\x1B[2J\n"
      "next\n"
      "  at \\x9B" },
    { "typed arrays", "83d85650000000000000f83f000000000000f87fd84f48fbffffffffffffffd85442003e",
      "[\n"
      "  Float64Array(2) [ 1.5, NaN ],\n"
      "  BigInt64Array(1) [ -5n ],\n"
      "  Float16Array(1) [ 1.5 ]\n"
      "]" },
    { "an ArrayBuffer", "4201ff", "ArrayBuffer { [Uint8Contents]: <01 ff>, byteLength: 2 }" },
    { "a long ArrayBuffer",
      "58340000000000000000000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000",
      "ArrayBuffer { [Uint8Contents]: <00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
      "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
      " 00 00 00 00 00 00 00 ... 2 more bytes>, byteLength: 52 }" },
    { "a DataView", "d81b8468446174615669657744616263640102", "DataView(2) [ 98, 99 ]" },
    { "a RegExp", "d9524a8264615c2f62626769", "/a\\/b/gi" },
    { "Dates",
      "84c1fb7ff8000000000000c1fb3ff8000000000000c13b0000000e7b55af7fc11b000007dba82180"
      "00",
      "[\n"
      "  Invalid Date,\n"
      "  1970-01-01T00:00:01.500Z,\n"
      "  -000001-01-01T00:00:00.000Z,\n"
      "  +275760-09-13T00:00:00.000Z\n"
      "]" },
    { "boxed",
      "84d81b82664e756d626572fb8000000000000000d81b8266537472696e676178d81b8267426f6f6c"
      "65616ef5d81b8266426967496e74c34105",
      "[ [Number: -0], [String: 'x'], [Boolean: true], [BigInt: -6n] ]" },
    { "long items get their own lines",
      "87783278787878787878787878787878787878787878787878787878787878787878787878787878"
      "78787878787878787878787878783279797979797979797979797979797979797979797979797979"
      "797979797979797979797979797979797979797979797979796573686f72740102a1616b78467676"
      "76767676767676767676767676767676767676767676767676767676767676767676767676767676"
      "7676767676767676767676767676767676767676767676767676767604",
      "[\n"
      "  'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',\n"
      "  'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy',\n"
      "  'short', 1, 2,\n"
      "  {\n"
      "    k: 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv'\n"
      "  },\n"
      "  4\n"
      "]" },
};

static void values_become_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        show_check(&cases[i], qjsp_value_to_text);
}

static void nesting_does_not_recurse(void **state)
{
    static uint8_t data[10000];
    qjsp_buffer out;

    (void)state;
    memset(data, 0x81, sizeof data - 1);
    data[sizeof data - 1] = 0x80;
    qjsp_buffer_init(&out, NULL, 0);
    CHECK_STATUS("10,000 arrays", qjsp_value_to_text((qjsp_bytes){ data, sizeof data }, &out),
                 QJSP_OK);
    qjsp_buffer_append(&out, "", 1);
    CHECK_STR("10,000 arrays", (const char *)out.data, "[ [ [ [ [ [Array] ] ] ] ] ]");
    qjsp_buffer_fini(&out);
}

/* A hundred references to a hundred references to ... of a large string. */
static void what_references_repeat_is_folded(void **state)
{
    static char text[10000];
    qjsp_buffer in, out;

    (void)state;
    memset(text, 'x', sizeof text);
    qjsp_buffer_init(&in, NULL, 0);
    qjsp_buffer_init(&out, NULL, 0);
    qjsp_write_array(&in, 5);
    for (uint64_t level = 0; level < 5; level++) {
        qjsp_write_tag(&in, QJSP_TAG_SHAREABLE);
        qjsp_write_array(&in, level == 0 ? 1 : 100);
        if (level == 0)
            qjsp_write_text(&in, text, sizeof text);
        for (int i = 0; i < 100 && level > 0; i++) {
            qjsp_write_tag(&in, QJSP_TAG_REFERENCE);
            qjsp_write_uint(&in, level - 1);
        }
    }
    CHECK_STATUS("100^4 strings", qjsp_value_to_text(qjsp_buffer_peek(&in), &out), QJSP_OK);
    CHECK_TRUE("100^4 strings", out.len < 10000000);
    qjsp_buffer_fini(&in);
    qjsp_buffer_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_text),
        cmocka_unit_test(nesting_does_not_recurse),
        cmocka_unit_test(what_references_repeat_is_folded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
