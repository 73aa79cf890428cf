/* SPDX-License-Identifier: MIT */
/* Whole files in memory. */
#ifndef QJSP_CLI_FILES_H
#define QJSP_CLI_FILES_H

#include <qjspool/buffer.h>

/*
 * files_read appends a file to `buf`, "-" being standard input. False: errno
 * says why, EFBIG when the buffer's limit is reached.
 */
bool files_read(const char *path, qjsp_buffer *buf);

/* files_shown_name returns what messages call an input. */
const char *files_shown_name(const char *path);

#endif
