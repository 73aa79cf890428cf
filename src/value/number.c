/* SPDX-License-Identifier: MIT */
/*
 * Numbers to text and back.
 *
 * The C library converts, but its decimal point is the locale's. So only
 * digits are ever taken from it, and only "digits e exponent" is given to it:
 * there is no decimal point in that.
 */
#include "value/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MAX = 17,   /* enough for any double */
    DIGITS_SAFE = 15,  /* so many always survive in a normal double */
    PARSE_DIGITS = 800 /* more cannot change a double (767), but for one sticky digit */
};

/* 0.DIGITS x 10^point */
typedef struct decimal {
    char digits[DIGITS_MAX + 1];
    int ndigits;
    int point;
} decimal;

static double digits_to_double(const char *digits, int exponent)
{
    char text[PARSE_DIGITS + 32];

    snprintf(text, sizeof text, "%se%d", digits, exponent);
    return strtod(text, NULL);
}

static bool reads_back(const decimal *d, double value)
{
    return digits_to_double(d->digits, d->point - d->ndigits) == value;
}

/* value is positive; correctly rounded to n digits. */
static void round_to(decimal *d, double value, int n)
{
    char text[64];
    const char *p = text;

    snprintf(text, sizeof text, "%.*e", n - 1, value);
    d->ndigits = 0;
    for (; *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9')
            d->digits[d->ndigits++] = *p;
    }
    d->digits[d->ndigits] = '\0';
    d->point = atoi(p + 1) + 1;
}

/* The next larger number of as many digits; false when it needs another. */
static bool step_up(decimal *d)
{
    int i = d->ndigits - 1;

    while (i >= 0 && d->digits[i] == '9')
        d->digits[i--] = '0';
    if (i < 0)
        return false;
    d->digits[i]++;
    return true;
}

static void strip_zeros(decimal *d)
{
    while (d->ndigits > 1 && d->digits[d->ndigits - 1] == '0')
        d->ndigits--;
    d->digits[d->ndigits] = '\0';
}

/* value is positive and finite. */
static void shortest(decimal *d, double value)
{
    for (int n = value < DBL_MIN ? 1 : DIGITS_SAFE; n <= DIGITS_MAX; n++) {
        round_to(d, value, n);
        if (reads_back(d, value))
            break;
        /* At a power of two the gap below is half the gap above: rounding down
         * may leave it where rounding up does not (2^-44). */
        if (step_up(d) && reads_back(d, value))
            break;
    }
    strip_zeros(d);
}

static size_t put(char *out, const char *text, size_t len)
{
    memcpy(out, text, len);
    return len;
}

static size_t put_zeros(char *out, int n)
{
    memset(out, '0', (size_t)n);
    return (size_t)n;
}

/* d.ddde+x */
static size_t format_exponent(const decimal *d, char *out)
{
    size_t len = put(out, d->digits, 1);

    if (d->ndigits > 1) {
        out[len++] = '.';
        len += put(out + len, d->digits + 1, (size_t)d->ndigits - 1);
    }
    return len + (size_t)snprintf(out + len, 8, "e%+d", d->point - 1);
}

/* ECMA-262, Number::toString, steps 6 to 12; k is ndigits, n is point. */
static size_t format_decimal(const decimal *d, char *out)
{
    size_t ndigits = (size_t)d->ndigits, len = 0;

    if (d->point > 21 || d->point < -5)
        return format_exponent(d, out);
    if (d->ndigits <= d->point) {
        len = put(out, d->digits, ndigits);
        return len + put_zeros(out + len, d->point - d->ndigits);
    }
    if (d->point > 0) {
        len = put(out, d->digits, (size_t)d->point);
        out[len++] = '.';
        return len + put(out + len, d->digits + d->point, ndigits - (size_t)d->point);
    }
    len = put(out, "0.", 2);
    len += put_zeros(out + len, -d->point);
    return len + put(out + len, d->digits, ndigits);
}

/* value is an integer below 2^53. */
static size_t format_integer(uint64_t value, char *out)
{
    char digits[20];
    size_t n = 0;

    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

size_t qjsp__number_format(double value, char out[QJSP__NUMBER_MAX])
{
    decimal d;
    size_t sign = value < 0 ? 1 : 0;

    if (isnan(value))
        return put(out, "NaN", 3);
    if (sign != 0)
        out[0] = '-';
    value = fabs(value);
    if (isinf(value))
        return sign + put(out + sign, "Infinity", 8);
    if (value < 9007199254740992.0 && trunc(value) == value)
        return sign + format_integer((uint64_t)value, out + sign);
    shortest(&d, value);
    return sign + format_decimal(&d, out + sign);
}

void qjsp__append_number(qjsp_buffer *out, double value)
{
    char text[QJSP__NUMBER_MAX];

    qjsp_buffer_append(out, text, qjsp__number_format(value, text));
}

/* ---- reading ---- */

typedef struct scanner {
    const char *at, *end;
    char digits[PARSE_DIGITS + 2]; /* significant ones, the sticky one, a NUL */
    int ndigits;
    bool is_cut_nonzero;
    bool has_digit;
    int64_t exponent; /* of the last digit */
} scanner;

static bool is_digit(const scanner *s)
{
    return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

static bool scan_char(scanner *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static void scan_digits(scanner *s, bool is_fraction)
{
    for (; is_digit(s); s->at++) {
        s->has_digit = true;
        if (s->ndigits == 0 && *s->at == '0') {
            s->exponent -= is_fraction;
        } else if (s->ndigits < PARSE_DIGITS) {
            s->digits[s->ndigits++] = *s->at;
            s->exponent -= is_fraction;
        } else {
            s->is_cut_nonzero |= *s->at != '0';
            s->exponent += !is_fraction;
        }
    }
}

/* An exponent without digits is not part of the number. */
static void scan_exponent(scanner *s)
{
    int64_t exponent = 0;
    bool is_negative;

    if (!scan_char(s, 'e') && !scan_char(s, 'E'))
        return;
    is_negative = scan_char(s, '-');
    if (!is_negative)
        scan_char(s, '+');
    for (; is_digit(s); s->at++) {
        if (exponent < INT32_MAX) /* far beyond any text's digits */
            exponent = exponent * 10 + (*s->at - '0');
    }
    s->exponent += is_negative ? -exponent : exponent;
}

static double scanned_value(scanner *s)
{
    int64_t exponent = s->exponent;

    if (!s->has_digit)
        return (double)NAN;
    if (s->ndigits == 0)
        return 0;
    if (s->is_cut_nonzero) {
        s->digits[s->ndigits++] = '1';
        exponent--;
    }
    s->digits[s->ndigits] = '\0';
    if (exponent > 400)
        return (double)INFINITY;
    if (exponent < -2000)
        return 0;
    return digits_to_double(s->digits, (int)exponent);
}

static bool scan_begin(scanner *s, qjsp_bytes text)
{
    *s = (scanner){ .at = (const char *)text.data };
    s->end = text.len == 0 ? s->at : s->at + text.len;
    while (s->at < s->end && strchr(" \t\n\v\f\r", *s->at) != NULL && *s->at != '\0')
        s->at++;
    if (scan_char(s, '-'))
        return true;
    scan_char(s, '+');
    return false;
}

double qjsp__number_parse_float(qjsp_bytes text)
{
    scanner s;
    bool is_negative = scan_begin(&s, text);
    double value;

    if (s.end - s.at >= 8 && memcmp(s.at, "Infinity", 8) == 0)
        return is_negative ? (double)-INFINITY : (double)INFINITY;
    scan_digits(&s, false);
    if (scan_char(&s, '.'))
        scan_digits(&s, true);
    if (s.has_digit)
        scan_exponent(&s);
    value = scanned_value(&s);
    return is_negative ? -value : value;
}

double qjsp__number_parse_int(qjsp_bytes text)
{
    scanner s;
    bool is_negative = scan_begin(&s, text);
    double value;

    scan_digits(&s, false);
    value = scanned_value(&s);
    return is_negative ? -value : value;
}
