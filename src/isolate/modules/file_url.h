/* SPDX-License-Identifier: MIT */
/* file: URLs and paths, each from the other. Bytes of UTF-8; no engine. */
#ifndef QJSP_ISOLATE_MODULES_FILE_URL_H
#define QJSP_ISOLATE_MODULES_FILE_URL_H

#include "fs/path.h"
#include <qjspool/buffer.h>

/* A specifier that is a path or a file: URL: its path, escapes undone, and what follows it, "?query#fragment",
 * which makes another module of the same file. */
typedef struct qjsp__reference {
    qjsp__path path; /* normal */
    const char *suffix;
} qjsp__reference;

bool qjsp__is_file_url(const char *text);

/*
 * Reads "./x", "../x", "/x" (dir: what relative ones count from) or "file:///x" as a URL. NULL, or why it is none.
 */
const char *qjsp__reference_parse(const char *dir, const char *text, qjsp__reference *out);

/* The same of a path as it is: without escapes and suffix. */
const char *qjsp__reference_parse_plain(const char *dir, const char *text, qjsp__reference *out);

/* Appends file:// and the path, with escapes; what stands behind its path_len bytes stays as it is. */
void qjsp__file_url_append(qjsp_buffer *out, const char *path, size_t path_len);

#endif
