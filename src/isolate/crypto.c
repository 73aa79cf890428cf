/* SPDX-License-Identifier: MIT */
/*
 * crypto.getRandomValues and crypto.randomUUID (Web Cryptography API, section
 * 10; RFC 9562). The bytes are the system's; with a fixed seed they are those of
 * the task's generator, so that a run can be repeated.
 */
#include <stdio.h>

#include "base/checked.h"
#include "isolate/isolate.h"

enum { MAX_BYTES = 65536 }; /* Web Cryptography API, section 10.1.1 */

static bool fill(JSContext *ctx, uint8_t *out, size_t len)
{
    qjsp_isolate *iso = qjsp__isolate_of(ctx);

    if (iso->opt.has_seed) {
        for (size_t i = 0; i < len; i++)
            out[i] = (uint8_t)(qjsp__random_next(&iso->realm->random) >> 56);
        return true;
    }
    if (qjsp__entropy(out, len))
        return true;
    JS_ThrowDOMException(ctx, "OperationError", "the system has no random bytes to give");
    return false;
}

static JSValue get_random_values(JSContext *ctx, JSValueConst this_val, int argc,
                                 JSValueConst *argv)
{
    size_t offset, len, element, size;
    int type = JS_GetTypedArrayType(argv[0]);
    JSValue buffer;
    uint8_t *data;

    (void)this_val;
    (void)argc;
    if (type < 0 || type == JS_TYPED_ARRAY_FLOAT16 || type == JS_TYPED_ARRAY_FLOAT32 ||
        type == JS_TYPED_ARRAY_FLOAT64)
        return JS_ThrowDOMException(ctx, "TypeMismatchError",
                                    "getRandomValues: an integer typed array is required");
    buffer = JS_GetTypedArrayBuffer(ctx, argv[0], &offset, &len, &element);
    if (JS_IsException(buffer))
        return buffer;
    data = JS_GetArrayBuffer(ctx, &size, buffer);
    JS_FreeValue(ctx, buffer); /* the view keeps it alive */
    if (len > MAX_BYTES)
        return JS_ThrowDOMException(ctx, "QuotaExceededError",
                                    "getRandomValues: at most %d bytes at a time", MAX_BYTES);
    if (data == NULL && len > 0)
        return JS_EXCEPTION;
    if (len > 0 && (offset > size || len > size - offset))
        return JS_ThrowTypeError(ctx, "getRandomValues: the array is out of bounds");
    if (len > 0 && !fill(ctx, data + offset, len))
        return JS_EXCEPTION;
    return JS_DupValue(ctx, argv[0]);
}

static JSValue random_uuid(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    uint8_t b[16];
    char text[37];

    (void)this_val;
    (void)argc;
    (void)argv;
    if (!fill(ctx, b, sizeof b))
        return JS_EXCEPTION;
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80); /* RFC 9562 variant */
    snprintf(text, sizeof text,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
    return JS_NewString(ctx, text);
}

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("getRandomValues", 1, get_random_values),
    JS_CFUNC_DEF("randomUUID", 0, random_uuid),
};

bool qjsp__crypto_install(JSContext *ctx, JSValueConst global)
{
    JSValue crypto = JS_NewObject(ctx);

    if (JS_IsException(crypto) ||
        JS_SetPropertyFunctionList(ctx, crypto, functions, QJSP_COUNTOF(functions)) < 0)
        return false;
    return JS_DefinePropertyValueStr(ctx, global, "crypto", crypto,
                                     JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE) >= 0;
}
