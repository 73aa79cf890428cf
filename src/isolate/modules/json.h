/* SPDX-License-Identifier: MIT */
/*
 * JSON text, walked in place: what package.json files are read by. Nothing of it becomes a value of
 * the guest's, so no guest can change what is read. Text is checked once as a whole; after that
 * walking it cannot fail.
 */
#ifndef QJSP_ISOLATE_MODULES_JSON_H
#define QJSP_ISOLATE_MODULES_JSON_H

#include <qjspool/status.h>

enum { QJSP__JSON_MAX_DEPTH = 64 };

/* Where a value begins, in checked text. */
typedef struct qjsp__json {
    const char *at; /* NULL: there is no value */
    const char *end;
} qjsp__json;

/* Whether `text` is one JSON value that nests at most QJSP__JSON_MAX_DEPTH deep; *out is that value. */
bool qjsp__json_check(qjsp_bytes text, qjsp__json *out);

/* What it is, by its first character: { [ " t f n, and 0 for a number. */
char qjsp__json_kind(const qjsp__json *value);

/* Goes on behind a value. */
void qjsp__json_skip(qjsp__json *value);

/*
 * Reads a string with escapes undone, as UTF-8, and goes on behind it. False: it does not fit, or
 * has a NUL, which nothing that is looked for has; out is "" then.
 */
bool qjsp__json_read_string(qjsp__json *value, char *out, size_t cap, size_t *len);

/* To the first item of an array or object, and to the next one; false: there is none left. The value
 * of a key comes by qjsp__json_key. */
bool qjsp__json_first(qjsp__json *container);
bool qjsp__json_next(qjsp__json *item);
bool qjsp__json_key(qjsp__json *item, char *out, size_t cap, size_t *len);

/* The value of the last key of that name of an object; .at NULL: there is none. */
qjsp__json qjsp__json_get(const qjsp__json *object, const char *key);

#endif
