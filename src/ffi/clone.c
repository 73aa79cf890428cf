/* SPDX-License-Identifier: MIT */
/*
 * Values as bytes (docs/wire-format.md) and back: how the handles of a context go to the workers of a
 * pool and come from them, by the code that isolates use. Not part of the FFI of quickjs-emscripten.
 */
#include <stdlib.h>

#include "clone/clone.h"
#include "ffi/ffi.h"

/* What encode made. ORDER qjsp_ffi_bytes: packages/qjspool/src/variant/cloner.ts */
typedef struct qjsp_ffi_bytes {
    int32_t status; /* qjsp_status */
    uint32_t len;
    uint8_t *data;
} qjsp_ffi_bytes;

bool qjsp__ffi_realm_add(JSContext *ctx)
{
    qjsp__ffi_runtime *own = qjsp__ffi_of(ctx);
    qjsp__ffi_realm *realm = malloc(sizeof *realm);

    if (realm == NULL)
        return false;
    *realm = (qjsp__ffi_realm){ own->realms, ctx, qjsp__intrinsics_new(ctx) };
    /* the engine gives DOMException to the first context of a runtime alone: others have no clones */
    if (realm->intrinsics == NULL)
        JS_FreeValue(ctx, JS_GetException(ctx));
    own->realms = realm;
    return true;
}

void qjsp__ffi_realm_remove(JSContext *ctx)
{
    qjsp__ffi_realm **at = &qjsp__ffi_of(ctx)->realms, *realm;

    while (*at != NULL && (*at)->ctx != ctx)
        at = &(*at)->next;
    realm = *at;
    if (realm == NULL)
        return;
    *at = realm->next;
    qjsp__intrinsics_free(ctx, realm->intrinsics);
    free(realm);
}

/* NULL: the context has not all intrinsics. */
static const qjsp__intrinsics *intrinsics_of(JSContext *ctx)
{
    const qjsp__ffi_realm *realm = qjsp__ffi_of(ctx)->realms;

    while (realm != NULL && realm->ctx != ctx)
        realm = realm->next;
    return realm == NULL ? NULL : realm->intrinsics;
}

static bool name_function(void *ud, JSContext *ctx, JSValueConst function, uint32_t *id)
{
    (void)ud;
    *id = qjsp__ffi_host_name_function(ctx, qjsp__ffi_box(ctx, JS_DupValue(ctx, function)));
    return true;
}

/*
 * Encodes a value; functions go by numbers of the host's. root: what paths in messages begin with.
 * limit: bytes, 0: none. The result is of malloc, and so is its data. QJSP_ERR_EXCEPTION: pending, for
 * qjsp_ffi_take_exception. NULL: no memory, or a context without intrinsics.
 */
QJSP__FFI(qjsp_ffi_encode)
qjsp_ffi_bytes *qjsp_ffi_encode(JSContext *ctx, const JSValue *value, const char *root,
                                uint32_t limit)
{
    const qjsp__clone_functions functions = { .name = name_function };
    const qjsp__clone_limits limits = { .functions = &functions };
    const qjsp__intrinsics *in = intrinsics_of(ctx);
    qjsp_ffi_bytes *bytes = in == NULL ? NULL : malloc(sizeof *bytes);
    qjsp_buffer buf;

    if (bytes == NULL)
        return NULL;
    qjsp_buffer_init(&buf, NULL, limit);
    bytes->status = qjsp__encode(ctx, in, *value, root, &limits, &buf);
    bytes->len = (uint32_t)buf.len;
    bytes->data = buf.data;
    return bytes;
}

/* A value of bytes in the format; what is wrong with them is an exception. */
QJSP__FFI(qjsp_ffi_decode)
JSValue *qjsp_ffi_decode(JSContext *ctx, const uint8_t *data, uint32_t len)
{
    const qjsp__clone_limits limits = { 0 };
    const qjsp__intrinsics *in = intrinsics_of(ctx);

    return qjsp__ffi_box(ctx, in == NULL
                                  ? JS_ThrowTypeError(ctx, "the context has not all intrinsics")
                                  : qjsp__decode(ctx, in, (qjsp_bytes){ data, len }, &limits));
}

QJSP__FFI(qjsp_ffi_take_exception) JSValue *qjsp_ffi_take_exception(JSContext *ctx)
{
    return qjsp__ffi_box(ctx, JS_GetException(ctx));
}
