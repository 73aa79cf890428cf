/* SPDX-License-Identifier: MIT */
/*
 * Why a file operation failed. Functions of this folder return 0 or more on success and one of
 * these negated otherwise. The numbers are those of Linux on every platform, since guests
 * see them.
 */
#ifndef QJSP_FS_ERROR_H
#define QJSP_FS_ERROR_H

#include <stddef.h>

typedef enum qjsp__file_error {
    QJSP__EPERM = 1,
    QJSP__ENOENT = 2,
    QJSP__EINTR = 4,
    QJSP__EIO = 5,
    QJSP__EBADF = 9,
    QJSP__EAGAIN = 11,
    QJSP__ENOMEM = 12,
    QJSP__EACCES = 13,
    QJSP__EBUSY = 16,
    QJSP__EEXIST = 17,
    QJSP__EXDEV = 18,
    QJSP__ENOTDIR = 20,
    QJSP__EISDIR = 21,
    QJSP__EINVAL = 22,
    QJSP__ENFILE = 23,
    QJSP__EMFILE = 24,
    QJSP__ETXTBSY = 26,
    QJSP__EFBIG = 27,
    QJSP__ENOSPC = 28,
    QJSP__ESPIPE = 29,
    QJSP__EROFS = 30,
    QJSP__EMLINK = 31,
    QJSP__EPIPE = 32,
    QJSP__ENAMETOOLONG = 36,
    QJSP__ENOSYS = 38,
    QJSP__ENOTEMPTY = 39,
    QJSP__ELOOP = 40,
    QJSP__EOVERFLOW = 75,
    QJSP__ENOTSUP = 95,
    QJSP__EDQUOT = 122,
} qjsp__file_error;

typedef struct qjsp__error_text {
    int number;
    const char *name;    /* "ENOENT" */
    const char *message; /* as strerror says it */
    const char *phrase;  /* as Node says it */
} qjsp__error_text;

/* number: positive. NULL: none of ours. Static storage. */
const qjsp__error_text *qjsp__error_find(int number);

/* The n-th of all; NULL past the last. */
const qjsp__error_text *qjsp__error_at(size_t n);

#endif
