/* SPDX-License-Identifier: MIT */
/* JSON strings of text that comes from the system: file names, messages. */
#ifndef QJSP_CLI_JSON_TEXT_H
#define QJSP_CLI_JSON_TEXT_H

#include <qjspool/buffer.h>

/* utf8_length returns how many bytes of text are well-formed UTF-8 (RFC 3629), from its
 * beginning: len if all are. */
size_t utf8_length(const uint8_t *text, size_t len);

/* json_text_append appends a quoted string; bytes that are not UTF-8 become U+FFFD. */
void json_text_append(qjsp_buffer *buf, const void *text, size_t len);

#endif
