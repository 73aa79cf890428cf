/* SPDX-License-Identifier: MIT */
/*
 * Bytes to a value and back: what was decoded once must encode to bytes that
 * decode and encode to themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "clone/clone.h"

enum { MEMORY_LIMIT = 32 << 20, OUTPUT_LIMIT = 1 << 20, INPUTS_PER_REALM = 500 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct realm {
    JSRuntime *rt;
    JSContext *ctx;
    qjsp__intrinsics *in;
    int ninputs;
} realm;

static void realm_renew(realm *r)
{
    if (r->rt != NULL) {
        qjsp__intrinsics_free(r->ctx, r->in);
        JS_FreeContext(r->ctx);
        JS_FreeRuntime(r->rt); /* aborts if anything leaked */
    }
    r->rt = JS_NewRuntime();
    JS_SetMemoryLimit(r->rt, MEMORY_LIMIT);
    JS_SetDumpFlags(r->rt, JS_ABORT_ON_LEAKS);
    r->ctx = JS_NewContext(r->rt);
    r->in = qjsp__intrinsics_new(r->ctx);
}

/* False: refused, with an exception that is dropped here. */
static bool convert(realm *r, qjsp_bytes bytes, qjsp_buffer *out)
{
    static const qjsp__clone_limits limits = { .max_depth = 1000 };
    JSValue value = qjsp__decode(r->ctx, r->in, bytes, &limits);
    qjsp_status st = QJSP_ERR_MALFORMED;

    qjsp_buffer_init(out, NULL, OUTPUT_LIMIT);
    if (!JS_IsException(value))
        st = qjsp__encode(r->ctx, r->in, value, "value", &limits, out);
    JS_FreeValue(r->ctx, value);
    JS_FreeValue(r->ctx, JS_GetException(r->ctx));
    return st == QJSP_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static realm r; /* making one for each input would be most of the work */
    qjsp_buffer first, second;

    if (r.ninputs++ % INPUTS_PER_REALM == 0)
        realm_renew(&r);
    if (convert(&r, (qjsp_bytes){ data, size }, &first)) {
        if (!convert(&r, qjsp_buffer_peek(&first), &second) || first.len != second.len ||
            memcmp(first.data, second.data, first.len) != 0)
            abort();
        qjsp_buffer_fini(&second);
    }
    qjsp_buffer_fini(&first);
    return 0;
}
