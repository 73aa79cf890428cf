/* SPDX-License-Identifier: MIT */
/* One item of the input: scalars, and what each tag stands for. */
#include <math.h>
#include <string.h>

#include "clone/decode.h"
#include "clone/typed_array.h"

JSValue qjsp__decode_text(qjsp__decoder *d, qjsp_bytes text)
{
    return JS_NewStringLen(d->ctx, (const char *)text.data, text.len);
}

bool qjsp__decode_number(qjsp__decoder *d, double *out)
{
    qjsp_token token;

    if (!qjsp__decode_next(d, &token))
        return false;
    if (token.kind == QJSP_TOKEN_FLOAT)
        *out = token.u.f64;
    else if (token.kind == QJSP_TOKEN_INT)
        *out = (double)token.u.i64;
    else if (token.kind == QJSP_TOKEN_UINT)
        *out = (double)token.u.u64;
    else
        return qjsp__decode_malformed(d, token.offset, "expected a number");
    return true;
}

static JSValue decode_date(qjsp__decoder *d)
{
    double seconds = 0;

    if (!qjsp__decode_number(d, &seconds))
        return JS_EXCEPTION;
    return JS_NewDate(d->ctx, round(seconds * 1000));
}

static JSValue small_bigint(JSContext *ctx, bool is_negative, qjsp_bytes magnitude)
{
    uint64_t n = 0;

    for (size_t i = 0; i < magnitude.len; i++)
        n = n << 8 | magnitude.data[i];
    return is_negative ? JS_NewBigInt64(ctx, -1 - (int64_t)n) : JS_NewBigUint64(ctx, n);
}

/* "0x" and two digits for each byte; a negative value as its two's complement
 * in one byte more. js_malloc'ed. */
static char *bigint_hex(JSContext *ctx, bool is_negative, qjsp_bytes magnitude, size_t *len)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = js_malloc(ctx, 2 * magnitude.len + 4), *at = hex;
    uint8_t flip = is_negative ? 0xff : 0;

    if (hex == NULL)
        return NULL;
    *at++ = '0';
    *at++ = 'x';
    if (is_negative) {
        *at++ = 'f';
        *at++ = 'f';
    }
    for (size_t i = 0; i < magnitude.len; i++) {
        uint8_t byte = magnitude.data[i] ^ flip;

        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
    *len = (size_t)(at - hex);
    return hex;
}

/* The engine makes large bigints from digits only. */
static JSValue large_bigint(qjsp__decoder *d, bool is_negative, qjsp_bytes magnitude)
{
    JSContext *ctx = d->ctx;
    JSValue args[2], result;
    size_t len;
    char *hex = bigint_hex(ctx, is_negative, magnitude, &len);

    if (hex == NULL)
        return JS_EXCEPTION;
    args[1] = JS_NewStringLen(ctx, hex, len);
    js_free(ctx, hex);
    if (JS_IsException(args[1]))
        return JS_EXCEPTION;
    result = JS_Call(ctx, d->in->values[QJSP__IN_BIGINT], JS_UNDEFINED, 1, &args[1]);
    JS_FreeValue(ctx, args[1]);
    if (JS_IsException(result) || !is_negative)
        return result;
    args[0] = JS_NewInt64(ctx, (int64_t)(magnitude.len + 1) * 8);
    args[1] = result;
    result = JS_Call(ctx, d->in->values[QJSP__IN_BIGINT_AS_INT_N], JS_UNDEFINED, 2, args);
    JS_FreeValue(ctx, args[1]);
    return result;
}

JSValue qjsp__decode_bigint(qjsp__decoder *d, bool is_negative)
{
    qjsp_token token;
    qjsp_bytes magnitude;
    JSValue value;

    if (!qjsp__decode_next(d, &token))
        return JS_EXCEPTION;
    if (token.kind != QJSP_TOKEN_BYTES) {
        qjsp__decode_malformed(d, token.offset, "expected the bytes of a bigint");
        return JS_EXCEPTION;
    }
    magnitude = token.u.bytes;
    while (magnitude.len > 0 && magnitude.data[0] == 0) {
        magnitude.data++;
        magnitude.len--;
    }
    if (magnitude.len < 8 || (magnitude.len == 8 && (magnitude.data[0] < 0x80 || !is_negative)))
        return small_bigint(d->ctx, is_negative, magnitude);
    value = large_bigint(d, is_negative, magnitude);
    if (JS_IsException(value))
        qjsp__decode_refused(d, token.offset, "too large bigint");
    return value;
}

JSValue qjsp__decode_reference(qjsp__decoder *d)
{
    qjsp_token token;

    if (!qjsp__decode_next(d, &token))
        return JS_EXCEPTION;
    if (token.kind != QJSP_TOKEN_INT || token.u.i64 < 0 || (uint64_t)token.u.i64 >= d->nshared) {
        qjsp__decode_malformed(d, token.offset, "reference to nothing");
        return JS_EXCEPTION;
    }
    if (JS_IsUninitialized(d->shared[token.u.i64])) {
        qjsp__decode_malformed(d, token.offset, "reference to an incomplete value");
        return JS_EXCEPTION;
    }
    return JS_DupValue(d->ctx, d->shared[token.u.i64]);
}

static bool next_is(qjsp__decoder *d, qjsp_token_kind kind, qjsp_token *token)
{
    return qjsp__decode_next(d, token) &&
           (token->kind == kind ||
            qjsp__decode_malformed(d, token->offset, "item of the wrong type"));
}

static JSValue decode_regexp(qjsp__decoder *d, size_t offset)
{
    qjsp_token list, source, flags;
    JSValue args[2], regexp = JS_EXCEPTION;

    if (!next_is(d, QJSP_TOKEN_ARRAY, &list) || !next_is(d, QJSP_TOKEN_TEXT, &source) ||
        !next_is(d, QJSP_TOKEN_TEXT, &flags))
        return JS_EXCEPTION;
    if (list.u.u64 != 2) {
        qjsp__decode_malformed(d, list.offset, "wrong number of arguments");
        return JS_EXCEPTION;
    }
    args[0] = qjsp__decode_text(d, source.u.bytes);
    args[1] = qjsp__decode_text(d, flags.u.bytes);
    if (!JS_IsException(args[0]) && !JS_IsException(args[1])) {
        regexp = JS_CallConstructor(d->ctx, d->in->values[QJSP__IN_REGEXP], 2, args);
        if (JS_IsException(regexp))
            qjsp__decode_refused(d, offset, "invalid regular expression");
    }
    JS_FreeValue(d->ctx, args[0]);
    JS_FreeValue(d->ctx, args[1]);
    return regexp;
}

static qjsp__step open_collection(qjsp__decoder *d, bool is_map, size_t slot)
{
    qjsp_token token;
    JSValue target;

    if (!next_is(d, is_map ? QJSP_TOKEN_MAP : QJSP_TOKEN_ARRAY, &token))
        return QJSP__STEP_FAILED;
    target =
        JS_CallConstructor(d->ctx, d->in->values[is_map ? QJSP__IN_MAP : QJSP__IN_SET], 0, NULL);
    if (JS_IsException(target))
        return QJSP__STEP_FAILED;
    qjsp__decode_fill_slot(d, slot, target);
    return qjsp__decode_open(d, is_map ? QJSP__FILL_MAP : QJSP__FILL_SET, target,
                             is_map ? token.u.u64 * 2 : token.u.u64, token.offset);
}

static qjsp__step open_plain(qjsp__decoder *d, const qjsp_token *token, size_t slot)
{
    bool is_map = token->kind == QJSP_TOKEN_MAP;
    JSValue target;

    if (!is_map && slot == QJSP__NO_SLOT)
        return qjsp__decode_open(d, QJSP__FILL_LIST, JS_UNDEFINED, token->u.u64, token->offset);
    target = is_map ? JS_NewObject(d->ctx) : JS_NewArray(d->ctx);
    if (JS_IsException(target))
        return QJSP__STEP_FAILED;
    qjsp__decode_fill_slot(d, slot, target);
    return qjsp__decode_open(d, is_map ? QJSP__FILL_OBJECT : QJSP__FILL_ARRAY, target, token->u.u64,
                             token->offset);
}

static qjsp__step done(JSValue value, JSValue *out)
{
    *out = value;
    return JS_IsException(value) ? QJSP__STEP_FAILED : QJSP__STEP_VALUE;
}

static qjsp__step decode_tag(qjsp__decoder *d, const qjsp_token *token, size_t slot, JSValue *out)
{
    uint64_t tag = token->u.u64;

    switch (tag) {
    case QJSP_TAG_DATE: return done(decode_date(d), out);
    case QJSP_TAG_BIGINT:
    case QJSP_TAG_BIGINT_NEGATIVE:
        return done(qjsp__decode_bigint(d, tag == QJSP_TAG_BIGINT_NEGATIVE), out);
    case QJSP_TAG_OBJECT: return qjsp__decode_class(d, slot, out);
    case QJSP_TAG_REFERENCE: return done(qjsp__decode_reference(d), out);
    case QJSP_TAG_MAP:
    case QJSP_TAG_SET: return open_collection(d, tag == QJSP_TAG_MAP, slot);
    case QJSP_TAG_REGEXP: return done(decode_regexp(d, token->offset), out);
    default: break;
    }
    if (qjsp__typed_array_by_tag(tag) != NULL)
        return done(qjsp__decode_typed_array(d, tag, token->offset), out);
    qjsp__decode_malformed(d, token->offset, "unknown tag");
    return QJSP__STEP_FAILED;
}

static qjsp__step decode_token(qjsp__decoder *d, const qjsp_token *token, size_t slot, JSValue *out)
{
    JSContext *ctx = d->ctx;

    switch (token->kind) {
    case QJSP_TOKEN_UNDEFINED: return done(JS_UNDEFINED, out);
    case QJSP_TOKEN_NULL: return done(JS_NULL, out);
    case QJSP_TOKEN_HOLE: return done(JS_UNINITIALIZED, out);
    case QJSP_TOKEN_BOOL: return done(JS_NewBool(ctx, token->u.boolean), out);
    case QJSP_TOKEN_INT: return done(JS_NewInt64(ctx, token->u.i64), out);
    case QJSP_TOKEN_UINT: return done(JS_NewFloat64(ctx, (double)token->u.u64), out);
    case QJSP_TOKEN_FLOAT: return done(JS_NewNumber(ctx, token->u.f64), out);
    case QJSP_TOKEN_TEXT: return done(qjsp__decode_text(d, token->u.bytes), out);
    case QJSP_TOKEN_BYTES:
        return done(JS_NewArrayBufferCopy(ctx, token->u.bytes.data, token->u.bytes.len), out);
    case QJSP_TOKEN_ARRAY:
    case QJSP_TOKEN_MAP: return open_plain(d, token, slot);
    case QJSP_TOKEN_TAG: return decode_tag(d, token, slot, out);
    }
    return QJSP__STEP_FAILED;
}

/* Only objects can be shared: a slot is for one of them. */
static qjsp__step decode_shareable(qjsp__decoder *d, JSValue *out)
{
    size_t slot = qjsp__decode_slot(d);
    bool is_reference;
    qjsp_token token;
    qjsp__step step;

    if (slot == QJSP__NO_SLOT || !qjsp__decode_next(d, &token))
        return QJSP__STEP_FAILED;
    is_reference = token.kind == QJSP_TOKEN_TAG && token.u.u64 == QJSP_TAG_REFERENCE;
    step = is_reference ? done(JS_UNDEFINED, out) : decode_token(d, &token, slot, out);
    if (step != QJSP__STEP_VALUE)
        return step;
    if (!JS_IsObject(*out)) {
        JS_FreeValue(d->ctx, *out);
        qjsp__decode_malformed(d, token.offset, "tag 28 on what is no object");
        return QJSP__STEP_FAILED;
    }
    qjsp__decode_fill_slot(d, slot, *out);
    return step;
}

qjsp__step qjsp__decode_item(qjsp__decoder *d, JSValue *out)
{
    qjsp_token token;

    if (!qjsp__decode_next(d, &token))
        return QJSP__STEP_FAILED;
    if (token.kind == QJSP_TOKEN_TAG && token.u.u64 == QJSP_TAG_SHAREABLE)
        return decode_shareable(d, out);
    return decode_token(d, &token, QJSP__NO_SLOT, out);
}
