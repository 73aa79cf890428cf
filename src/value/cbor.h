/* SPDX-License-Identifier: MIT */
/* The numbers of RFC 8949, section 3, for the reader and the writer. */
#ifndef QJSP_VALUE_CBOR_H
#define QJSP_VALUE_CBOR_H

/* The upper three bits of a head. */
enum {
    CBOR_MAJOR_UINT = 0,
    CBOR_MAJOR_NEGATIVE = 1, /* -1 - argument */
    CBOR_MAJOR_BYTES = 2,
    CBOR_MAJOR_TEXT = 3,
    CBOR_MAJOR_ARRAY = 4,
    CBOR_MAJOR_MAP = 5,
    CBOR_MAJOR_TAG = 6,
    CBOR_MAJOR_SIMPLE = 7, /* and floats */
};

/* The lower five bits: the argument itself below these, else its width. */
enum {
    CBOR_ONE_BYTE = 24,
    CBOR_TWO_BYTES = 25,
    CBOR_FOUR_BYTES = 26,
    CBOR_EIGHT_BYTES = 27, /* 28 to 30 are reserved, 31 is indefinite length */
};

enum {
    CBOR_FALSE = 20,
    CBOR_TRUE = 21,
    CBOR_NULL = 22,
    CBOR_UNDEFINED = 23,
    CBOR_HOLE = 224, /* unassigned by IANA; two bytes, f8 e0 */
};

#endif
