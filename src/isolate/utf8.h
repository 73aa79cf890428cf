/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 decode as the Encoding Standard has it (section 8.1.1), made to stop
 * and go on: what is not UTF-8 becomes U+FFFD, one for each maximal part.
 */
#ifndef QJSP_ISOLATE_UTF8_H
#define QJSP_ISOLATE_UTF8_H

#include <qjspool/buffer.h>

typedef struct qjsp__utf8 {
    uint8_t pending[4]; /* the beginning of a character */
    uint8_t npending;
    uint8_t needed; /* continuation bytes still to come */
    uint8_t lower;  /* range of the next one */
    uint8_t upper;
} qjsp__utf8;

void qjsp__utf8_init(qjsp__utf8 *d);
/* Appends valid UTF-8 to out; returns false when something was replaced. */
bool qjsp__utf8_push(qjsp__utf8 *d, qjsp_bytes in, qjsp_buffer *out);
/* The input has ended; false when it ended inside a character. */
bool qjsp__utf8_end(qjsp__utf8 *d, qjsp_buffer *out);

#endif
