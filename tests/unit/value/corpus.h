/* SPDX-License-Identifier: MIT */
/* One valid value of each form of docs/wire-format.md. */
#ifndef QJSP_TESTS_UNIT_VALUE_CORPUS_H
#define QJSP_TESTS_UNIT_VALUE_CORPUS_H

static const struct {
    const char *name, *hex;
} corpus[] = {
    { "undefined", "f7" },
    { "null", "f6" },
    { "true", "f5" },
    { "zero", "00" },
    { "minus zero", "f9 8000" },
    { "2^53", "1b 0020000000000000" },
    { "an integer beyond int64", "1b ffffffffffffffff" },
    { "an integer in a wider head than it needs", "1a 00000005" },
    { "minus 100", "38 63" },
    { "a half", "f9 3e00" },
    { "a float", "fa 47c35000" },
    { "a double", "fb 3ff199999999999a" },
    { "NaN", "f9 7e00" },
    { "text", "62 c3a9" },
    { "a lone surrogate", "63 eda080" },
    { "two surrogates in the wrong order", "66 edb080 eda080" },
    { "an ArrayBuffer", "44 01020304" },
    { "0n", "c2 40" },
    { "2^64 as a bigint", "c2 49 010000000000000000" },
    { "-1n", "c3 40" },
    { "a bigint with leading zeros", "c2 44 00000005" },
    { "a Date", "c1 1a 514b67b0" },
    { "an invalid Date", "c1 f97e00" },
    { "a Date in milliseconds", "d81b 82 64 44617465 f93e00" },
    { "an object", "a2 61 61 01 61 62 82 02 03" },
    { "__proto__ is a key", "a1 69 5f5f70726f746f5f5f 01" },
    { "an array with a hole", "83 01 f8e0 03" },
    { "a sparse array", "d81b 83 65 4172726179 1a ffffffff a2 61 35 f5 61 78 f6" },
    { "a Map", "d90103 a2 01 02 82 03 04 f6" },
    { "a Set", "d90102 82 01 61 61" },
    { "a RegExp", "d9524a 82 62 612b 62 6769" },
    { "a Uint8Array", "d840 43 010203" },
    { "a Float64Array", "d856 48 000000000000f03f" },
    { "a whole view of a shared buffer", "82 d81c d847 d81c 48 0102030405060708 d81d 01" },
    { "a partial view", "d81b 84 6b 55696e7431364172726179 44 01020304 02 01" },
    { "two views of one buffer", "82 d840 d81c 42 0102 d81b 84 68 4461746156696577 d81d 00 01 01" },
    { "a boxed number", "d81b 82 66 4e756d626572 05" },
    { "a boxed string", "d81b 82 66 537472696e67 61 78" },
    { "a boxed boolean", "d81b 82 67 426f6f6c65616e f5" },
    { "a boxed bigint", "d81b 82 66 426967496e74 c2 41 05" },
    { "an Error with a cause",
      "d81b 82 65 4572726f72 a3 64 6e616d65 61 45 67 6d657373616765 61 6d 65 6361757365 80" },
    { "a cycle", "d81c 81 d81d 00" },
    { "a cycle through a Map", "d81c d90103 a1 d81d 00 d81d 1a 00000000" },
};

#endif
