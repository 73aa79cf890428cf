/* SPDX-License-Identifier: MIT */
/*
 * Strings for showing. What a guest wrote never reaches a terminal as a
 * control character: C0, DEL, C1 and lone surrogates are escaped everywhere.
 */
#ifndef QJSP_VALUE_QUOTE_H
#define QJSP_VALUE_QUOTE_H

#include <qjspool/buffer.h>

/* All expect checked WTF-8. */

/* As it is, but for control characters; newline and tab stay. */
void qjsp__append_plain(qjsp_buffer *out, qjsp_bytes text);
/* In quotes, single ones if it can be, as util.inspect does. */
void qjsp__append_quoted(qjsp_buffer *out, qjsp_bytes text);
/* A JSON string, or its content without the quotes. */
void qjsp__append_json_string(qjsp_buffer *out, qjsp_bytes text);
void qjsp__append_json_part(qjsp_buffer *out, qjsp_bytes text);

#endif
