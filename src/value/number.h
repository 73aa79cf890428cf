/* SPDX-License-Identifier: MIT */
/* Numbers as JavaScript writes and reads them, whatever the locale. */
#ifndef QJSP_VALUE_NUMBER_H
#define QJSP_VALUE_NUMBER_H

#include <qjspool/buffer.h>

enum { QJSP__NUMBER_MAX = 32 }; /* "-1.2345678901234567e-308" and to spare */

/* Number::toString(value, 10) of ECMA-262: the fewest digits that read back
 * as the same value. Returns the length; no NUL. */
size_t qjsp__number_format(double value, char out[QJSP__NUMBER_MAX]);
void qjsp__append_number(qjsp_buffer *out, double value);

/* parseFloat and parseInt(text, 10): what the text begins with, or NaN. */
double qjsp__number_parse_float(qjsp_bytes text);
double qjsp__number_parse_int(qjsp_bytes text);

#endif
