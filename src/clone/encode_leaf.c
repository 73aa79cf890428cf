/* SPDX-License-Identifier: MIT */
/* Strings, bigints, and objects without children. */
#include <math.h>
#include <string.h>

#include <qjspool/value.h>

#include "base/alloc.h"
#include "clone/encode.h"
#include "clone/own.h"

void qjsp__encode_string(qjsp__encoder *e, JSValueConst string)
{
    size_t len;
    /* UTF-8 in which lone surrogates stay, as three bytes; no copy for ASCII */
    const char *text = JS_ToCStringLen(e->ctx, &len, string);

    if (text == NULL) {
        qjsp__encode_threw(e);
        return;
    }
    qjsp_write_text(e->buf, text, len);
    JS_FreeCString(e->ctx, text);
}

static void write_magnitude(qjsp_buffer *buf, bool is_negative, const uint8_t *bytes, size_t len)
{
    while (len > 0 && bytes[0] == 0) {
        bytes++;
        len--;
    }
    qjsp_write_tag(buf, is_negative ? QJSP_TAG_BIGINT_NEGATIVE : QJSP_TAG_BIGINT);
    qjsp_write_bytes(buf, bytes, len);
}

static void write_small_bigint(qjsp_buffer *buf, int64_t n)
{
    uint64_t magnitude = n < 0 ? (uint64_t)~n : (uint64_t)n;
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(magnitude >> (56 - 8 * i));
    write_magnitude(buf, n < 0, bytes, sizeof bytes);
}

static uint8_t hex_digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Digits without a sign, into (len + 1) / 2 bytes. */
static void hex_to_bytes(const char *hex, size_t len, uint8_t *out)
{
    if (len % 2 != 0) {
        *out++ = hex_digit(*hex++);
        len--;
    }
    for (size_t i = 0; i < len; i += 2)
        *out++ = (uint8_t)(hex_digit(hex[i]) << 4 | hex_digit(hex[i + 1]));
}

/* bytes is at least 1. */
static void decrement(uint8_t *bytes, size_t len)
{
    while (bytes[--len]-- == 0)
        continue;
}

static void write_hex_bigint(qjsp__encoder *e, const char *hex, size_t len)
{
    bool is_negative = hex[0] == '-';
    size_t nbytes;
    uint8_t *bytes;

    hex += is_negative;
    len -= is_negative;
    nbytes = (len + 1) / 2;
    bytes = qjsp__malloc(e->buf->alloc, nbytes);
    if (bytes == NULL) {
        e->status = QJSP_ERR_NOMEM;
        return;
    }
    hex_to_bytes(hex, len, bytes);
    if (is_negative)
        decrement(bytes, nbytes);
    write_magnitude(e->buf, is_negative, bytes, nbytes);
    qjsp__free(e->buf->alloc, bytes);
}

void qjsp__encode_bigint(qjsp__encoder *e, JSValueConst bigint)
{
    JSValue radix = JS_NewInt32(e->ctx, 16), text;
    const char *hex;
    size_t len;

    if (JS_VALUE_GET_TAG(bigint) == JS_TAG_SHORT_BIG_INT) {
        write_small_bigint(e->buf, JS_VALUE_GET_SHORT_BIG_INT(bigint));
        return;
    }
    /* the engine shows a bigint's digits no other way; radix 16 is linear */
    text = JS_Call(e->ctx, e->in->values[QJSP__IN_BIGINT_TO_STRING], bigint, 1, &radix);
    hex = JS_IsException(text) ? NULL : JS_ToCStringLen(e->ctx, &len, text);
    JS_FreeValue(e->ctx, text);
    if (hex == NULL) {
        qjsp__encode_threw(e);
        return;
    }
    write_hex_bigint(e, hex, len);
    JS_FreeCString(e->ctx, hex);
}

static void write_date(qjsp_buffer *buf, double ms)
{
    double seconds = ms / 1000;

    if (isnan(ms) || round(seconds * 1000) == ms) {
        qjsp_write_tag(buf, QJSP_TAG_DATE);
        qjsp_write_number(buf, seconds);
        return;
    }
    qjsp_write_tag(buf, QJSP_TAG_OBJECT);
    qjsp_write_array(buf, 2);
    qjsp_write_cstr(buf, "Date");
    qjsp_write_number(buf, ms);
}

static void encode_date(qjsp__encoder *e, JSValueConst date)
{
    JSValue time = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_DATE_GET_TIME, date);
    double ms;

    if (JS_IsException(time) || JS_ToFloat64(e->ctx, &ms, time) < 0)
        qjsp__encode_threw(e);
    else
        write_date(e->buf, ms);
}

/* By its own getter for each flag: `flags` would ask the properties, which
 * guests can redefine. */
static bool regexp_flags(qjsp__encoder *e, JSValueConst regexp, char *out)
{
    static const char letters[] = "dgimsuvy";

    for (int i = 0; letters[i] != '\0'; i++) {
        qjsp__intrinsic which = (qjsp__intrinsic)(QJSP__IN_REGEXP_HAS_INDICES + i);
        JSValue is_set = qjsp__intrinsics_call(e->ctx, e->in, which, regexp);

        if (JS_IsException(is_set))
            return false;
        if (JS_VALUE_GET_BOOL(is_set))
            *out++ = letters[i];
    }
    *out = '\0';
    return true;
}

static void encode_regexp(qjsp__encoder *e, JSValueConst regexp)
{
    char flags[16];
    JSValue source = qjsp__intrinsics_call(e->ctx, e->in, QJSP__IN_REGEXP_SOURCE, regexp);

    if (JS_IsException(source) || !regexp_flags(e, regexp, flags)) {
        JS_FreeValue(e->ctx, source);
        qjsp__encode_threw(e);
        return;
    }
    qjsp_write_tag(e->buf, QJSP_TAG_REGEXP);
    qjsp_write_array(e->buf, 2);
    qjsp__encode_string(e, source);
    qjsp_write_cstr(e->buf, flags);
    JS_FreeValue(e->ctx, source);
}

static void encode_boxed(qjsp__encoder *e, JSValueConst object, const char *name,
                         qjsp__intrinsic value_of)
{
    JSValue value = qjsp__intrinsics_call(e->ctx, e->in, value_of, object);

    if (JS_IsException(value)) {
        qjsp__encode_threw(e);
        return;
    }
    qjsp_write_tag(e->buf, QJSP_TAG_OBJECT);
    qjsp_write_array(e->buf, 2);
    qjsp_write_cstr(e->buf, name);
    qjsp__encode_value(e, value);
    JS_FreeValue(e->ctx, value);
}

void qjsp__encode_function(qjsp__encoder *e, JSValueConst function)
{
    const qjsp__clone_functions *functions = e->limits->functions;
    uint32_t id;
    JSValue name;

    if (!functions->name(functions->ud, e->ctx, function, &id)) {
        qjsp__encode_threw(e);
        return;
    }
    qjsp__encode_remember(e, function);
    qjsp_write_tag(e->buf, QJSP_TAG_OBJECT);
    qjsp_write_array(e->buf, 3);
    qjsp_write_cstr(e->buf, "Function");
    qjsp_write_int(e->buf, id);
    qjsp__own_get(e->ctx, function, e->in->name, &name);
    if (JS_IsString(name))
        qjsp__encode_string(e, name);
    else
        qjsp_write_cstr(e->buf, "");
    JS_FreeValue(e->ctx, name);
}

void qjsp__encode_leaf(qjsp__encoder *e, JSValueConst object, qjsp__object_kind kind)
{
    if (kind == QJSP__KIND_BUFFER) {
        qjsp__encode_buffer(e, object);
        return;
    }
    if (kind == QJSP__KIND_VIEW) {
        qjsp__encode_view(e, object);
        return;
    }
    qjsp__encode_remember(e, object);
    switch (kind) {
    case QJSP__KIND_DATE: encode_date(e, object); break;
    case QJSP__KIND_REGEXP: encode_regexp(e, object); break;
    case QJSP__KIND_NUMBER: encode_boxed(e, object, "Number", QJSP__IN_NUMBER_VALUE_OF); break;
    case QJSP__KIND_STRING: encode_boxed(e, object, "String", QJSP__IN_STRING_VALUE_OF); break;
    case QJSP__KIND_BOOLEAN: encode_boxed(e, object, "Boolean", QJSP__IN_BOOLEAN_VALUE_OF); break;
    case QJSP__KIND_BIGINT: encode_boxed(e, object, "BigInt", QJSP__IN_BIGINT_VALUE_OF); break;
    default: qjsp__encode_typed_array(e, object); break;
    }
}
