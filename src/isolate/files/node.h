/* SPDX-License-Identifier: MIT */
/*
 * `fs` as people know it from Node: functions that throw, and promises of the same. All of Node's
 * that packages lean on when they read and write whole files; no streams, watchers or descriptors.
 *
 * Every function is a C function of the engine's plain kind, so that a promise is one call of it.
 */
#ifndef QJSP_ISOLATE_FILES_NODE_H
#define QJSP_ISOLATE_FILES_NODE_H

#include "isolate/files/args.h"

enum { QJSP__NFS = 18, QJSP__NFS_PROMISES = 16 };

/* node.c: the tables of the modules "fs" and "fs/promises". */
extern const JSCFunctionListEntry qjsp__fs_entries[QJSP__NFS];
extern const JSCFunctionListEntry qjsp__fs_promises_entries[QJSP__NFS_PROMISES];

/* node_files.c: whole files. */
JSCFunction qjsp__fs_read_file, qjsp__fs_write_file, qjsp__fs_append_file, qjsp__fs_copy_file;
/* node_names.c: what is done to names. */
JSCFunction qjsp__fs_exists, qjsp__fs_access, qjsp__fs_mkdir, qjsp__fs_rmdir, qjsp__fs_rm,
    qjsp__fs_unlink, qjsp__fs_rename, qjsp__fs_realpath, qjsp__fs_utimes;
/* node_stat.c: what is known of names. */
JSCFunction qjsp__fs_stat, qjsp__fs_lstat, qjsp__fs_readdir;

/* ---- errors: node_error.c ---- */

/*
 * Throws what Node would: "ENOENT: no such file or directory, open '/x'" with errno, code, syscall,
 * path and dest. error: negative, or QJSP__THROWN, when there is an exception already. path, dest:
 * strings or undefined. Returns JS_EXCEPTION.
 */
JSValue qjsp__node_throw(JSContext *ctx, int error, const char *syscall, JSValueConst path,
                         JSValueConst dest);
/* undefined for 0, else the above. */
JSValue qjsp__node_finish(JSContext *ctx, int error, const char *syscall, JSValueConst path,
                          JSValueConst dest);
/* A TypeError with a code, such as "ERR_INVALID_ARG_TYPE". */
JSValue qjsp__node_throw_type(JSContext *ctx, const char *code, const char *message);

/* ---- arguments: node_args.c ---- */

/* A path must be a string, without a NUL. False: an exception is pending. */
bool qjsp__node_path(JSContext *ctx, JSValueConst value, qjsp__path *out, int *error);
/* Of the first two arguments; *error is the first one's where it has one. */
bool qjsp__node_two_paths(JSContext *ctx, JSValueConst *argv, qjsp__path *from, qjsp__path *to,
                          int *error);

typedef enum qjsp__node_encoding {
    QJSP__ENCODING_NONE, /* bytes */
    QJSP__ENCODING_UTF8,
    QJSP__ENCODING_LATIN1,
} qjsp__node_encoding;

/* What the last argument of a function may say; fields that it does not name stay as they are. */
typedef struct qjsp__node_options {
    qjsp__node_encoding encoding;
    uint32_t flags; /* of fs/store.h */
    uint32_t mode;
    bool is_recursive;
    bool is_forced;
    bool wants_types;
    bool is_lenient; /* throwIfNoEntry: false */
} qjsp__node_options;

/* value: undefined, null, the name of an encoding, or an object. False: an exception is pending. */
bool qjsp__node_read_options(JSContext *ctx, JSValueConst value, qjsp__node_options *o);

/* The bytes of a string in an encoding, or of a buffer or view. Borrowed until guest code runs, and
 * until fini. False: an exception is pending. */
typedef struct qjsp__node_data {
    qjsp_bytes bytes;
    qjsp__arg_text text;
    qjsp_buffer latin1;
} qjsp__node_data;

bool qjsp__node_data_init(JSContext *ctx, JSValueConst value, qjsp__node_encoding encoding,
                          qjsp__node_data *data);
void qjsp__node_data_fini(JSContext *ctx, qjsp__node_data *data);

#endif
