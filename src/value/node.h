/* SPDX-License-Identifier: MIT */
/*
 * Tokens as JavaScript values: the grammar of docs/wire-format.md, in one place.
 *
 * A node is one value without its children. Leaves are read whole (dates,
 * typed arrays, references); of a container only the head, so that walkers keep
 * the stack, not this file. Checks everything that can be seen in the node.
 */
#ifndef QJSP_VALUE_NODE_H
#define QJSP_VALUE_NODE_H

#include <qjspool/value.h>

#include "value/bigint.h"
#include "value/shared.h"
#include "value/view.h"

typedef enum qjsp__node_kind {
    QJSP__NODE_UNDEFINED,
    QJSP__NODE_NULL,
    QJSP__NODE_HOLE,
    QJSP__NODE_BOOL,
    QJSP__NODE_NUMBER,
    QJSP__NODE_BIGINT,
    QJSP__NODE_TEXT,
    QJSP__NODE_REFERENCE,
    /* objects, from here on */
    QJSP__NODE_BOXED, /* `boxed` says what, the value lies where a primitive's does */
    QJSP__NODE_DATE,  /* number: milliseconds, NaN when invalid */
    QJSP__NODE_REGEXP,
    QJSP__NODE_BUFFER, /* text: its bytes */
    QJSP__NODE_VIEW,
    /* containers, from here on */
    QJSP__NODE_ARRAY,  /* count items follow; holes among them */
    QJSP__NODE_SET,    /* count members */
    QJSP__NODE_OBJECT, /* count pairs; keys are texts */
    QJSP__NODE_ERROR,  /* the same */
    QJSP__NODE_SPARSE, /* the same: an array of `length` */
    QJSP__NODE_MAP,    /* count pairs of any values */
} qjsp__node_kind;

#define QJSP__NOT_SHARED SIZE_MAX

typedef struct qjsp__node {
    qjsp__node_kind kind;
    qjsp__node_kind boxed;
    size_t offset; /* of the first byte, tag 28 included */
    size_t shared; /* index among the shareables, or QJSP__NOT_SHARED */
    uint64_t count;
    union {
        bool boolean;
        double number;
        qjsp_bytes text; /* borrowed from the input, as all bytes here */
        qjsp__bigint bigint;
        size_t reference; /* index of a shareable */
        uint32_t length;
        struct {
            qjsp_bytes source, flags;
        } regexp;
        struct {
            const qjsp__view_type *type;
            qjsp_bytes bytes; /* a whole number of elements */
            size_t offset;    /* in its buffer */
        } view;
    } u;
} qjsp__node;

static inline bool qjsp__node_is_object(const qjsp__node *node)
{
    return node->kind >= QJSP__NODE_BOXED;
}

static inline bool qjsp__node_is_container(const qjsp__node *node)
{
    return node->kind >= QJSP__NODE_ARRAY;
}

/*
 * Reads the node at the reader. Shareables get their index from `shared`, to
 * which new ones are appended. On failure the reader stands where the
 * input is wrong. Statuses of qjsp_reader_next, and QJSP_ERR_NOMEM.
 */
QJSP_NODISCARD qjsp_status qjsp__node_read(qjsp_reader *r, qjsp__shared *shared, qjsp__node *node);

/* Reads a key of a plain object. */
QJSP_NODISCARD qjsp_status qjsp__key_read(qjsp_reader *r, qjsp_bytes *key);

/* True for the text of an array index, 0 to 2^32 - 2. */
bool qjsp__key_is_index(qjsp_bytes key, uint32_t *index);

bool qjsp__bytes_equal(qjsp_bytes bytes, const char *text);

/* What an Error's pairs say. Absent texts have data NULL, absent values offset 0. */
typedef struct qjsp__error {
    qjsp_bytes name, message, stack;
    size_t cause, errors; /* offsets of values */
} qjsp__error;

/* Reads the pairs of an ERROR node; for checked input. */
QJSP_NODISCARD qjsp_status qjsp__error_read(qjsp_reader *r, const qjsp__node *node,
                                            qjsp__error *error);

#endif
