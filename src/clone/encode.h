/* SPDX-License-Identifier: MIT */
/*
 * The state of one encoding: an explicit stack of containers that are being
 * written, and the table of objects met. The files encode*.c share it.
 *
 * Failures stick, in `status` or in the buffer; the loop in encode.c looks at
 * both before each step.
 */
#ifndef QJSP_CLONE_ENCODE_H
#define QJSP_CLONE_ENCODE_H

#include "clone/clone.h"
#include "clone/identity.h"
#include "clone/intrinsics.h"

typedef enum qjsp__frame_kind {
    QJSP__FRAME_KEYS,  /* an object's own keys and their values */
    QJSP__FRAME_ITEMS, /* an array's indices */
    QJSP__FRAME_PAIRS, /* a Map; `object` is an array of key, value, key, ... */
    QJSP__FRAME_SET,   /* a Set; `object` is an array of its members */
} qjsp__frame_kind;

typedef struct qjsp__frame {
    qjsp__frame_kind kind;
    bool is_cut;          /* lenient: "[...]" stands for the rest */
    bool has_holes;       /* ITEMS: some indices are missing or not enumerable */
    JSValue object;       /* owned */
    JSPropertyEnum *keys; /* KEYS; owned */
    uint32_t nkeys;
    uint32_t count;   /* children to write */
    uint32_t next;    /* the next child */
    uint32_t missing; /* KEYS: keys that a getter deleted */
    size_t head;      /* KEYS: offset of the map's head */
} qjsp__frame;

enum { QJSP__FRAMES_FIRST = 8 };

typedef struct qjsp__encoder {
    JSContext *ctx;
    const qjsp__intrinsics *in;
    qjsp_buffer *buf;
    const char *root; /* NULL: lenient */
    const qjsp__clone_limits *limits;
    qjsp_status status;
    uint64_t nodes_left;
    uint32_t max_depth;
    uint32_t ticks; /* nodes until `interrupted` is asked again */
    qjsp__identity seen;
    qjsp__frame *frames;
    uint32_t nframes, frames_cap;
    qjsp__frame first[QJSP__FRAMES_FIRST];
} qjsp__encoder;

/* Writes a leaf, or the head of a container and pushes its frame. (encode.c) */
void qjsp__encode_value(qjsp__encoder *e, JSValueConst value);
/* Takes `object`. */
void qjsp__encode_push(qjsp__encoder *e, qjsp__frame frame);
/* An engine call failed: sticks EXCEPTION. Lenient: drops the exception. */
void qjsp__encode_threw(qjsp__encoder *e);
/* Counts n children; how many of them to write. Strict: all or QJSP_ERR_LIMIT. */
uint32_t qjsp__encode_reserve(qjsp__encoder *e, uint32_t n, uint32_t nodes_each);
/* The own property, JS_UNDEFINED if missing; runs a getter unless lenient. */
JSValue qjsp__encode_get(qjsp__encoder *e, JSValueConst object, JSAtom atom, bool *is_missing);

/* Containers (encode_object.c) and all other objects (encode_leaf.c). */
void qjsp__encode_container(qjsp__encoder *e, JSValueConst object, qjsp__object_kind kind);
void qjsp__encode_keys(qjsp__encoder *e, JSValue object); /* takes object; writes a map */
void qjsp__encode_leaf(qjsp__encoder *e, JSValueConst object, qjsp__object_kind kind);
void qjsp__encode_string(qjsp__encoder *e, JSValueConst string);
void qjsp__encode_bigint(qjsp__encoder *e, JSValueConst bigint);
/* A bag of name, message, stack, cause, errors. (encode_error.c) */
void qjsp__encode_error(qjsp__encoder *e, JSValueConst error, qjsp__object_kind kind);
/* By its number. (encode_leaf.c) */
void qjsp__encode_function(qjsp__encoder *e, JSValueConst function);
/* Typed arrays, DataViews and their buffers. (encode_bytes.c) */
void qjsp__encode_buffer(qjsp__encoder *e, JSValueConst buffer);
void qjsp__encode_typed_array(qjsp__encoder *e, JSValueConst array);
void qjsp__encode_view(qjsp__encoder *e, JSValueConst view);

/* What cannot be cloned: throws a DataCloneError that names the path of the
 * value being written; lenient: writes a text that shows it. what: NULL for the
 * name of its class. (encode_refuse.c) */
void qjsp__encode_refuse(qjsp__encoder *e, JSValueConst value, const char *what);

/* Remembers the object, whose item begins at the buffer's end. (encode.c) */
void qjsp__encode_remember(qjsp__encoder *e, JSValueConst object);
/* Writes a reference if the object was met before. */
bool qjsp__encode_reference(qjsp__encoder *e, JSValueConst object);

static inline bool qjsp__encode_failed(const qjsp__encoder *e)
{
    return e->status != QJSP_OK || e->buf->status != QJSP_OK;
}

static inline bool qjsp__encode_is_lenient(const qjsp__encoder *e)
{
    return e->root == NULL;
}

#endif
