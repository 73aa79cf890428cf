/* SPDX-License-Identifier: MIT */
/*
 * Values of the engine to bytes and back: the structured clone algorithm
 * (HTML, section 2.7) over the format of docs/wire-format.md.
 *
 * No recursion in either direction. Guest code that runs while a value is read
 * (getters only; proxies are refused) runs under whatever deadline the interrupt handler knows.
 * Patched prototypes change nothing: only intrinsics captured before the guest ran are called.
 */
#ifndef QJSP_CLONE_CLONE_H
#define QJSP_CLONE_CLONE_H

#include <qjspool/buffer.h>
#include <quickjs.h>

/* Captured before any guest code. Lives in the region. */
typedef struct qjsp__intrinsics qjsp__intrinsics;

/* NULL with an exception pending when the engine ran out of memory. Never freed: it goes with the region;
 * qjsp__intrinsics_free is for tests that count leaks. */
qjsp__intrinsics *qjsp__intrinsics_new(JSContext *ctx);
void qjsp__intrinsics_free(JSContext *ctx, qjsp__intrinsics *in);

/*
 * Functions that stay where they are and can be called from the other side, by a number: tag 27
 * ["Function", id, name]. Each direction has one of the two.
 */
typedef struct qjsp__clone_functions {
    /* Encoding: the number of this one. False: an exception is pending. */
    bool (*name)(void *ud, JSContext *ctx, JSValueConst function, uint32_t *id);
    /* Decoding: a function that calls it. `name` is text. JS_EXCEPTION: pending. */
    JSValue (*make)(void *ud, JSContext *ctx, uint32_t id, JSValueConst name);
    void *ud;
} qjsp__clone_functions;

typedef struct qjsp__clone_limits {
    uint64_t max_nodes; /* values, and keys of objects; 0: none */
    uint32_t max_depth; /* containers; 0: 10,000 */
    /* Asked every 1,000 nodes, as the engine's own handler sees nothing of
     * loops in C; true: stop. NULL: never. */
    bool (*interrupted)(void *ud);
    void *ud;
    const qjsp__clone_functions *functions; /* NULL: a function is a DataCloneError, or malformed */
} qjsp__clone_limits;

/*
 * qjsp__encode appends `value`; buf->limit bounds the bytes. On anything but QJSP_OK the buffer is cut back
 * to where it was.
 *
 * QJSP_ERR_EXCEPTION  an exception is pending in ctx: a DataCloneError (a
 *                     DOMException whose message names the path, such as
 *                     "result.items[3].callback: a function cannot be cloned"), or what a getter threw
 * QJSP_ERR_LIMIT      bytes, nodes or depth; nothing is pending
 * QJSP_ERR_NOMEM      host memory ran out; nothing is pending
 * QJSP_ERR_TIMEOUT    limits->interrupted said so; nothing is pending
 *
 * root: what the path begins with, such as "result".
 */
QJSP_NODISCARD qjsp_status qjsp__encode(JSContext *ctx, const qjsp__intrinsics *in,
                                        JSValueConst value, const char *root,
                                        const qjsp__clone_limits *limits, qjsp_buffer *buf);

/*
 * qjsp__encode_lenient is for consoles: never throws and never runs guest
 * code. Functions become "[Function: name]", symbols "Symbol(description)", proxies
 * "[Proxy]", accessors "[Getter]", what is too deep or too long "[...]".
 * Once max_nodes are used up, what is left of each container is one "[...]"
 * QJSP_ERR_LIMIT (bytes only), QJSP_ERR_NOMEM and QJSP_ERR_TIMEOUT as above.
 */
QJSP_NODISCARD qjsp_status qjsp__encode_lenient(JSContext *ctx, const qjsp__intrinsics *in,
                                                JSValueConst value,
                                                const qjsp__clone_limits *limits, qjsp_buffer *buf);

/*
 * qjsp__decode makes a value from hostile bytes (checked as it goes; exactly one item).
 * JS_EXCEPTION with an exception pending: out of memory, a TypeError that
 * names the offset and what is wrong there, or, when limits->interrupted said so, an
 * InternalError "interrupted" that guest code cannot catch.
 */
JSValue qjsp__decode(JSContext *ctx, const qjsp__intrinsics *in, qjsp_bytes bytes,
                     const qjsp__clone_limits *limits);

#endif
