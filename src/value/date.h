/* SPDX-License-Identifier: MIT */
/* Dates as text, without the C library's idea of time zones. */
#ifndef QJSP_VALUE_DATE_H
#define QJSP_VALUE_DATE_H

#include <qjspool/buffer.h>

/* TimeClip of ECMA-262: a whole number within 8.64e15, else NaN. */
double qjsp__date_clip(double ms);

/* Date.prototype.toISOString; ms is clipped and not NaN. */
void qjsp__append_date(qjsp_buffer *out, double ms);

#endif
