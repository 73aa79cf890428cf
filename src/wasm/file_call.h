/* SPDX-License-Identifier: MIT */
/*
 * One operation on a store, as a record in linear memory: how isolate.wasm asks its host, and how a
 * host asks files.wasm. packages/qjspool/src/core/file-call.ts has these numbers. ORDER qjsp__file_call
 */
#ifndef QJSP_WASM_FILE_CALL_H
#define QJSP_WASM_FILE_CALL_H

#include <stddef.h>
#include <stdint.h>

/* The operations of fs/store.h. */
typedef enum qjsp__file_op {
    QJSP__FILE_OPEN = 0,
    QJSP__FILE_CLOSE,
    QJSP__FILE_READ,
    QJSP__FILE_WRITE,
    QJSP__FILE_APPEND,
    QJSP__FILE_TRUNCATE,
    QJSP__FILE_SYNC,
    QJSP__FILE_INFO,
    QJSP__FILE_STAT,
    QJSP__FILE_LIST,
    QJSP__FILE_MKDIR,
    QJSP__FILE_REMOVE,
    QJSP__FILE_RENAME,
    QJSP__FILE_UTIMES,
    QJSP__FILE_REALPATH,
} qjsp__file_op;

typedef struct qjsp__file_call {
    uint32_t op;
    int32_t handle;
    uint32_t flags; /* of open; of stat: 1 follows links; of remove: what */
    uint32_t mode;
    char *path; /* UTF-8 with its NUL */
    char *other_path;
    uint8_t *data; /* where bytes come from or go to */
    uint32_t len;
    double offset; /* or the size, or atime_ms */
    double mtime_ms;
    /* the answer to info and stat */
    double size, ino, mode_found, nlink;
    double atime_found, mtime_found, ctime_found, birthtime_found;
} qjsp__file_call;

_Static_assert(sizeof(void *) != 4 || offsetof(qjsp__file_call, offset) == 32, "layout");
_Static_assert(sizeof(void *) != 4 || sizeof(qjsp__file_call) == 112, "layout");

#endif
