/* SPDX-License-Identifier: MIT */
/*
 * What a guest may put on a terminal: its text with everything that could move the cursor, or
 * reorder what is read, made visible; and the styles that the console's own marks stand for.
 */
#ifndef QJSP_CLI_REPL_TEXT_H
#define QJSP_CLI_REPL_TEXT_H

#include <qjspool/buffer.h>

typedef enum text_mode {
    TEXT_PLAIN,  /* no marks are known */
    TEXT_MARKED, /* \x01 and a letter are a style, which is not shown */
    TEXT_COLOR,  /* the same, shown */
} text_mode;

/* text_append_safe appends text of a guest's, of any quality. It ends in the style it began with. */
void text_append_safe(qjsp_buffer *out, const void *text, size_t len, text_mode mode);

/* text_append_style appends the style of a letter: of those below. */
void text_append_style(qjsp_buffer *out, char letter, text_mode mode);

/* text_is_harmless tells whether text_append_safe would leave it as it is, on one line. */
bool text_is_harmless(const void *text, size_t len);

#endif
