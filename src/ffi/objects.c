/* SPDX-License-Identifier: MIT */
/* Objects, their properties, calls, and promises. */
#include <stdlib.h>

#include "ffi/ffi.h"

QJSP__FFI(QTS_NewObject) JSValue *QTS_NewObject(JSContext *ctx)
{
    return qjsp__ffi_box(ctx, JS_NewObject(ctx));
}

QJSP__FFI(QTS_NewObjectProto) JSValue *QTS_NewObjectProto(JSContext *ctx, const JSValue *proto)
{
    return qjsp__ffi_box(ctx, JS_NewObjectProto(ctx, *proto));
}

QJSP__FFI(QTS_NewArray) JSValue *QTS_NewArray(JSContext *ctx)
{
    return qjsp__ffi_box(ctx, JS_NewArray(ctx));
}

QJSP__FFI(QTS_NewError) JSValue *QTS_NewError(JSContext *ctx)
{
    return qjsp__ffi_box(ctx, JS_NewError(ctx));
}

QJSP__FFI(QTS_GetGlobalObject) JSValue *QTS_GetGlobalObject(JSContext *ctx)
{
    return qjsp__ffi_box(ctx, JS_GetGlobalObject(ctx));
}

/* ---- properties ---- */

QJSP__FFI(QTS_GetProp)
JSValue *QTS_GetProp(JSContext *ctx, const JSValue *object, const JSValue *key)
{
    JSAtom atom = JS_ValueToAtom(ctx, *key);
    JSValue value = atom == JS_ATOM_NULL ? JS_EXCEPTION : JS_GetProperty(ctx, *object, atom);

    JS_FreeAtom(ctx, atom);
    return qjsp__ffi_box(ctx, value);
}

QJSP__FFI(QTS_GetPropNumber)
JSValue *QTS_GetPropNumber(JSContext *ctx, const JSValue *object, double key)
{
    if (key >= 0 && key < 4294967296.0 && key == (double)(uint32_t)key)
        return qjsp__ffi_box(ctx, JS_GetPropertyUint32(ctx, *object, (uint32_t)key));
    JSValue number = JS_NewFloat64(ctx, key);
    return QTS_GetProp(ctx, object, &number);
}

/* Nobody is told of a setter that throws. */
QJSP__FFI(QTS_SetProp)
void QTS_SetProp(JSContext *ctx, const JSValue *object, const JSValue *key, const JSValue *value)
{
    JSAtom atom = JS_ValueToAtom(ctx, *key);

    if (atom == JS_ATOM_NULL || JS_SetProperty(ctx, *object, atom, JS_DupValue(ctx, *value)) < 0)
        JS_FreeValue(ctx, JS_GetException(ctx));
    JS_FreeAtom(ctx, atom);
}

QJSP__FFI(QTS_DefineProp)
void QTS_DefineProp(JSContext *ctx, const JSValue *object, const JSValue *key, const JSValue *value,
                    const JSValue *get, const JSValue *set, int configurable, int enumerable,
                    int has_value)
{
    JSAtom atom = JS_ValueToAtom(ctx, *key);
    int flags = has_value ? JS_PROP_HAS_VALUE : 0;

    if (configurable)
        flags |= JS_PROP_CONFIGURABLE | (has_value ? JS_PROP_HAS_CONFIGURABLE : 0);
    if (enumerable)
        flags |= JS_PROP_ENUMERABLE | (has_value ? JS_PROP_HAS_ENUMERABLE : 0);
    if (!JS_IsUndefined(*get))
        flags |= JS_PROP_HAS_GET;
    if (!JS_IsUndefined(*set))
        flags |= JS_PROP_HAS_SET;
    if (atom == JS_ATOM_NULL ||
        JS_DefineProperty(ctx, *object, atom, *value, *get, *set, flags) < 0)
        JS_FreeValue(ctx, JS_GetException(ctx));
    JS_FreeAtom(ctx, atom);
}

/* -1: it has none. */
QJSP__FFI(QTS_GetLength) int QTS_GetLength(JSContext *ctx, uint32_t *out, const JSValue *object)
{
    int64_t len;

    if (!JS_IsObject(*object))
        return -1;
    if (JS_GetLength(ctx, *object, &len) < 0) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        return -1;
    }
    *out = (uint32_t)len;
    return 0;
}

/* Flags of the FFI's own: integer indices as numbers, or as the strings that they are. */
enum { NUMBERS = 1 << 6, NUMBERS_AS_STRINGS = 1 << 7 };

/* What the engine keeps as a number: up to 2^31 - 1. -1: it is none. */
static int64_t index_of(const char *text)
{
    int64_t index = 0;

    if (text[0] < '0' || text[0] > '9' || (text[0] == '0' && text[1] != '\0'))
        return -1;
    for (; *text >= '0' && *text <= '9' && index <= INT32_MAX; text++)
        index = index * 10 + (*text - '0');
    return *text == '\0' && index <= INT32_MAX ? index : -1;
}

/* NULL: this key is not asked for. */
static JSValue *pick(JSContext *ctx, JSAtom atom, int flags)
{
    bool wants_strings = (flags & JS_GPN_STRING_MASK) != 0;
    JSValue key = JS_AtomToValue(ctx, atom);
    const char *text = JS_IsString(key) ? JS_ToCString(ctx, key) : NULL;
    int64_t index = text == NULL ? -1 : index_of(text);
    bool is_wanted = text == NULL || wants_strings;

    JS_FreeCString(ctx, text);
    if (index >= 0 && (flags & NUMBERS_AS_STRINGS) == 0) {
        JS_FreeValue(ctx, key);
        key = JS_MKVAL(JS_TAG_INT, (int32_t)index);
        is_wanted = (flags & NUMBERS) != 0;
    }
    if (is_wanted)
        return qjsp__ffi_box(ctx, key);
    JS_FreeValue(ctx, key);
    return NULL;
}

/* NULL, with an array of boxes that the caller frees; or a box with what was thrown. */
QJSP__FFI(QTS_GetOwnPropertyNames)
JSValue *QTS_GetOwnPropertyNames(JSContext *ctx, JSValue ***out, uint32_t *nout,
                                 const JSValue *object, int flags)
{
    int engine_flags = flags & ~(NUMBERS | NUMBERS_AS_STRINGS);
    JSPropertyEnum *names = NULL;
    uint32_t n = 0, npicked = 0;
    JSValue **picked;

    if (!JS_IsObject(*object)) {
        JS_ThrowTypeError(ctx, "not an object");
        return qjsp__ffi_box(ctx, JS_GetException(ctx));
    }
    if ((flags & NUMBERS) != 0)
        engine_flags |= JS_GPN_STRING_MASK;
    if (JS_GetOwnPropertyNames(ctx, &names, &n, *object, engine_flags) < 0)
        return qjsp__ffi_box(ctx, JS_GetException(ctx));
    picked = malloc((n + 1) * sizeof *picked);
    for (uint32_t i = 0; picked != NULL && i < n; i++) {
        JSValue *box = pick(ctx, names[i].atom, flags);

        if (box != NULL)
            picked[npicked++] = box;
    }
    JS_FreePropertyEnum(ctx, names, n);
    if (picked == NULL) {
        JS_ThrowOutOfMemory(ctx);
        return qjsp__ffi_box(ctx, JS_GetException(ctx));
    }
    *out = picked;
    *nout = npicked;
    return NULL;
}

/* ---- calls and exceptions ---- */

QJSP__FFI(QTS_Call)
JSValue *QTS_Call(JSContext *ctx, const JSValue *function, const JSValue *this_val, int argc,
                  const JSValue *const *boxes)
{
    JSValue few[8], *argv = few, result;

    if (argc > 8) {
        argv = malloc((size_t)argc * sizeof *argv);
        if (argv == NULL)
            return qjsp__ffi_box(ctx, JS_ThrowOutOfMemory(ctx));
    }
    for (int i = 0; i < argc; i++)
        argv[i] = *boxes[i];
    result = JS_Call(ctx, *function, *this_val, argc, argv);
    if (argv != few)
        free(argv);
    return qjsp__ffi_box(ctx, result);
}

QJSP__FFI(QTS_Throw) JSValue *QTS_Throw(JSContext *ctx, const JSValue *error)
{
    return qjsp__ffi_box(ctx, JS_Throw(ctx, JS_DupValue(ctx, *error)));
}

/* NULL: it is no exception. Else what was thrown. */
QJSP__FFI(QTS_ResolveException)
JSValue *QTS_ResolveException(JSContext *ctx, const JSValue *maybe)
{
    return JS_IsException(*maybe) ? qjsp__ffi_box(ctx, JS_GetException(ctx)) : NULL;
}

/* ---- promises ---- */

QJSP__FFI(QTS_NewPromiseCapability)
JSValue *QTS_NewPromiseCapability(JSContext *ctx, JSValue **resolvers)
{
    JSValue functions[2];
    JSValue promise = JS_NewPromiseCapability(ctx, functions);

    if (JS_IsException(promise))
        functions[0] = functions[1] = JS_UNDEFINED;
    resolvers[0] = qjsp__ffi_box(ctx, functions[0]);
    resolvers[1] = qjsp__ffi_box(ctx, functions[1]);
    return qjsp__ffi_box(ctx, promise);
}

/* Negative: it is no promise. */
QJSP__FFI(QTS_PromiseState) int QTS_PromiseState(JSContext *ctx, const JSValue *promise)
{
    return JS_PromiseState(ctx, *promise);
}

QJSP__FFI(QTS_PromiseResult) JSValue *QTS_PromiseResult(JSContext *ctx, const JSValue *promise)
{
    return qjsp__ffi_box(ctx, JS_PromiseResult(ctx, *promise));
}
