/* SPDX-License-Identifier: MIT */
/* Dates: the proleptic Gregorian calendar, from milliseconds since 1970. */
#include "value/date.h"

#include <math.h>

typedef struct civil {
    int64_t year;
    int month, day; /* from 1 */
} civil;

enum { MS_PER_DAY = 86400000, DAYS_PER_ERA = 146097 /* 400 years */ };

double qjsp__date_clip(double ms)
{
    if (!(fabs(ms) <= 8.64e15))
        return (double)NAN;
    return trunc(ms);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Years begin in March here, so that a leap day is the last day of one. */
static civil civil_from_days(int64_t days)
{
    int64_t shifted = days + 719468; /* days since 0000-03-01 */
    int64_t era = floor_div(shifted, DAYS_PER_ERA);
    int day_of_era = (int)(shifted - era * DAYS_PER_ERA);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153; /* 0: March */

    return (civil){
        .year = era * 400 + year_of_era + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = day_of_year - (153 * month + 2) / 5 + 1,
    };
}

void qjsp__append_date(qjsp_buffer *out, double ms)
{
    int64_t time = (int64_t)ms;
    int64_t days = floor_div(time, MS_PER_DAY);
    int rest = (int)(time - days * MS_PER_DAY);
    civil date = civil_from_days(days);

    if (date.year < 0)
        qjsp_buffer_printf(out, "-%06d", (int)-date.year);
    else if (date.year > 9999)
        qjsp_buffer_printf(out, "+%06d", (int)date.year);
    else
        qjsp_buffer_printf(out, "%04d", (int)date.year);
    qjsp_buffer_printf(out, "-%02d-%02dT%02d:%02d:%02d.%03dZ", date.month, date.day, rest / 3600000,
                       rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
}
