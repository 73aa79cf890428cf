/* SPDX-License-Identifier: MIT */
/* Tag 27: [class name, ...arguments]. */
#include <string.h>

#include "clone/decode.h"
#include "clone/typed_array.h"

static qjsp__step fail(qjsp__decoder *d, size_t offset, const char *problem)
{
    qjsp__decode_malformed(d, offset, problem);
    return QJSP__STEP_FAILED;
}

static bool expect(qjsp__decoder *d, qjsp_token_kind kind, qjsp_token *token)
{
    return qjsp__decode_next(d, token) &&
           (token->kind == kind ||
            qjsp__decode_malformed(d, token->offset, "item of the wrong type"));
}

static qjsp__step done(JSValue value, JSValue *out)
{
    *out = value;
    return JS_IsException(value) ? QJSP__STEP_FAILED : QJSP__STEP_VALUE;
}

/* Takes target. Its content is the map that comes next. */
static qjsp__step open_map(qjsp__decoder *d, qjsp__fill_kind kind, JSValue target, size_t slot)
{
    qjsp_token token;

    if (JS_IsException(target))
        return QJSP__STEP_FAILED;
    if (!expect(d, QJSP_TOKEN_MAP, &token)) {
        JS_FreeValue(d->ctx, target);
        return QJSP__STEP_FAILED;
    }
    qjsp__decode_fill_slot(d, slot, target);
    return qjsp__decode_open(d, kind, target, token.u.u64, token.offset);
}

static qjsp__step decode_error(qjsp__decoder *d, size_t slot, JSValue *out)
{
    /* its class follows from its name, which comes later; the engine's class is
     * one for all errors */
    JSValueConst proto = d->in->values[QJSP__IN_ERROR_PROTO];

    (void)out;
    return open_map(d, QJSP__FILL_ERROR, JS_NewObjectProtoClass(d->ctx, proto, d->in->error_class),
                    slot);
}

static qjsp__step decode_sparse(qjsp__decoder *d, size_t slot, JSValue *out)
{
    qjsp_token length;
    JSValue array;

    (void)out;
    if (!expect(d, QJSP_TOKEN_INT, &length))
        return QJSP__STEP_FAILED;
    if (length.u.i64 < 0 || length.u.i64 > UINT32_MAX)
        return fail(d, length.offset, "invalid array length");
    array = JS_NewArray(d->ctx);
    if (JS_IsException(array) || JS_SetLength(d->ctx, array, length.u.i64) < 0) {
        JS_FreeValue(d->ctx, array);
        return QJSP__STEP_FAILED;
    }
    return open_map(d, QJSP__FILL_OBJECT, array, slot);
}

static qjsp__step decode_date(qjsp__decoder *d, size_t slot, JSValue *out)
{
    double ms;

    (void)slot;
    if (!qjsp__decode_number(d, &ms))
        return QJSP__STEP_FAILED;
    return done(JS_NewDate(d->ctx, ms), out);
}

/* Takes value. */
static qjsp__step box(qjsp__decoder *d, JSValue value, JSValue *out)
{
    JSValue object = JS_IsException(value) ? value : JS_ToObject(d->ctx, value);

    JS_FreeValue(d->ctx, value);
    return done(object, out);
}

static qjsp__step decode_number(qjsp__decoder *d, size_t slot, JSValue *out)
{
    double number;

    (void)slot;
    if (!qjsp__decode_number(d, &number))
        return QJSP__STEP_FAILED;
    return box(d, JS_NewNumber(d->ctx, number), out);
}

static qjsp__step decode_string(qjsp__decoder *d, size_t slot, JSValue *out)
{
    qjsp_token token;

    (void)slot;
    if (!expect(d, QJSP_TOKEN_TEXT, &token))
        return QJSP__STEP_FAILED;
    return box(d, qjsp__decode_text(d, token.u.bytes), out);
}

static qjsp__step decode_boolean(qjsp__decoder *d, size_t slot, JSValue *out)
{
    qjsp_token token;

    (void)slot;
    if (!expect(d, QJSP_TOKEN_BOOL, &token))
        return QJSP__STEP_FAILED;
    return box(d, JS_NewBool(d->ctx, token.u.boolean), out);
}

static qjsp__step decode_bigint(qjsp__decoder *d, size_t slot, JSValue *out)
{
    qjsp_token token;
    bool is_negative;

    (void)slot;
    if (!expect(d, QJSP_TOKEN_TAG, &token))
        return QJSP__STEP_FAILED;
    is_negative = token.u.u64 == QJSP_TAG_BIGINT_NEGATIVE;
    if (!is_negative && token.u.u64 != QJSP_TAG_BIGINT)
        return fail(d, token.offset, "expected a bigint");
    return box(d, qjsp__decode_bigint(d, is_negative), out);
}

static qjsp__step decode_function(qjsp__decoder *d, size_t slot, JSValue *out)
{
    const qjsp__clone_functions *functions = d->limits->functions;
    qjsp_token id, text;
    JSValue name, function;

    if (!expect(d, QJSP_TOKEN_INT, &id) || !expect(d, QJSP_TOKEN_TEXT, &text))
        return QJSP__STEP_FAILED;
    if (functions == NULL || id.u.i64 < 0 || id.u.i64 > UINT32_MAX)
        return fail(d, id.offset, "a function that nobody can call");
    name = qjsp__decode_text(d, text.u.bytes);
    if (JS_IsException(name))
        return QJSP__STEP_FAILED;
    function = functions->make(functions->ud, d->ctx, (uint32_t)id.u.i64, name);
    JS_FreeValue(d->ctx, name);
    if (!JS_IsException(function))
        qjsp__decode_fill_slot(d, slot, function);
    return done(function, out);
}

static const struct {
    const char *name;
    uint64_t nitems; /* name included */
    qjsp__step (*decode)(qjsp__decoder *d, size_t slot, JSValue *out);
} classes[] = {
    { "Error", 2, decode_error },   { "Array", 3, decode_sparse },
    { "Date", 2, decode_date },     { "Number", 2, decode_number },
    { "String", 2, decode_string }, { "Boolean", 2, decode_boolean },
    { "BigInt", 2, decode_bigint }, { "Function", 3, decode_function },
};

static bool is_named(qjsp_bytes name, const char *text)
{
    return strlen(text) == name.len && memcmp(text, name.data, name.len) == 0;
}

qjsp__step qjsp__decode_class(qjsp__decoder *d, size_t slot, JSValue *out)
{
    qjsp_token list, name;

    if (!expect(d, QJSP_TOKEN_ARRAY, &list))
        return QJSP__STEP_FAILED;
    if (list.u.u64 == 0)
        return fail(d, list.offset, "object without a class");
    if (!expect(d, QJSP_TOKEN_TEXT, &name))
        return QJSP__STEP_FAILED;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (!is_named(name.u.bytes, classes[i].name))
            continue;
        if (list.u.u64 != classes[i].nitems)
            return fail(d, list.offset, "wrong number of arguments");
        return classes[i].decode(d, slot, out);
    }
    if (!is_named(name.u.bytes, "DataView") && qjsp__typed_array_by_name(name.u.bytes) == NULL)
        return fail(d, name.offset, "unknown class");
    if (list.u.u64 != 4)
        return fail(d, list.offset, "wrong number of arguments");
    return done(qjsp__decode_view(d, name.u.bytes, list.offset), out);
}
