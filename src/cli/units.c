/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "cli/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- reading ---- */

bool units_parse_uint(const char *text, uint64_t *out)
{
    unsigned long long value;
    char *end;

    if (!isdigit((unsigned char)text[0]))
        return false; /* strtoull would take "-1" */
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || *end != 0)
        return false;
    *out = value;
    return true;
}

typedef struct unit {
    const char *name; /* lower case */
    double factor;
} unit;

/* A number, a fraction allowed, and one of the units; the last unit has no name. */
static bool parse_with_unit(const char *text, const unit *units, uint64_t *out)
{
    char *end;
    double value;

    if (!isdigit((unsigned char)text[0]) || strspn(text, "0123456789.") > 15)
        return false;
    value = strtod(text, &end);
    if (strspn(text, "0123456789.") != (size_t)(end - text))
        return false; /* an exponent, or hexadecimal */
    for (const unit *u = units;; u++) {
        size_t i = 0;

        while (u->name[i] != 0 && tolower((unsigned char)end[i]) == u->name[i])
            i++;
        if (u->name[i] == 0 && end[i] == 0) {
            value = value * u->factor;
            if (!(value < 9e15))
                return false;
            *out = (uint64_t)llround(value);
            return true;
        }
        if (u->name[0] == 0)
            return false;
    }
}

bool units_parse_size(const char *text, uint64_t *out)
{
    static const unit units[] = {
        { "k", 1024 },         { "kb", 1024 },     { "kib", 1024 },     { "m", 1048576 },
        { "mb", 1048576 },     { "mib", 1048576 }, { "g", 1073741824 }, { "gb", 1073741824 },
        { "gib", 1073741824 }, { "b", 1 },         { "", 1 },
    };

    return parse_with_unit(text, units, out);
}

bool units_parse_duration(const char *text, uint64_t *out)
{
    static const unit units[] = {
        { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "min", 60000 }, { "h", 3600000 }, { "", 1 },
    };

    return parse_with_unit(text, units, out);
}

/* Days since 1970 of a day of the Gregorian calendar (Howard Hinnant's days_from_civil). */
static int64_t days_from_civil(int year, int month, int day)
{
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return (int64_t)era * 146097 + doe - 719468;
}

/* "Z", "+02:00" or nothing, which is UTC here: minutes ahead of it. */
static bool parse_zone(const char *text, int *minutes)
{
    int h, m, used = 0;

    *minutes = 0;
    if (*text == 0 || strcmp(text, "Z") == 0)
        return true;
    if ((*text != '+' && *text != '-') || sscanf(text + 1, "%2d:%2d%n", &h, &m, &used) != 2 ||
        text[1 + used] != 0 || h > 23 || m > 59 || h < 0 || m < 0)
        return false;
    *minutes = (h * 60 + m) * (*text == '-' ? -1 : 1);
    return true;
}

static bool parse_iso(const char *text, double *out)
{
    static const int days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int year, month, day, hour = 0, minute = 0, zone = 0, used = 0;
    double second = 0;
    char *end;

    if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10)
        return false;
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1])
        return false;
    text += used;
    if (*text == 'T' || *text == ' ') {
        if (sscanf(++text, "%2d:%2d%n", &hour, &minute, &used) != 2 || hour > 23 || minute > 59)
            return false;
        text += used;
        if (*text == ':') {
            second = strtod(text + 1, &end);
            text = end;
        }
        if (!(second >= 0 && second < 61) || !parse_zone(text, &zone))
            return false;
    } else if (*text != 0) {
        return false;
    }
    *out = (double)days_from_civil(year, month, day) * 86400000.0 +
           (hour * 60 + minute - zone) * 60000.0 + round(second * 1000);
    return true;
}

bool units_parse_clock(const char *text, double *out)
{
    char *end;
    double ms;

    if (parse_iso(text, out))
        return true;
    if (!isdigit((unsigned char)text[text[0] == '-']))
        return false;
    ms = strtod(text, &end);
    if (*end != 0 || !(fabs(ms) <= 8.64e15))
        return false;
    *out = ms;
    return true;
}

/* ---- writing ---- */

const char *units_format_count(uint64_t n, char *out, size_t size)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    size_t at = 0;

    for (int i = 0; i < len && at + 2 < size; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = 0;
    return out;
}

const char *units_format_size(uint64_t bytes, char *out, size_t size)
{
    static const char *const names[] = { "B", "KiB", "MiB", "GiB", "TiB" };
    double value = (double)bytes;
    size_t i = 0;

    while (value >= 1024 && i + 1 < sizeof names / sizeof names[0]) {
        value /= 1024;
        i++;
    }
    snprintf(out, size, "%.*f %s", value < 10 && value != floor(value) ? 1 : 0, value, names[i]);
    return out;
}

const char *units_format_us(uint64_t us, char *out, size_t size)
{
    if (us < 1000)
        snprintf(out, size, "%u µs", (unsigned)us);
    else if (us < 1000000)
        snprintf(out, size, "%.*f ms", us < 10000 ? 2 : 1, (double)us / 1e3);
    else
        snprintf(out, size, "%.*f s", us < 100000000 ? 2 : 0, (double)us / 1e6);
    return out;
}

const char *units_format_left(double seconds, char *out, size_t size)
{
    unsigned long s = seconds < 1e7 ? (unsigned long)seconds : 9999999;

    if (s < 3600)
        snprintf(out, size, "%lu:%02lu", s / 60, s % 60);
    else
        snprintf(out, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    return out;
}

/* ---- others ---- */

size_t units_distance(const char *a, size_t len, const char *b)
{
    enum { LONGEST = 24 };
    size_t row[LONGEST + 1], blen = strlen(b);

    if (len > LONGEST || blen > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= blen; j++)
        row[j] = j;
    for (size_t i = 1; i <= len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= blen; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

            diagonal = row[j];
            row[j] = change < step ? change : step;
        }
    }
    return row[blen];
}

uint64_t units_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}
