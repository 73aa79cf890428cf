/* SPDX-License-Identifier: MIT */
/*
 * What all functions on files share: their arguments in C, and memory of the guest's for what they
 * read. An argument may be an object whose conversion runs guest code, which may close any file and
 * detach any buffer. So numbers and strings are converted first; files and bytes are looked up last.
 */
#ifndef QJSP_ISOLATE_FILES_ARGS_H
#define QJSP_ISOLATE_FILES_ARGS_H

#include "fs/files.h"
#include "isolate/isolate.h"

static inline qjsp__fs *qjsp__fs_of(JSContext *ctx)
{
    return qjsp__isolate_of(ctx)->fs;
}

/*
 * A path, normal. False: an exception is pending. Otherwise *error is 0, or negative and the path is
 * none: the caller's way to report errors is the right one for it. Looks at the clock: a
 * guest that does nothing but call functions on files is stopped here.
 */
bool qjsp__arg_path(JSContext *ctx, JSValueConst value, qjsp__path *out, int *error);

/* A string as bytes of UTF-8, lone surrogates replaced. */
typedef struct qjsp__arg_text {
    const char *data;
    size_t len;
    const char *engine; /* the engine's copy */
    qjsp_buffer fixed;  /* ours, where that is not UTF-8 */
} qjsp__arg_text;

bool qjsp__arg_text_init(JSContext *ctx, JSValueConst value, qjsp__arg_text *text);
void qjsp__arg_text_fini(JSContext *ctx, qjsp__arg_text *text);

/* Bytes in the guest's memory, which bounds them. After a failure an exception is pending. */
typedef struct qjsp__grow {
    uint8_t *data; /* js_malloc */
    size_t len;
    size_t cap;
} qjsp__grow;

bool qjsp__grow_reserve(JSContext *ctx, qjsp__grow *g, size_t more);
bool qjsp__grow_append(JSContext *ctx, qjsp__grow *g, const void *data, size_t len);
void qjsp__grow_fini(JSContext *ctx, qjsp__grow *g);
/* Of all of them: the bytes go, also on failure. */
JSValue qjsp__grow_take_string(JSContext *ctx, qjsp__grow *g);
JSValue qjsp__grow_take_latin1(JSContext *ctx, qjsp__grow *g);
JSValue qjsp__grow_take_buffer(JSContext *ctx, qjsp__grow *g);
JSValue qjsp__grow_take_uint8_array(JSContext *ctx, qjsp__grow *g);

/* Between two looks at the clock, at most so many bytes are read. */
enum { QJSP__PIECE = 1 << 20 };

/* Reads a whole file. 0; an error negated; or QJSP__THROWN, and an exception is pending. */
enum { QJSP__THROWN = 1 };
int qjsp__load_file(JSContext *ctx, const qjsp__path *path, uint32_t flags, qjsp__grow *out);
/* Opens, writes all of it and closes. data is borrowed: no guest code runs. */
int qjsp__store_file(JSContext *ctx, const qjsp__path *path, uint32_t flags, uint32_t mode,
                     qjsp_bytes data);

#endif
