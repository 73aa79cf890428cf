/* SPDX-License-Identifier: MIT */
/*
 * JavaScript values as bytes: CBOR (RFC 8949) with the tags that
 * docs/wire-format.md lists.
 *
 * This is the only form in which a value crosses between guest and host.
 * Readers treat every byte as hostile: no recursion, no unbounded allocation.
 * Nothing here knows JavaScript engines, threads or files.
 */
#ifndef QJSPOOL_VALUE_H
#define QJSPOOL_VALUE_H

#include <qjspool/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Tags in use. RFC 8949, RFC 8746 and the IANA registry of CBOR tags. */
enum {
    QJSP_TAG_DATE = 1,            /* number of seconds; NaN: an invalid Date */
    QJSP_TAG_BIGINT = 2,          /* byte string, big-endian */
    QJSP_TAG_BIGINT_NEGATIVE = 3, /* byte string of -1 - n */
    QJSP_TAG_OBJECT = 27,         /* [class name, ...arguments] */
    QJSP_TAG_SHAREABLE = 28,      /* its content may be referenced */
    QJSP_TAG_REFERENCE = 29,      /* index of a shareable, in order of tag 28 */
    QJSP_TAG_UINT8 = 64,          /* 64..87: typed arrays, RFC 8746 */
    QJSP_TAG_SET = 258,           /* array of members */
    QJSP_TAG_MAP = 259,           /* map whose keys are any values */
    QJSP_TAG_REGEXP = 21066,      /* [source, flags] (ECMAScript RegExp) */
};

/* ---- writing ---- */

/* Each call appends one item's head, or a whole scalar. Containers are written
 * as a head and then exactly that many items (maps: pairs). Failures stick in
 * the buffer. */
QJSP_API void qjsp_write_undefined(qjsp_buffer *buf);
QJSP_API void qjsp_write_null(qjsp_buffer *buf);
QJSP_API void qjsp_write_bool(qjsp_buffer *buf, bool value);
QJSP_API void qjsp_write_int(qjsp_buffer *buf, int64_t value);
QJSP_API void qjsp_write_uint(qjsp_buffer *buf, uint64_t value);
/* An ECMAScript Number: integers up to 2^53 as integers, -0 and the rest as the shortest
 * float that keeps the value; NaN as f9 7e00. */
QJSP_API void qjsp_write_number(qjsp_buffer *buf, double value);
/* text is UTF-8; surrogates may stand alone as three bytes (WTF-8). */
QJSP_API void qjsp_write_text(qjsp_buffer *buf, const char *text, size_t len);
QJSP_API void qjsp_write_cstr(qjsp_buffer *buf, const char *text);
QJSP_API void qjsp_write_bytes(qjsp_buffer *buf, const void *data, size_t len);
QJSP_API void qjsp_write_array(qjsp_buffer *buf, uint64_t count);
QJSP_API void qjsp_write_map(qjsp_buffer *buf, uint64_t npairs);
QJSP_API void qjsp_write_tag(qjsp_buffer *buf, uint64_t tag);
/* A hole of a sparse array: simple value 224; see docs/wire-format.md. */
QJSP_API void qjsp_write_hole(qjsp_buffer *buf);
/* A JavaScript Error: tag 27 ["Error", {name, message}]. */
QJSP_API void qjsp_write_error(qjsp_buffer *buf, const char *name, const char *message);

/* ---- reading ---- */

typedef enum qjsp_token_kind {
    QJSP_TOKEN_UNDEFINED,
    QJSP_TOKEN_NULL,
    QJSP_TOKEN_HOLE,
    QJSP_TOKEN_BOOL,
    QJSP_TOKEN_INT,   /* i64 */
    QJSP_TOKEN_UINT,  /* u64, above INT64_MAX only */
    QJSP_TOKEN_FLOAT, /* f64 */
    QJSP_TOKEN_TEXT,  /* bytes: checked WTF-8 */
    QJSP_TOKEN_BYTES, /* bytes */
    QJSP_TOKEN_ARRAY, /* u64 items follow */
    QJSP_TOKEN_MAP,   /* u64 pairs follow: key, value, ... */
    QJSP_TOKEN_TAG,   /* u64: the tag; one item follows */
} qjsp_token_kind;

typedef struct qjsp_token {
    qjsp_token_kind kind;
    size_t offset; /* of the item's first byte */
    union {
        bool boolean;
        int64_t i64;
        uint64_t u64;
        double f64;
        qjsp_bytes bytes; /* borrowed from the input */
    } u;
} qjsp_token;

/*
 * A pull reader over one complete CBOR item. Definite lengths only
 * (RFC 8949, section 3.2 forms are refused: we never write them).
 */
typedef struct qjsp_reader {
    const uint8_t *data;
    size_t len;
    size_t pos;
    uint64_t nodes_left; /* items that may still be read */
} qjsp_reader;

/* max_nodes 0: as many as there are bytes. The bytes stay the caller's. */
QJSP_API void qjsp_reader_init(qjsp_reader *r, qjsp_bytes in, uint64_t max_nodes);

/*
 * qjsp_reader_next reads one head (scalars whole). Counts of arrays and maps
 * are checked against the bytes that are left, so a token's count is never
 * more than the input could hold.
 *
 * QJSP_ERR_TRUNCATED  the input ends inside the item
 * QJSP_ERR_MALFORMED  not a form that docs/wire-format.md allows
 * QJSP_ERR_LIMIT      max_nodes items were read
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_reader_next(qjsp_reader *r, qjsp_token *token);

/* qjsp_reader_skip passes over one whole item, at any depth, without recursion. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_reader_skip(qjsp_reader *r);

/*
 * qjsp_value_check reads all of `in` as exactly one value: well-formed,
 * at most max_depth containers deep (0: 10,000), nothing after it, and
 * references that point to something. error_offset may be NULL.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_value_check(qjsp_bytes in, uint32_t max_depth,
                                                     size_t *error_offset);

/* ---- showing ---- */

/*
 * qjsp_value_to_json appends the value as JSON text (RFC 8259): what
 * JSON.stringify would give, and where that gives nothing or throws, the
 * nearest readable thing: undefined and holes null, bigint its digits as a string, Map an array of
 * pairs, Set an array, typed arrays arrays of numbers, Error {name, message},
 * RegExp its text, a Date its ISO string, NaN and infinities null, a cycle the string "[Circular]".
 * A shared reference is written out again, as JSON.stringify does, until the buffer's limit.
 *
 * Properties that are undefined are left out, as JSON.stringify does; bigints
 * of more than 4 KiB are hexadecimal. A few bytes can show as gigabytes: give
 * the buffer a limit.
 *
 * QJSP_ERR_MALFORMED or QJSP_ERR_TRUNCATED: `in` is not one value; the buffer
 * is as it was. Also whatever stuck in the buffer, and QJSP_ERR_LIMIT when
 * references repeat far more than they show; the text then breaks off.
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_value_to_json(qjsp_bytes in, qjsp_buffer *out);

/* qjsp_value_to_text appends what a console would show, after the manner of
 * Node's util.inspect, on one or more lines; a bare string as it is. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_value_to_text(qjsp_bytes in, qjsp_buffer *out);

/* qjsp_console_to_text formats the arguments of a console call (a CBOR array) on one
 * line or more, without a final newline: %s %d %i %f %j %o %O %c %% in a
 * leading string, then the rest separated by spaces (WHATWG Console, section 2). */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_console_to_text(qjsp_bytes args, qjsp_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
