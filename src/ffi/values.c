/* SPDX-License-Identifier: MIT */
/* Values that are no objects of the host's: made, read, compared, freed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ffi/ffi.h"

/* ---- constants, which nobody frees ---- */

static const JSValue constants[] = { JS_UNDEFINED, JS_NULL, JS_FALSE, JS_TRUE, JS_EXCEPTION };

/* NULL: it is none. */
static const JSValue *constant_of(JSValue value)
{
    switch (JS_VALUE_GET_TAG(value)) {
    case JS_TAG_UNDEFINED: return &constants[0];
    case JS_TAG_NULL: return &constants[1];
    case JS_TAG_BOOL: return &constants[2 + JS_VALUE_GET_BOOL(value)];
    case JS_TAG_EXCEPTION: return &constants[4];
    default: return NULL;
    }
}

static bool is_constant(const JSValue *value)
{
    return value >= constants && value < constants + sizeof constants / sizeof constants[0];
}

/* ---- boxes ---- */

/* +1: a box more; -1: one less. */
static void count_box(qjsp__ffi_runtime *own, JSValue value, int change)
{
    int tag = JS_VALUE_GET_TAG(value);

    own->nboxes += (uint32_t)change;
    if (tag == JS_TAG_OBJECT || tag == JS_TAG_MODULE || tag == JS_TAG_FUNCTION_BYTECODE)
        own->nobject_boxes += (uint32_t)change;
}

/* A constant needs no box; the core forgets to free some of those that it throws itself. */
JSValue *qjsp__ffi_box_of(JSRuntime *rt, JSValue value)
{
    JSValue *box = (JSValue *)constant_of(value);

    if (box != NULL)
        return box;
    box = malloc(sizeof *box);
    if (box == NULL)
        __builtin_trap();
    count_box(JS_GetRuntimeOpaque(rt), value, 1);
    *box = value;
    return box;
}

JSValue *qjsp__ffi_box(JSContext *ctx, JSValue value)
{
    return qjsp__ffi_box_of(JS_GetRuntime(ctx), value);
}

JSValue qjsp__ffi_unbox(JSContext *ctx, JSValue *box)
{
    JSValue value = *box;

    if (is_constant(box))
        return value;
    count_box(qjsp__ffi_of(ctx), value, -1);
    free(box);
    return value;
}

QJSP__FFI(QTS_GetUndefined) const JSValue *QTS_GetUndefined(void)
{
    return &constants[0];
}

QJSP__FFI(QTS_GetNull) const JSValue *QTS_GetNull(void)
{
    return &constants[1];
}

QJSP__FFI(QTS_GetFalse) const JSValue *QTS_GetFalse(void)
{
    return &constants[2];
}

QJSP__FFI(QTS_GetTrue) const JSValue *QTS_GetTrue(void)
{
    return &constants[3];
}

/* ---- life ---- */

QJSP__FFI(QTS_FreeValuePointerRuntime)
void QTS_FreeValuePointerRuntime(JSRuntime *rt, JSValue *value)
{
    if (value == NULL || is_constant(value))
        return;
    count_box(JS_GetRuntimeOpaque(rt), *value, -1);
    JS_FreeValueRT(rt, *value);
    free(value);
}

QJSP__FFI(QTS_FreeValuePointer) void QTS_FreeValuePointer(JSContext *ctx, JSValue *value)
{
    QTS_FreeValuePointerRuntime(JS_GetRuntime(ctx), value);
}

QJSP__FFI(QTS_DupValuePointer) JSValue *QTS_DupValuePointer(JSContext *ctx, const JSValue *value)
{
    return qjsp__ffi_box(ctx, JS_DupValue(ctx, *value));
}

QJSP__FFI(QTS_FreeVoidPointer) void QTS_FreeVoidPointer(JSContext *ctx, void *ptr)
{
    (void)ctx;
    free(ptr);
}

QJSP__FFI(QTS_FreeCString) void QTS_FreeCString(JSContext *ctx, const char *text)
{
    JS_FreeCString(ctx, text);
}

QJSP__FFI(qjsp_ffi_malloc) void *qjsp_ffi_malloc(size_t size)
{
    return malloc(size);
}

QJSP__FFI(qjsp_ffi_free) void qjsp_ffi_free(void *ptr)
{
    free(ptr);
}

/* ---- numbers and strings ---- */

QJSP__FFI(QTS_NewFloat64) JSValue *QTS_NewFloat64(JSContext *ctx, double number)
{
    return qjsp__ffi_box(ctx, JS_NewFloat64(ctx, number));
}

QJSP__FFI(QTS_GetFloat64) double QTS_GetFloat64(JSContext *ctx, const JSValue *value)
{
    double number = NAN;

    if (JS_ToFloat64(ctx, &number, *value) == 0)
        return number;
    JS_FreeValue(ctx, JS_GetException(ctx));
    return NAN;
}

QJSP__FFI(QTS_NewString) JSValue *QTS_NewString(JSContext *ctx, const char *text)
{
    return qjsp__ffi_box(ctx, JS_NewString(ctx, text));
}

/* NULL: there is no text; the exception is dropped. */
QJSP__FFI(QTS_GetString) const char *QTS_GetString(JSContext *ctx, const JSValue *value)
{
    const char *text = JS_ToCString(ctx, *value);

    if (text == NULL)
        JS_FreeValue(ctx, JS_GetException(ctx));
    return text;
}

static char *copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static const char *type_of(JSContext *ctx, JSValueConst value)
{
    if (JS_IsUndefined(value))
        return "undefined";
    if (JS_IsNull(value))
        return "object";
    if (JS_IsNumber(value))
        return "number";
    if (JS_IsBigInt(value))
        return "bigint";
    if (JS_IsFunction(ctx, value))
        return "function";
    if (JS_IsBool(value))
        return "boolean";
    if (JS_IsObject(value))
        return "object";
    if (JS_IsString(value))
        return "string";
    return JS_IsSymbol(value) ? "symbol" : "unknown";
}

QJSP__FFI(QTS_Typeof) char *QTS_Typeof(JSContext *ctx, const JSValue *value)
{
    return copy_text(type_of(ctx, *value));
}

QJSP__FFI(QTS_IsEqual)
int QTS_IsEqual(JSContext *ctx, const JSValue *a, const JSValue *b, int op)
{
    switch (op) {
    case 0: return JS_IsStrictEqual(ctx, *a, *b);
    case 1: return JS_IsSameValue(ctx, *a, *b);
    case 2: return JS_IsSameValueZero(ctx, *a, *b);
    default: return -1;
    }
}

/* ---- symbols ---- */

QJSP__FFI(QTS_NewSymbol)
JSValue *QTS_NewSymbol(JSContext *ctx, const char *description, int is_global)
{
    return qjsp__ffi_box(ctx, JS_NewSymbol(ctx, description, is_global != 0));
}

QJSP__FFI(QTS_GetSymbolDescriptionOrKey)
const char *QTS_GetSymbolDescriptionOrKey(JSContext *ctx, const JSValue *value)
{
    JSValue description = JS_GetPropertyStr(ctx, *value, "description");
    const char *text;

    if (JS_IsUndefined(description))
        description = JS_NewString(ctx, "");
    text = JS_ToCString(ctx, description);
    JS_FreeValue(ctx, description);
    return text;
}

/* The registry of global symbols has another one of that key if this is not it. */
QJSP__FFI(QTS_IsGlobalSymbol) int QTS_IsGlobalSymbol(JSContext *ctx, const JSValue *value)
{
    const char *key = QTS_GetSymbolDescriptionOrKey(ctx, value);
    JSValue global = key == NULL ? JS_UNDEFINED : JS_NewSymbol(ctx, key, true);
    bool is_global = JS_IsStrictEqual(ctx, global, *value);

    JS_FreeCString(ctx, key);
    JS_FreeValue(ctx, global);
    return is_global;
}

/* ---- bytes ---- */

static void *resize_bytes(JSRuntime *rt, void *opaque, void *ptr, size_t size)
{
    (void)rt;
    (void)opaque;
    if (size > 0)
        return realloc(ptr, size);
    free(ptr);
    return NULL;
}

/* Takes the bytes, which are of malloc. */
QJSP__FFI(QTS_NewArrayBuffer)
JSValue *QTS_NewArrayBuffer(JSContext *ctx, uint8_t *bytes, size_t len)
{
    return qjsp__ffi_box(ctx, JS_NewArrayBuffer(ctx, bytes, len, 0, resize_bytes, NULL, false));
}

/* A copy, of malloc. NULL: it is none, or there is no memory. */
QJSP__FFI(QTS_GetArrayBuffer) void *QTS_GetArrayBuffer(JSContext *ctx, const JSValue *value)
{
    size_t len;
    uint8_t *bytes = JS_GetArrayBuffer(ctx, &len, *value);
    void *copy = bytes == NULL && len > 0 ? NULL : malloc(len == 0 ? 1 : len);

    if (copy != NULL && bytes != NULL)
        memcpy(copy, bytes, len);
    return copy;
}

QJSP__FFI(QTS_GetArrayBufferLength)
size_t QTS_GetArrayBufferLength(JSContext *ctx, const JSValue *value)
{
    size_t len;

    return JS_GetArrayBuffer(ctx, &len, *value) == NULL ? 0 : len;
}

/* The engine's own format (not JSON): values of this build for this build. */
QJSP__FFI(QTS_bjson_encode) JSValue *QTS_bjson_encode(JSContext *ctx, const JSValue *value)
{
    size_t len;
    uint8_t *bytes = JS_WriteObject(ctx, &len, *value, 0);
    JSValue buffer = JS_EXCEPTION;

    if (bytes != NULL)
        buffer = JS_NewArrayBufferCopy(ctx, bytes, len);
    js_free(ctx, bytes);
    return qjsp__ffi_box(ctx, buffer);
}

QJSP__FFI(QTS_bjson_decode) JSValue *QTS_bjson_decode(JSContext *ctx, const JSValue *data)
{
    size_t len;
    const uint8_t *bytes = JS_GetArrayBuffer(ctx, &len, *data);

    return qjsp__ffi_box(ctx, bytes == NULL ? JS_EXCEPTION : JS_ReadObject(ctx, bytes, len, 0));
}
