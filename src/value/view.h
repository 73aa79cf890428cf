/* SPDX-License-Identifier: MIT */
/* Typed arrays: their classes, tags (RFC 8746, little-endian) and elements. */
#ifndef QJSP_VALUE_VIEW_H
#define QJSP_VALUE_VIEW_H

#include <qjspool/buffer.h>

typedef enum qjsp__element {
    QJSP__ELEMENT_UINT,
    QJSP__ELEMENT_INT,
    QJSP__ELEMENT_FLOAT,
} qjsp__element;

typedef struct qjsp__view_type {
    const char *name;
    uint64_t tag; /* 0: DataView, which has none */
    size_t size;  /* bytes of one element */
    qjsp__element element;
} qjsp__view_type;

/* NULL: no such class. Static storage. */
const qjsp__view_type *qjsp__view_by_tag(uint64_t tag);
const qjsp__view_type *qjsp__view_by_name(qjsp_bytes name);

/* Elements of eight-byte integer arrays are bigints. */
static inline bool qjsp__view_is_bigint(const qjsp__view_type *type)
{
    return type->size == 8 && type->element != QJSP__ELEMENT_FLOAT;
}

/* The element at p; not for bigints. */
double qjsp__view_get(const qjsp__view_type *type, const uint8_t *p);

/* Appends the element at p as JavaScript shows a number; bigints without n. */
void qjsp__view_append(qjsp_buffer *out, const qjsp__view_type *type, const uint8_t *p);

#endif
