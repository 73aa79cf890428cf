/* SPDX-License-Identifier: MIT */
#include "isolate/bytes.h"

#include "clone/intrinsics.h"
#include "isolate/isolate.h"

/* What a view says of itself, asked by functions that no guest has changed. */
typedef struct view {
    JSValue buffer; /* owned */
    size_t offset;
    size_t len;
} view;

static bool get_number(JSContext *ctx, JSValueConst object, qjsp__intrinsic getter, size_t *out)
{
    JSValue value =
        JS_Call(ctx, qjsp__isolate_of(ctx)->realm->intrinsics->values[getter], object, 0, NULL);
    int64_t n = 0;

    if (JS_IsException(value) || JS_ToInt64(ctx, &n, value) < 0)
        return false;
    *out = (size_t)n;
    return true;
}

/* The engine's own JS_GetTypedArrayBuffer does not know how long a view is that follows its
 * buffer's length. */
static bool look_at_view(JSContext *ctx, JSValueConst value, qjsp__intrinsic buffer,
                         qjsp__intrinsic offset, qjsp__intrinsic len, view *v)
{
    const qjsp__intrinsics *in = qjsp__isolate_of(ctx)->realm->intrinsics;

    v->buffer = JS_Call(ctx, in->values[buffer], value, 0, NULL);
    return !JS_IsException(v->buffer) && get_number(ctx, value, offset, &v->offset) &&
           get_number(ctx, value, len, &v->len);
}

static bool look_at(JSContext *ctx, JSValueConst value, const char *who, view *v)
{
    *v = (view){ .buffer = JS_UNDEFINED };
    if (JS_IsArrayBuffer(value)) {
        v->buffer = JS_DupValue(ctx, value);
        if (JS_GetArrayBuffer(ctx, &v->len, value) == NULL)
            JS_FreeValue(ctx, JS_GetException(ctx)); /* detached: no bytes, as in a view of it */
        return true;
    }
    if (JS_IsDataView(value))
        return look_at_view(ctx, value, QJSP__IN_VIEW_BUFFER, QJSP__IN_VIEW_BYTE_OFFSET,
                            QJSP__IN_VIEW_BYTE_LENGTH, v);
    if (JS_GetTypedArrayType(value) >= 0)
        return look_at_view(ctx, value, QJSP__IN_TYPED_BUFFER, QJSP__IN_TYPED_BYTE_OFFSET,
                            QJSP__IN_TYPED_BYTE_LENGTH, v);
    JS_ThrowTypeError(ctx, "%s: an ArrayBuffer or a view of one is required", who);
    return false;
}

static bool get(JSContext *ctx, JSValueConst value, const char *who, bool is_writing,
                uint8_t **data, size_t *len)
{
    size_t size = 0;
    bool ok;
    view v;

    *data = NULL;
    *len = 0;
    ok = look_at(ctx, value, who, &v);
    if (ok && is_writing && JS_IsImmutableArrayBuffer(v.buffer) > 0) {
        JS_ThrowTypeError(ctx, "%s: the buffer is immutable", who);
        ok = false;
    }
    if (ok && v.len > 0) {
        *data = JS_GetArrayBuffer(ctx, &size, v.buffer);
        ok = *data != NULL && v.offset <= size && v.len <= size - v.offset;
        if (!ok)
            JS_ThrowTypeError(ctx, "%s: the array is out of bounds or detached", who);
    }
    if (ok && v.len > 0) {
        *data += v.offset;
        *len = v.len;
    }
    JS_FreeValue(ctx, v.buffer); /* the value keeps it alive */
    return ok;
}

bool qjsp__bytes_get(JSContext *ctx, JSValueConst value, const char *who, qjsp_bytes *out)
{
    uint8_t *data;
    bool ok = get(ctx, value, who, false, &data, &out->len);

    out->data = data;
    return ok;
}

bool qjsp__bytes_get_writable(JSContext *ctx, JSValueConst value, const char *who, uint8_t **data,
                              size_t *len)
{
    return get(ctx, value, who, true, data, len);
}
