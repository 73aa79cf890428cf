/* SPDX-License-Identifier: MIT */
/* The digits of bigints. */
#ifndef QJSP_VALUE_BIGINT_H
#define QJSP_VALUE_BIGINT_H

#include <qjspool/buffer.h>

/* bytes: big-endian; the value itself, or n for -1 - n (tag 3). */
typedef struct qjsp__bigint {
    qjsp_bytes bytes;
    bool is_negative;
} qjsp__bigint;

/* Appends decimal digits; from 4 KiB on, where those would take time that
 * grows with the square, hexadecimal ones after "0x". */
void qjsp__append_bigint(qjsp_buffer *out, const qjsp__bigint *value);

#endif
