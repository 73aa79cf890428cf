/* SPDX-License-Identifier: MIT */
/* ArrayBuffers and the views on them. */
#include <qjspool/value.h>

#include "clone/encode.h"
#include "clone/typed_array.h"

/* elements are written as they lie in memory, under little-endian tags */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "little-endian machines only");

typedef struct view_range {
    JSValue buffer;        /* owned */
    uint32_t offset, size; /* bytes */
    size_t buffer_size;
} view_range;

static bool get_flag(qjsp__encoder *e, qjsp__intrinsic which, JSValueConst object)
{
    JSValue value = qjsp__intrinsics_call(e->ctx, e->in, which, object);

    return !JS_IsException(value) && JS_VALUE_GET_BOOL(value);
}

static bool get_size(qjsp__encoder *e, qjsp__intrinsic which, JSValueConst object, uint32_t *out)
{
    JSValue value = qjsp__intrinsics_call(e->ctx, e->in, which, object);

    /* a Number: no conversion that could run anything */
    return !JS_IsException(value) && JS_ToUint32(e->ctx, out, value) == 0;
}

void qjsp__encode_buffer(qjsp__encoder *e, JSValueConst buffer)
{
    const uint8_t *data;
    size_t size;

    if (qjsp__encode_reference(e, buffer))
        return;
    if (get_flag(e, QJSP__IN_BUFFER_DETACHED, buffer)) {
        qjsp__encode_refuse(e, buffer, "a detached ArrayBuffer");
        return;
    }
    qjsp__encode_remember(e, buffer);
    data = JS_GetArrayBuffer(e->ctx, &size, buffer);
    qjsp_write_bytes(e->buf, data, size);
}

/* False: refused. A buffer shared between threads may change while it is
 * copied; a detached one is gone. */
static bool check_buffer(qjsp__encoder *e, JSValueConst view, JSValueConst buffer)
{
    if (qjsp__intrinsics_kind(e->in, buffer) != QJSP__KIND_BUFFER) {
        qjsp__encode_refuse(e, view, "a view of a SharedArrayBuffer");
        return false;
    }
    if (get_flag(e, QJSP__IN_BUFFER_DETACHED, buffer)) {
        qjsp__encode_refuse(e, view, "a view of a detached ArrayBuffer");
        return false;
    }
    return true;
}

/* A view that a resized buffer no longer holds has size 0, as others may. */
static bool is_out_of_bounds(qjsp__encoder *e, JSValueConst array, const view_range *range)
{
    JSValue buffer;

    if (range->size != 0 || qjsp__encode_is_lenient(e))
        return false;
    buffer = JS_GetTypedArrayBuffer(e->ctx, array, NULL, NULL, NULL);
    if (JS_IsException(buffer)) {
        JS_FreeValue(e->ctx, JS_GetException(e->ctx));
        return true;
    }
    JS_FreeValue(e->ctx, buffer);
    return false;
}

static bool read_typed_array(qjsp__encoder *e, JSValueConst array, view_range *range)
{
    if (!check_buffer(e, array, range->buffer))
        return false;
    if (!get_size(e, QJSP__IN_TYPED_BYTE_OFFSET, array, &range->offset) ||
        !get_size(e, QJSP__IN_TYPED_BYTE_LENGTH, array, &range->size)) {
        qjsp__encode_threw(e);
        return false;
    }
    if (is_out_of_bounds(e, array, range)) {
        qjsp__encode_refuse(e, array, "a view outside its ArrayBuffer");
        return false;
    }
    JS_GetArrayBuffer(e->ctx, &range->buffer_size, range->buffer);
    return true;
}

static void write_view(qjsp__encoder *e, const char *name, const view_range *range, uint32_t length)
{
    qjsp_write_tag(e->buf, QJSP_TAG_OBJECT);
    qjsp_write_array(e->buf, 4);
    qjsp_write_cstr(e->buf, name);
    qjsp__encode_buffer(e, range->buffer);
    qjsp_write_uint(e->buf, range->offset);
    qjsp_write_uint(e->buf, length);
}

void qjsp__encode_typed_array(qjsp__encoder *e, JSValueConst array)
{
    const qjsp__typed_array *type = qjsp__typed_array_by_type(JS_GetTypedArrayType(array));
    view_range range = {
        .buffer = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_TYPED_BUFFER, array),
    };

    if (JS_IsException(range.buffer)) {
        qjsp__encode_threw(e);
        return;
    }
    if (read_typed_array(e, array, &range)) {
        bool is_whole = range.offset == 0 && range.size == range.buffer_size;

        if (is_whole && qjsp__identity_find(&e->seen, JS_VALUE_GET_PTR(range.buffer)) == NULL) {
            qjsp_write_tag(e->buf, type->tag);
            qjsp__encode_buffer(e, range.buffer);
        } else {
            write_view(e, type->name, &range, range.size / type->size);
        }
    }
    JS_FreeValue(e->ctx, range.buffer);
}

/* Its getters throw when it is out of bounds, which consoles must not see. */
void qjsp__encode_view(qjsp__encoder *e, JSValueConst view)
{
    view_range range = { .buffer = JS_UNDEFINED };

    if (qjsp__encode_is_lenient(e)) {
        qjsp__encode_refuse(e, view, NULL);
        return;
    }
    range.buffer = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_VIEW_BUFFER, view);
    if (JS_IsException(range.buffer)) {
        qjsp__encode_threw(e);
        return;
    }
    qjsp__encode_remember(e, view);
    if (check_buffer(e, view, range.buffer)) {
        if (get_size(e, QJSP__IN_VIEW_BYTE_LENGTH, view, &range.size) &&
            get_size(e, QJSP__IN_VIEW_BYTE_OFFSET, view, &range.offset)) {
            write_view(e, "DataView", &range, range.size);
        } else {
            JS_FreeValue(e->ctx, JS_GetException(e->ctx));
            qjsp__encode_refuse(e, view, "a view outside its ArrayBuffer");
        }
    }
    JS_FreeValue(e->ctx, range.buffer);
}
