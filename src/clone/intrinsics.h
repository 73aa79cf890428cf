/* SPDX-License-Identifier: MIT */
/*
 * Functions and prototypes of a realm, taken before any guest code could patch
 * them, and what the engine's classes are to the structured clone algorithm.
 *
 * The struct and all it holds live in the engine's memory: a restored region
 * brings them back. Only src/isolate includes this.
 */
#ifndef QJSP_CLONE_INTRINSICS_H
#define QJSP_CLONE_INTRINSICS_H

#include "clone/clone.h"

/* ORDER qjsp__intrinsic: the table in intrinsics.c names each. */
typedef enum qjsp__intrinsic {
    QJSP__IN_MAP,
    QJSP__IN_MAP_SET,
    QJSP__IN_MAP_FOR_EACH,
    QJSP__IN_SET,
    QJSP__IN_SET_ADD,
    QJSP__IN_SET_FOR_EACH,
    QJSP__IN_DATE_GET_TIME,
    QJSP__IN_REGEXP,
    QJSP__IN_REGEXP_SOURCE,
    QJSP__IN_REGEXP_HAS_INDICES, /* the flags, in the order RegExp shows them */
    QJSP__IN_REGEXP_GLOBAL,
    QJSP__IN_REGEXP_IGNORE_CASE,
    QJSP__IN_REGEXP_MULTILINE,
    QJSP__IN_REGEXP_DOT_ALL,
    QJSP__IN_REGEXP_UNICODE,
    QJSP__IN_REGEXP_UNICODE_SETS,
    QJSP__IN_REGEXP_STICKY,
    QJSP__IN_BUFFER_DETACHED,
    QJSP__IN_TYPED_BUFFER,
    QJSP__IN_TYPED_BYTE_LENGTH,
    QJSP__IN_TYPED_BYTE_OFFSET,
    QJSP__IN_TYPED_LENGTH,
    QJSP__IN_VIEW,
    QJSP__IN_VIEW_BUFFER,
    QJSP__IN_VIEW_BYTE_LENGTH,
    QJSP__IN_VIEW_BYTE_OFFSET,
    QJSP__IN_NUMBER_VALUE_OF,
    QJSP__IN_STRING_VALUE_OF,
    QJSP__IN_BOOLEAN_VALUE_OF,
    QJSP__IN_BIGINT_VALUE_OF,
    QJSP__IN_BIGINT_TO_STRING,
    QJSP__IN_BIGINT,
    QJSP__IN_BIGINT_AS_INT_N,
    QJSP__IN_SYMBOL_TO_STRING,
    QJSP__IN_ERROR_STACK,
    QJSP__IN_DOM_EXCEPTION,
    QJSP__IN_DOM_EXCEPTION_NAME,
    QJSP__IN_DOM_EXCEPTION_MESSAGE,
    QJSP__IN_ERROR_PROTO, /* the prototypes that qjsp__intrinsics_error_proto finds */
    QJSP__IN_EVAL_ERROR_PROTO,
    QJSP__IN_RANGE_ERROR_PROTO,
    QJSP__IN_REFERENCE_ERROR_PROTO,
    QJSP__IN_SYNTAX_ERROR_PROTO,
    QJSP__IN_TYPE_ERROR_PROTO,
    QJSP__IN_URI_ERROR_PROTO,
    QJSP__IN_INTERNAL_ERROR_PROTO,
    QJSP__IN_AGGREGATE_ERROR_PROTO,
    QJSP__IN_COLLECT_PAIR,   /* forEach callback: pushes key and value onto `this` */
    QJSP__IN_COLLECT_MEMBER, /* forEach callback: pushes the member onto `this` */
    QJSP__IN_COUNT,
} qjsp__intrinsic;

/* What an object is to the clone algorithm, by its class in the engine. */
typedef enum qjsp__object_kind {
    QJSP__KIND_OTHER, /* has no clone */
    QJSP__KIND_PROXY,
    QJSP__KIND_PLAIN, /* from here to DOM_EXCEPTION: containers */
    QJSP__KIND_MODULE,
    QJSP__KIND_ARRAY,
    QJSP__KIND_MAP,
    QJSP__KIND_SET,
    QJSP__KIND_ERROR,
    QJSP__KIND_DOM_EXCEPTION,
    QJSP__KIND_DATE, /* from here on: leaves */
    QJSP__KIND_REGEXP,
    QJSP__KIND_NUMBER,
    QJSP__KIND_STRING,
    QJSP__KIND_BOOLEAN,
    QJSP__KIND_BIGINT,
    QJSP__KIND_BUFFER,
    QJSP__KIND_TYPED_ARRAY,
    QJSP__KIND_VIEW,
} qjsp__object_kind;

enum { QJSP__CLASSES_MAX = 128 }; /* the engine has fewer of its own */

struct qjsp__intrinsics {
    uint8_t kinds[QJSP__CLASSES_MAX]; /* qjsp__object_kind by class id */
    JSClassID error_class;
    JSAtom name, message, stack, cause, errors, length;
    JSValue values[QJSP__IN_COUNT];
};

static inline qjsp__object_kind qjsp__intrinsics_kind(const qjsp__intrinsics *in,
                                                      JSValueConst object)
{
    JSClassID id = JS_GetClassID(object);

    return id < QJSP__CLASSES_MAX ? (qjsp__object_kind)in->kinds[id] : QJSP__KIND_OTHER;
}

/* Calls one of them with `object` as this. The result is the caller's. */
JSValue qjsp__intrinsics_call(JSContext *ctx, const qjsp__intrinsics *in, qjsp__intrinsic which,
                              JSValueConst object);

/* The prototype of the built-in error class called name; JS_UNDEFINED if
 * there is none. Borrowed. */
JSValueConst qjsp__intrinsics_error_proto(const qjsp__intrinsics *in, qjsp_bytes name);

#endif
