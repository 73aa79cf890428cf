/* SPDX-License-Identifier: MIT */
/* The twelve kinds of typed array: their names, sizes and tags (RFC 8746). */
#ifndef QJSP_CLONE_TYPED_ARRAY_H
#define QJSP_CLONE_TYPED_ARRAY_H

#include <qjspool/status.h>
#include <quickjs.h>

typedef struct qjsp__typed_array {
    const char *name;
    JSTypedArrayEnum type;
    uint8_t tag;  /* little-endian elements */
    uint8_t size; /* bytes of one element */
} qjsp__typed_array;

/* All NULL when there is none. Static storage. */
const qjsp__typed_array *qjsp__typed_array_by_type(int type);
const qjsp__typed_array *qjsp__typed_array_by_tag(uint64_t tag);
const qjsp__typed_array *qjsp__typed_array_by_name(qjsp_bytes name);

#endif
