/* SPDX-License-Identifier: MIT */
/* Captured intrinsics: see intrinsics.h. */
#include "clone/intrinsics.h"

#include <string.h>

#include "base/checked.h"

typedef enum capture_place {
    PLACE_GLOBAL,    /* the constructor itself */
    PLACE_STATIC,    /* a property of the constructor */
    PLACE_PROTOTYPE, /* a property of its prototype, or what that inherits */
    PLACE_GETTER,    /* the getter of such a property */
} capture_place;

static const struct {
    const char *global;
    const char *name;
    capture_place place;
} captures[] = {
    [QJSP__IN_MAP] = { "Map", NULL, PLACE_GLOBAL },
    [QJSP__IN_MAP_SET] = { "Map", "set", PLACE_PROTOTYPE },
    [QJSP__IN_MAP_FOR_EACH] = { "Map", "forEach", PLACE_PROTOTYPE },
    [QJSP__IN_SET] = { "Set", NULL, PLACE_GLOBAL },
    [QJSP__IN_SET_ADD] = { "Set", "add", PLACE_PROTOTYPE },
    [QJSP__IN_SET_FOR_EACH] = { "Set", "forEach", PLACE_PROTOTYPE },
    [QJSP__IN_DATE_GET_TIME] = { "Date", "getTime", PLACE_PROTOTYPE },
    [QJSP__IN_REGEXP] = { "RegExp", NULL, PLACE_GLOBAL },
    [QJSP__IN_REGEXP_SOURCE] = { "RegExp", "source", PLACE_GETTER },
    [QJSP__IN_REGEXP_HAS_INDICES] = { "RegExp", "hasIndices", PLACE_GETTER },
    [QJSP__IN_REGEXP_GLOBAL] = { "RegExp", "global", PLACE_GETTER },
    [QJSP__IN_REGEXP_IGNORE_CASE] = { "RegExp", "ignoreCase", PLACE_GETTER },
    [QJSP__IN_REGEXP_MULTILINE] = { "RegExp", "multiline", PLACE_GETTER },
    [QJSP__IN_REGEXP_DOT_ALL] = { "RegExp", "dotAll", PLACE_GETTER },
    [QJSP__IN_REGEXP_UNICODE] = { "RegExp", "unicode", PLACE_GETTER },
    [QJSP__IN_REGEXP_UNICODE_SETS] = { "RegExp", "unicodeSets", PLACE_GETTER },
    [QJSP__IN_REGEXP_STICKY] = { "RegExp", "sticky", PLACE_GETTER },
    [QJSP__IN_BUFFER_DETACHED] = { "ArrayBuffer", "detached", PLACE_GETTER },
    [QJSP__IN_TYPED_BUFFER] = { "Uint8Array", "buffer", PLACE_GETTER },
    [QJSP__IN_TYPED_BYTE_LENGTH] = { "Uint8Array", "byteLength", PLACE_GETTER },
    [QJSP__IN_TYPED_BYTE_OFFSET] = { "Uint8Array", "byteOffset", PLACE_GETTER },
    [QJSP__IN_TYPED_LENGTH] = { "Uint8Array", "length", PLACE_GETTER },
    [QJSP__IN_VIEW] = { "DataView", NULL, PLACE_GLOBAL },
    [QJSP__IN_VIEW_BUFFER] = { "DataView", "buffer", PLACE_GETTER },
    [QJSP__IN_VIEW_BYTE_LENGTH] = { "DataView", "byteLength", PLACE_GETTER },
    [QJSP__IN_VIEW_BYTE_OFFSET] = { "DataView", "byteOffset", PLACE_GETTER },
    [QJSP__IN_NUMBER_VALUE_OF] = { "Number", "valueOf", PLACE_PROTOTYPE },
    [QJSP__IN_STRING_VALUE_OF] = { "String", "valueOf", PLACE_PROTOTYPE },
    [QJSP__IN_BOOLEAN_VALUE_OF] = { "Boolean", "valueOf", PLACE_PROTOTYPE },
    [QJSP__IN_BIGINT_VALUE_OF] = { "BigInt", "valueOf", PLACE_PROTOTYPE },
    [QJSP__IN_BIGINT_TO_STRING] = { "BigInt", "toString", PLACE_PROTOTYPE },
    [QJSP__IN_BIGINT] = { "BigInt", NULL, PLACE_GLOBAL },
    [QJSP__IN_BIGINT_AS_INT_N] = { "BigInt", "asIntN", PLACE_STATIC },
    [QJSP__IN_SYMBOL_TO_STRING] = { "Symbol", "toString", PLACE_PROTOTYPE },
    [QJSP__IN_ERROR_STACK] = { "Error", "stack", PLACE_GETTER },
    [QJSP__IN_DOM_EXCEPTION] = { "DOMException", NULL, PLACE_GLOBAL },
    [QJSP__IN_DOM_EXCEPTION_NAME] = { "DOMException", "name", PLACE_GETTER },
    [QJSP__IN_DOM_EXCEPTION_MESSAGE] = { "DOMException", "message", PLACE_GETTER },
    [QJSP__IN_ERROR_PROTO] = { "Error", "prototype", PLACE_STATIC },
    [QJSP__IN_EVAL_ERROR_PROTO] = { "EvalError", "prototype", PLACE_STATIC },
    [QJSP__IN_RANGE_ERROR_PROTO] = { "RangeError", "prototype", PLACE_STATIC },
    [QJSP__IN_REFERENCE_ERROR_PROTO] = { "ReferenceError", "prototype", PLACE_STATIC },
    [QJSP__IN_SYNTAX_ERROR_PROTO] = { "SyntaxError", "prototype", PLACE_STATIC },
    [QJSP__IN_TYPE_ERROR_PROTO] = { "TypeError", "prototype", PLACE_STATIC },
    [QJSP__IN_URI_ERROR_PROTO] = { "URIError", "prototype", PLACE_STATIC },
    [QJSP__IN_INTERNAL_ERROR_PROTO] = { "InternalError", "prototype", PLACE_STATIC },
    [QJSP__IN_AGGREGATE_ERROR_PROTO] = { "AggregateError", "prototype", PLACE_STATIC },
};

/*
 * Class ids are the engine's private numbers: they are learned from the names
 * its classes have, which no guest can change. "Object" is the name of four;
 * samples tell ordinary objects and proxies, and of the others the first is that
 * of module namespaces.
 */
static const struct {
    const char *name;
    qjsp__object_kind kind;
    int nclasses; /* that have the name; ids of hosts' classes are higher */
} classes[] = {
    { "Object", QJSP__KIND_MODULE, 1 },
    { "Arguments", QJSP__KIND_PLAIN, 2 }, /* sloppy and strict */
    { "Array", QJSP__KIND_ARRAY, 1 },
    { "Map", QJSP__KIND_MAP, 1 },
    { "Set", QJSP__KIND_SET, 1 },
    { "Error", QJSP__KIND_ERROR, 1 },
    { "DOMException", QJSP__KIND_DOM_EXCEPTION, 1 },
    { "Date", QJSP__KIND_DATE, 1 },
    { "RegExp", QJSP__KIND_REGEXP, 1 },
    { "Number", QJSP__KIND_NUMBER, 1 },
    { "String", QJSP__KIND_STRING, 1 },
    { "Boolean", QJSP__KIND_BOOLEAN, 1 },
    { "BigInt", QJSP__KIND_BIGINT, 1 },
    { "ArrayBuffer", QJSP__KIND_BUFFER, 1 },
    { "DataView", QJSP__KIND_VIEW, 1 },
};

/* Takes sample. */
static int learn_sample(JSContext *ctx, qjsp__intrinsics *in, JSValue sample,
                        qjsp__object_kind kind)
{
    JSClassID id = JS_GetClassID(sample);

    JS_FreeValue(ctx, sample);
    if (id == JS_INVALID_CLASS_ID)
        return -1; /* an exception is pending */
    if (id >= QJSP__CLASSES_MAX) {
        JS_ThrowInternalError(ctx, "the engine has too many classes");
        return -1;
    }
    in->kinds[id] = (uint8_t)kind;
    return 0;
}

static int learn_proxy(JSContext *ctx, qjsp__intrinsics *in)
{
    JSValue target = JS_NewObject(ctx);
    JSValue proxy = JS_IsException(target) ? target : JS_NewProxy(ctx, target, target);

    JS_FreeValue(ctx, target);
    return learn_sample(ctx, in, proxy, QJSP__KIND_PROXY);
}

static int learn_samples(JSContext *ctx, qjsp__intrinsics *in)
{
    if (learn_sample(ctx, in, JS_NewObject(ctx), QJSP__KIND_PLAIN) < 0 || learn_proxy(ctx, in) < 0)
        return -1;
    for (int type = JS_TYPED_ARRAY_UINT8C; type <= JS_TYPED_ARRAY_FLOAT64; type++) {
        JSValue sample = JS_NewTypedArray(ctx, 0, NULL, (JSTypedArrayEnum)type);

        if (learn_sample(ctx, in, sample, QJSP__KIND_TYPED_ARRAY) < 0)
            return -1;
    }
    return 0;
}

/* The kind goes to the lowest ids whose classes have the name and no kind yet. */
static int learn_name(JSContext *ctx, qjsp__intrinsics *in, const char *name,
                      qjsp__object_kind kind, int nclasses)
{
    JSRuntime *rt = JS_GetRuntime(ctx);
    JSAtom want = JS_NewAtom(ctx, name), have;

    if (want == JS_ATOM_NULL)
        return -1;
    for (JSClassID id = 1; nclasses > 0 && id < QJSP__CLASSES_MAX; id++) {
        if (in->kinds[id] != QJSP__KIND_OTHER || !JS_IsRegisteredClass(rt, id))
            continue;
        have = JS_GetClassName(rt, id);
        if (have == want) {
            in->kinds[id] = (uint8_t)kind;
            nclasses--;
        }
        if (have == want && kind == QJSP__KIND_ERROR)
            in->error_class = id;
        JS_FreeAtom(ctx, have);
    }
    JS_FreeAtom(ctx, want);
    return 0;
}

static int learn_classes(JSContext *ctx, qjsp__intrinsics *in)
{
    int r = learn_samples(ctx, in);

    for (size_t i = 0; r == 0 && i < QJSP_COUNTOF(classes); i++)
        r = learn_name(ctx, in, classes[i].name, classes[i].kind, classes[i].nclasses);
    return r;
}

/* Takes `from`. The getter of the nearest `name` on its prototype chain. */
static JSValue find_getter(JSContext *ctx, JSValue from, const char *name)
{
    JSAtom atom = JS_NewAtom(ctx, name);
    JSPropertyDescriptor desc = { .value = JS_UNDEFINED };
    JSValue next;
    int found = atom == JS_ATOM_NULL ? -1 : 0;

    while (found == 0 && JS_IsObject(from)) {
        found = JS_GetOwnProperty(ctx, &desc, from, atom);
        next = found == 0 ? JS_GetPrototype(ctx, from) : JS_UNDEFINED;
        JS_FreeValue(ctx, from);
        from = next;
    }
    JS_FreeValue(ctx, from);
    JS_FreeAtom(ctx, atom);
    if (found < 0)
        return JS_EXCEPTION;
    if (found == 0)
        return JS_UNDEFINED;
    JS_FreeValue(ctx, desc.value);
    JS_FreeValue(ctx, desc.setter);
    return desc.getter;
}

static JSValue capture_from(JSContext *ctx, JSValueConst ctor, qjsp__intrinsic which)
{
    JSValue proto, found;

    if (captures[which].place == PLACE_GLOBAL)
        return JS_DupValue(ctx, ctor);
    if (captures[which].place == PLACE_STATIC)
        return JS_GetPropertyStr(ctx, ctor, captures[which].name);
    proto = JS_GetPropertyStr(ctx, ctor, "prototype");
    if (JS_IsException(proto))
        return proto;
    if (captures[which].place == PLACE_GETTER)
        return find_getter(ctx, proto, captures[which].name);
    found = JS_GetPropertyStr(ctx, proto, captures[which].name);
    JS_FreeValue(ctx, proto);
    return found;
}

static int capture(JSContext *ctx, qjsp__intrinsics *in, JSValueConst global, qjsp__intrinsic which)
{
    JSValue ctor = JS_GetPropertyStr(ctx, global, captures[which].global);

    if (JS_IsException(ctor))
        return -1;
    in->values[which] = capture_from(ctx, ctor, which);
    JS_FreeValue(ctx, ctor);
    if (JS_IsException(in->values[which]))
        return -1;
    if (JS_IsObject(in->values[which]))
        return 0;
    JS_ThrowTypeError(ctx, "this realm lacks %s.%s", captures[which].global,
                      captures[which].name == NULL ? "constructor" : captures[which].name);
    return -1;
}

static int capture_all(JSContext *ctx, qjsp__intrinsics *in)
{
    JSValue global = JS_GetGlobalObject(ctx);
    int r = 0;

    for (size_t i = 0; r == 0 && i < QJSP_COUNTOF(captures); i++)
        r = capture(ctx, in, global, (qjsp__intrinsic)i);
    JS_FreeValue(ctx, global);
    return r;
}

static int push(JSContext *ctx, JSValueConst array, JSValueConst value)
{
    int64_t len;

    if (JS_GetLength(ctx, array, &len) < 0)
        return -1;
    return JS_DefinePropertyValueUint32(ctx, array, (uint32_t)len, JS_DupValue(ctx, value),
                                        JS_PROP_C_W_E | JS_PROP_THROW);
}

static JSValue collect_pair(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)argc;
    if (push(ctx, this_val, argv[1]) < 0 || push(ctx, this_val, argv[0]) < 0)
        return JS_EXCEPTION;
    return JS_UNDEFINED;
}

static JSValue collect_member(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    (void)argc;
    return push(ctx, this_val, argv[0]) < 0 ? JS_EXCEPTION : JS_UNDEFINED;
}

static int make_own(JSContext *ctx, qjsp__intrinsics *in)
{
    JSAtom *atoms[] = { &in->name, &in->message, &in->stack, &in->cause, &in->errors, &in->length };
    const char *names[] = { "name", "message", "stack", "cause", "errors", "length" };

    for (size_t i = 0; i < QJSP_COUNTOF(atoms); i++) {
        *atoms[i] = JS_NewAtom(ctx, names[i]);
        if (*atoms[i] == JS_ATOM_NULL)
            return -1;
    }
    in->values[QJSP__IN_COLLECT_PAIR] = JS_NewCFunction(ctx, collect_pair, "", 2);
    in->values[QJSP__IN_COLLECT_MEMBER] = JS_NewCFunction(ctx, collect_member, "", 1);
    if (JS_IsException(in->values[QJSP__IN_COLLECT_PAIR]) ||
        JS_IsException(in->values[QJSP__IN_COLLECT_MEMBER]))
        return -1;
    return 0;
}

qjsp__intrinsics *qjsp__intrinsics_new(JSContext *ctx)
{
    qjsp__intrinsics *in = js_mallocz(ctx, sizeof *in);

    if (in == NULL)
        return NULL;
    for (size_t i = 0; i < QJSP__IN_COUNT; i++)
        in->values[i] = JS_UNDEFINED;
    if (make_own(ctx, in) < 0 || capture_all(ctx, in) < 0 || learn_classes(ctx, in) < 0) {
        qjsp__intrinsics_free(ctx, in);
        return NULL;
    }
    return in;
}

void qjsp__intrinsics_free(JSContext *ctx, qjsp__intrinsics *in)
{
    if (in == NULL)
        return;
    for (size_t i = 0; i < QJSP__IN_COUNT; i++)
        JS_FreeValue(ctx, in->values[i]);
    JS_FreeAtom(ctx, in->name);
    JS_FreeAtom(ctx, in->message);
    JS_FreeAtom(ctx, in->stack);
    JS_FreeAtom(ctx, in->cause);
    JS_FreeAtom(ctx, in->errors);
    JS_FreeAtom(ctx, in->length);
    js_free(ctx, in);
}

JSValue qjsp__intrinsics_call(JSContext *ctx, const qjsp__intrinsics *in, qjsp__intrinsic which,
                              JSValueConst object)
{
    return JS_Call(ctx, in->values[which], object, 0, NULL);
}

JSValueConst qjsp__intrinsics_error_proto(const qjsp__intrinsics *in, qjsp_bytes name)
{
    for (int i = QJSP__IN_ERROR_PROTO; i <= QJSP__IN_AGGREGATE_ERROR_PROTO; i++) {
        const char *have = captures[i].global;

        if (strlen(have) == name.len && memcmp(have, name.data, name.len) == 0)
            return in->values[i];
    }
    return JS_UNDEFINED;
}
