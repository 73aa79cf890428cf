/* SPDX-License-Identifier: MIT */
#include "fs/error.h"

#include "base/checked.h"

static const qjsp__error_text texts[] = {
    { QJSP__EPERM, "EPERM", "Operation not permitted", "operation not permitted" },
    { QJSP__ENOENT, "ENOENT", "No such file or directory", "no such file or directory" },
    { QJSP__EINTR, "EINTR", "Interrupted system call", "interrupted system call" },
    { QJSP__EIO, "EIO", "Input/output error", "i/o error" },
    { QJSP__EBADF, "EBADF", "Bad file descriptor", "bad file descriptor" },
    { QJSP__EAGAIN, "EAGAIN", "Resource temporarily unavailable",
      "resource temporarily unavailable" },
    { QJSP__ENOMEM, "ENOMEM", "Cannot allocate memory", "not enough memory" },
    { QJSP__EACCES, "EACCES", "Permission denied", "permission denied" },
    { QJSP__EBUSY, "EBUSY", "Device or resource busy", "resource busy or locked" },
    { QJSP__EEXIST, "EEXIST", "File exists", "file already exists" },
    { QJSP__EXDEV, "EXDEV", "Invalid cross-device link", "cross-device link not permitted" },
    { QJSP__ENOTDIR, "ENOTDIR", "Not a directory", "not a directory" },
    { QJSP__EISDIR, "EISDIR", "Is a directory", "illegal operation on a directory" },
    { QJSP__EINVAL, "EINVAL", "Invalid argument", "invalid argument" },
    { QJSP__ENFILE, "ENFILE", "Too many open files in system", "file table overflow" },
    { QJSP__EMFILE, "EMFILE", "Too many open files", "too many open files" },
    { QJSP__ETXTBSY, "ETXTBSY", "Text file busy", "text file is busy" },
    { QJSP__EFBIG, "EFBIG", "File too large", "file too large" },
    { QJSP__ENOSPC, "ENOSPC", "No space left on device", "no space left on device" },
    { QJSP__ESPIPE, "ESPIPE", "Illegal seek", "invalid seek" },
    { QJSP__EROFS, "EROFS", "Read-only file system", "read-only file system" },
    { QJSP__EMLINK, "EMLINK", "Too many links", "too many links" },
    { QJSP__EPIPE, "EPIPE", "Broken pipe", "broken pipe" },
    { QJSP__ENAMETOOLONG, "ENAMETOOLONG", "File name too long", "name too long" },
    { QJSP__ENOSYS, "ENOSYS", "Function not implemented", "function not implemented" },
    { QJSP__ENOTEMPTY, "ENOTEMPTY", "Directory not empty", "directory not empty" },
    { QJSP__ELOOP, "ELOOP", "Too many levels of symbolic links",
      "too many symbolic links encountered" },
    { QJSP__EOVERFLOW, "EOVERFLOW", "Value too large for defined data type",
      "value too large for defined data type" },
    { QJSP__ENOTSUP, "ENOTSUP", "Operation not supported", "operation not supported" },
    { QJSP__EDQUOT, "EDQUOT", "Disk quota exceeded", "disk quota exceeded" },
};

const qjsp__error_text *qjsp__error_find(int number)
{
    for (size_t i = 0; i < QJSP_COUNTOF(texts); i++) {
        if (texts[i].number == number)
            return &texts[i];
    }
    return NULL;
}

const qjsp__error_text *qjsp__error_at(size_t n)
{
    return n < QJSP_COUNTOF(texts) ? &texts[n] : NULL;
}
