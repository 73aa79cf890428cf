/* SPDX-License-Identifier: MIT */
/* ArrayBuffers and the views on them. */
#include "clone/decode.h"
#include "clone/typed_array.h"

/* A byte string, maybe under tag 28, or a reference to one. */
static JSValue decode_buffer(qjsp__decoder *d)
{
    size_t slot = QJSP__NO_SLOT;
    qjsp_token token;
    JSValue buffer;

    if (!qjsp__decode_next(d, &token))
        return JS_EXCEPTION;
    if (token.kind == QJSP_TOKEN_TAG && token.u.u64 == QJSP_TAG_REFERENCE)
        return qjsp__decode_reference(d);
    if (token.kind == QJSP_TOKEN_TAG && token.u.u64 == QJSP_TAG_SHAREABLE) {
        slot = qjsp__decode_slot(d);
        if (slot == QJSP__NO_SLOT || !qjsp__decode_next(d, &token))
            return JS_EXCEPTION;
    }
    if (token.kind != QJSP_TOKEN_BYTES) {
        qjsp__decode_malformed(d, token.offset, "expected the bytes of a buffer");
        return JS_EXCEPTION;
    }
    buffer = JS_NewArrayBufferCopy(d->ctx, token.u.bytes.data, token.u.bytes.len);
    if (!JS_IsException(buffer))
        qjsp__decode_fill_slot(d, slot, buffer);
    return buffer;
}

/* Its size; false: it is no ArrayBuffer. */
static bool check_buffer(qjsp__decoder *d, JSValueConst buffer, size_t offset, size_t *size)
{
    if (JS_IsException(buffer))
        return false;
    if (!JS_IsArrayBuffer(buffer))
        return qjsp__decode_malformed(d, offset, "view of what is no ArrayBuffer");
    JS_GetArrayBuffer(d->ctx, size, buffer);
    return true;
}

JSValue qjsp__decode_typed_array(qjsp__decoder *d, uint64_t tag, size_t offset)
{
    const qjsp__typed_array *type = qjsp__typed_array_by_tag(tag);
    JSValue buffer = decode_buffer(d), array = JS_EXCEPTION;
    size_t size = 0;

    if (check_buffer(d, buffer, offset, &size)) {
        if (size % type->size == 0)
            array = JS_NewTypedArray(d->ctx, 1, &buffer, type->type);
        else
            qjsp__decode_malformed(d, offset, "typed array with half an element");
    }
    JS_FreeValue(d->ctx, buffer);
    return array;
}

static bool decode_size(qjsp__decoder *d, uint32_t *out)
{
    qjsp_token token;

    if (!qjsp__decode_next(d, &token))
        return false;
    if (token.kind != QJSP_TOKEN_INT || token.u.i64 < 0 || token.u.i64 > INT32_MAX)
        return qjsp__decode_malformed(d, token.offset, "invalid size of a view");
    *out = (uint32_t)token.u.i64;
    return true;
}

JSValue qjsp__decode_view(qjsp__decoder *d, qjsp_bytes name, size_t offset)
{
    const qjsp__typed_array *type = qjsp__typed_array_by_name(name); /* NULL: DataView */
    uint64_t element = type == NULL ? 1 : type->size;
    JSValue args[3] = { decode_buffer(d) }, view = JS_EXCEPTION;
    uint32_t start = 0, length = 0;
    size_t size = 0;

    if (check_buffer(d, args[0], offset, &size) && decode_size(d, &start) &&
        decode_size(d, &length)) {
        args[1] = JS_NewUint32(d->ctx, start);
        args[2] = JS_NewUint32(d->ctx, length);
        if (start % element != 0 || start + length * element > size)
            qjsp__decode_malformed(d, offset, "view outside its buffer");
        else if (type == NULL)
            view = JS_CallConstructor(d->ctx, d->in->values[QJSP__IN_VIEW], 3, args);
        else
            view = JS_NewTypedArray(d->ctx, 3, args, type->type);
    }
    JS_FreeValue(d->ctx, args[0]);
    return view;
}
