/* SPDX-License-Identifier: MIT */
/*
 * The state of one decoding: an explicit stack of containers being filled, the
 * items of arrays that are not complete yet, and what references may mean.
 * The files decode*.c share it.
 *
 * All memory is the engine's, so that hostile bytes count against the guest's
 * limit. Every failure leaves an exception pending at once and ends the decoding.
 */
#ifndef QJSP_CLONE_DECODE_H
#define QJSP_CLONE_DECODE_H

#include <qjspool/value.h>

#include "clone/clone.h"
#include "clone/intrinsics.h"

typedef enum qjsp__fill_kind {
    QJSP__FILL_LIST,   /* an array nothing refers to: items wait on the stack */
    QJSP__FILL_ARRAY,  /* an array that references may mean: filled in place */
    QJSP__FILL_OBJECT, /* text keys and values */
    QJSP__FILL_ERROR,  /* the fields of an Error */
    QJSP__FILL_MAP,    /* key, value, key, ... */
    QJSP__FILL_SET,
} qjsp__fill_kind;

typedef struct qjsp__fill {
    qjsp__fill_kind kind;
    bool has_holes;
    JSAtom key;     /* OBJECT, ERROR: of the value to come; owned */
    uint32_t index; /* ARRAY: of the next item */
    uint64_t left;  /* values to come */
    size_t base;    /* LIST: its first item in `items`; MAP: where its key waits */
    JSValue target; /* owned; LIST: undefined */
} qjsp__fill;

enum { QJSP__FILLS_FIRST = 8 };

typedef struct qjsp__decoder {
    JSContext *ctx;
    const qjsp__intrinsics *in;
    const qjsp__clone_limits *limits;
    qjsp_reader reader;
    uint32_t max_depth;
    uint32_t ticks; /* items until `interrupted` is asked again */
    qjsp__fill *fills;
    size_t nfills, fills_cap;
    JSValue *items; /* owned values */
    size_t nitems, items_cap;
    JSValue *shared; /* by number; JS_UNINITIALIZED: begun, but not a value yet */
    size_t nshared, shared_cap;
    qjsp__fill first[QJSP__FILLS_FIRST];
} qjsp__decoder;

/* The slot of an item that no reference can mean. */
#define QJSP__NO_SLOT SIZE_MAX

typedef enum qjsp__step {
    QJSP__STEP_FAILED, /* an exception is pending */
    QJSP__STEP_OPENED, /* a container: its content comes next */
    QJSP__STEP_VALUE,  /* *out is a value, owned; JS_UNINITIALIZED: a hole */
} qjsp__step;

/* Throws the TypeError for bad bytes; false. (decode.c) */
bool qjsp__decode_malformed(qjsp__decoder *d, size_t offset, const char *problem);
/* The same in place of a SyntaxError or RangeError that the engine threw; other
 * exceptions stay. */
bool qjsp__decode_refused(qjsp__decoder *d, size_t offset, const char *problem);
/* False: an exception is pending. */
bool qjsp__decode_next(qjsp__decoder *d, qjsp_token *token);
/* Takes target, also on failure. */
qjsp__step qjsp__decode_open(qjsp__decoder *d, qjsp__fill_kind kind, JSValue target,
                             uint64_t nvalues, size_t offset);
/* A new slot, which has no value yet; QJSP__NO_SLOT: failed. */
size_t qjsp__decode_slot(qjsp__decoder *d);
/* What references to the slot mean from now on. */
void qjsp__decode_fill_slot(qjsp__decoder *d, size_t slot, JSValueConst value);

/* One item: a value, or the beginning of a container. (decode_item.c) */
qjsp__step qjsp__decode_item(qjsp__decoder *d, JSValue *out);
JSValue qjsp__decode_text(qjsp__decoder *d, qjsp_bytes text);
/* After tag 29. Exception: pending. */
JSValue qjsp__decode_reference(qjsp__decoder *d);
/* After tag 2 or 3. */
JSValue qjsp__decode_bigint(qjsp__decoder *d, bool is_negative);
bool qjsp__decode_number(qjsp__decoder *d, double *out);

/* After tag 27. (decode_object.c) */
qjsp__step qjsp__decode_class(qjsp__decoder *d, size_t slot, JSValue *out);
/* After one of the tags 64 to 86. (decode_bytes.c) */
JSValue qjsp__decode_typed_array(qjsp__decoder *d, uint64_t tag, size_t offset);
/* The arguments of tag 27 for a view: buffer, byte offset, length. */
JSValue qjsp__decode_view(qjsp__decoder *d, qjsp_bytes name, size_t offset);

#endif
