/* SPDX-License-Identifier: MIT */
#include "isolate/files/printf.h"

#include <stdio.h>
#include <string.h>

#include "base/checked.h"

/* Of a width or a precision: more is a mistake or an attack. Nothing is ever laid out on the stack. */
enum { MAX_WIDTH = 100000 };

/* Digits of a double before its point, and what else stands around them. */
enum { FLOAT_ROOM = 400 };

typedef struct spec {
    bool has_minus, has_plus, has_space, has_hash, has_zero;
    int width;
    int precision; /* -1: none */
    bool is_long;
    char conversion;
} spec;

typedef struct printer {
    JSContext *ctx;
    const char *at, *end; /* of the format, not read yet */
    int argc;
    JSValueConst *argv;
    int next; /* argument */
    qjsp__grow *out;
} printer;

static bool throw_invalid(JSContext *ctx)
{
    JS_ThrowTypeError(ctx, "invalid conversion specifier in format string");
    return false;
}

static bool take_argument(printer *p, JSValueConst *value)
{
    if (p->next >= p->argc) {
        JS_ThrowReferenceError(p->ctx, "missing argument for conversion specifier");
        return false;
    }
    *value = p->argv[p->next++];
    return true;
}

/* ---- reading a conversion ---- */

static bool skip(printer *p, char c)
{
    if (p->at == p->end || *p->at != c)
        return false;
    p->at++;
    return true;
}

static void read_flags(printer *p, spec *s)
{
    for (;; p->at++) {
        char c = p->at == p->end ? '\0' : *p->at;

        switch (c) {
        case '-': s->has_minus = true; break;
        case '+': s->has_plus = true; break;
        case ' ': s->has_space = true; break;
        case '#': s->has_hash = true; break;
        case '0': s->has_zero = true; break;
        case '\'': break; /* thousands: no locale has any here */
        default: return;
        }
    }
}

static bool read_number(printer *p, int *n)
{
    JSValueConst value;
    int32_t given;

    *n = 0;
    if (skip(p, '*')) {
        if (!take_argument(p, &value) || JS_ToInt32(p->ctx, &given, value) < 0)
            return false;
        *n = given;
    }
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9' && *n <= MAX_WIDTH)
        *n = *n * 10 + (*p->at++ - '0');
    if (*n <= MAX_WIDTH && *n >= -MAX_WIDTH)
        return true;
    JS_ThrowRangeError(p->ctx, "a width or precision of a format is at most %d", (int)MAX_WIDTH);
    return false;
}

static bool read_spec(printer *p, spec *s)
{
    *s = (spec){ .precision = -1 };
    read_flags(p, s);
    if (!read_number(p, &s->width))
        return false;
    if (s->width < 0) {
        s->width = -s->width;
        s->has_minus = true;
    }
    if (skip(p, '.')) {
        if (!read_number(p, &s->precision))
            return false;
        if (s->precision < 0)
            s->precision = -1;
    }
    while (p->at < p->end && strchr("hlLjzt", *p->at) != NULL && *p->at != '\0') {
        s->is_long = s->is_long || *p->at == 'l' || *p->at == 'j';
        p->at++;
    }
    s->conversion = p->at == p->end ? '\0' : *p->at++;
    return true;
}

/* ---- writing it ---- */

static bool put_fill(printer *p, char c, size_t n)
{
    if (!qjsp__grow_reserve(p->ctx, p->out, n))
        return false;
    if (n > 0)
        memset(p->out->data + p->out->len, c, n);
    p->out->len += n;
    return true;
}

/* A sign or "0x", zeros, and digits or text, within the width. */
static bool put_field(printer *p, const spec *s, const char *prefix, size_t zeros, const char *text,
                      size_t len)
{
    size_t used = strlen(prefix) + zeros + len;
    size_t fill = (size_t)s->width > used ? (size_t)s->width - used : 0;

    return put_fill(p, ' ', s->has_minus ? 0 : fill) &&
           qjsp__grow_append(p->ctx, p->out, prefix, strlen(prefix)) && put_fill(p, '0', zeros) &&
           qjsp__grow_append(p->ctx, p->out, text, len) &&
           put_fill(p, ' ', s->has_minus ? fill : 0);
}

static const char *sign_of(const spec *s, bool is_negative)
{
    if (is_negative)
        return "-";
    return s->has_plus ? "+" : s->has_space ? " " : "";
}

static unsigned base_of(char conversion)
{
    return conversion == 'o' ? 8 : conversion == 'x' || conversion == 'X' ? 16 : 10;
}

static bool put_integer(printer *p, const spec *s, int64_t value)
{
    const char *set = s->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef", *prefix = "";
    bool is_signed = s->conversion == 'd' || s->conversion == 'i';
    uint64_t n = (uint64_t)value;
    size_t at, len, zeros = 0;
    char digits[24];

    if (is_signed)
        prefix = sign_of(s, value < 0);
    if (is_signed && value < 0)
        n = 0 - n;
    else if (!is_signed && !s->is_long)
        n = (uint32_t)n;
    if (s->has_hash && n != 0 && base_of(s->conversion) == 16)
        prefix = s->conversion == 'X' ? "0X" : "0x";
    at = sizeof digits;
    for (uint64_t left = n; left > 0; left /= base_of(s->conversion))
        digits[--at] = set[left % base_of(s->conversion)];
    if (n == 0 && s->precision != 0)
        digits[--at] = '0';
    len = sizeof digits - at;
    if (s->precision >= 0)
        zeros = (size_t)s->precision > len ? (size_t)s->precision - len : 0;
    else if (s->has_zero && !s->has_minus && (size_t)s->width > len + strlen(prefix))
        zeros = (size_t)s->width - len - strlen(prefix);
    if (s->has_hash && s->conversion == 'o' && zeros == 0 && (len == 0 || digits[at] != '0'))
        zeros = 1;
    return put_field(p, s, prefix, zeros, digits + at, len);
}

/* The C library knows the digits; the format is one of ours, put together again. */
static bool put_double(printer *p, const spec *s, double value)
{
    size_t room = FLOAT_ROOM + (size_t)s->width + (size_t)(s->precision > 0 ? s->precision : 0);
    char format[16], *f = format;
    int n;

    *f++ = '%';
    if (s->has_minus)
        *f++ = '-';
    if (s->has_plus)
        *f++ = '+';
    if (s->has_space)
        *f++ = ' ';
    if (s->has_hash)
        *f++ = '#';
    if (s->has_zero)
        *f++ = '0';
    memcpy(f, "*.*", 3);
    f[3] = s->conversion;
    f[4] = '\0';
    if (!qjsp__grow_reserve(p->ctx, p->out, room))
        return false;
    n = snprintf((char *)p->out->data + p->out->len, room, format, s->width, s->precision, value);
    if (n < 0 || (size_t)n >= room)
        return throw_invalid(p->ctx);
    p->out->len += (size_t)n;
    return true;
}

static size_t put_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static bool put_code_point(printer *p, const spec *s, JSValueConst value)
{
    char utf8[4];
    int32_t c;

    if (JS_ToInt32(p->ctx, &c, value) < 0)
        return false;
    if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = 0xfffd;
    return put_field(p, s, "", 0, utf8, put_utf8((uint32_t)c, utf8));
}

static bool is_within_character(const qjsp__arg_text *text, size_t at)
{
    return at > 0 && at < text->len && (text->data[at] & 0xc0) == 0x80;
}

/* How much of it is wanted: of %c the first character, of %s the precision without half of one. */
static size_t wanted_len(const spec *s, const qjsp__arg_text *text)
{
    size_t len = text->len;

    if (s->conversion == 'c') {
        len = text->len > 0;
        while (is_within_character(text, len))
            len++;
    } else if (s->precision >= 0 && (size_t)s->precision < len) {
        len = (size_t)s->precision;
        while (is_within_character(text, len))
            len--;
    }
    return len;
}

static bool put_string(printer *p, const spec *s, JSValueConst value)
{
    qjsp__arg_text text;
    bool ok;

    if (!qjsp__arg_text_init(p->ctx, value, &text))
        return false;
    ok = put_field(p, s, "", 0, text.data, wanted_len(s, &text));
    qjsp__arg_text_fini(p->ctx, &text);
    return ok;
}

static bool put_number(printer *p, const spec *s, JSValueConst value)
{
    int64_t wide;
    int32_t narrow;

    if (!s->is_long) {
        if (JS_ToInt32(p->ctx, &narrow, value) < 0)
            return false;
        return put_integer(p, s, narrow);
    }
    return JS_ToInt64Ext(p->ctx, &wide, value) >= 0 && put_integer(p, s, wide);
}

static bool put_conversion(printer *p)
{
    JSValueConst value;
    double number;
    spec s;

    if (!read_spec(p, &s))
        return false;
    if (s.conversion == '%')
        return qjsp__grow_append(p->ctx, p->out, "%", 1);
    if (s.conversion == '\0' || strchr("diuoxXcseEfFgGaA", s.conversion) == NULL)
        return throw_invalid(p->ctx);
    if (!take_argument(p, &value))
        return false;
    switch (s.conversion) {
    case 'c': return JS_IsString(value) ? put_string(p, &s, value) : put_code_point(p, &s, value);
    case 's': return put_string(p, &s, value);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': return put_number(p, &s, value);
    default: return JS_ToFloat64(p->ctx, &number, value) >= 0 && put_double(p, &s, number);
    }
}

bool qjsp__printf(JSContext *ctx, int argc, JSValueConst *argv, qjsp__grow *out)
{
    printer p = { .ctx = ctx, .argc = argc, .argv = argv, .next = 1, .out = out };
    qjsp__arg_text format;
    bool ok = true;

    if (argc < 1)
        return true;
    if (!qjsp__arg_text_init(ctx, argv[0], &format))
        return false;
    p.at = format.data;
    p.end = format.data + format.len;
    while (ok && p.at < p.end) {
        const char *percent = memchr(p.at, '%', (size_t)(p.end - p.at));
        const char *to = percent == NULL ? p.end : percent;

        ok = qjsp__grow_append(ctx, out, p.at, (size_t)(to - p.at));
        p.at = to;
        if (ok && percent != NULL) {
            p.at++;
            ok = put_conversion(&p) && qjsp__isolate_may_call_out(qjsp__isolate_of(ctx));
        }
    }
    qjsp__arg_text_fini(ctx, &format);
    return ok;
}
