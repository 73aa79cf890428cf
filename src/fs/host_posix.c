/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "fs/host.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>

static int error_of_host(int error)
{
    switch (error) {
    case EPERM: return -QJSP__EPERM;
    case ENOENT: return -QJSP__ENOENT;
    case EINTR: return -QJSP__EINTR;
    case EBADF: return -QJSP__EBADF;
    case EAGAIN: return -QJSP__EAGAIN;
    case ENOMEM: return -QJSP__ENOMEM;
    case EXDEV: /* out of the directory, by a link */
    case EACCES: return -QJSP__EACCES;
    case EBUSY: return -QJSP__EBUSY;
    case EEXIST: return -QJSP__EEXIST;
    case ENOTDIR: return -QJSP__ENOTDIR;
    case EISDIR: return -QJSP__EISDIR;
    case EINVAL: return -QJSP__EINVAL;
    case ENFILE: return -QJSP__ENFILE;
    case EMFILE: return -QJSP__EMFILE;
    case ETXTBSY: return -QJSP__ETXTBSY;
    case EFBIG: return -QJSP__EFBIG;
    case ENOSPC: return -QJSP__ENOSPC;
    case EROFS: return -QJSP__EROFS;
    case EMLINK: return -QJSP__EMLINK;
    case ENAMETOOLONG: return -QJSP__ENAMETOOLONG;
    case ENOTEMPTY: return -QJSP__ENOTEMPTY;
    case ELOOP: return -QJSP__ELOOP;
    case EOVERFLOW: return -QJSP__EOVERFLOW;
    case EDQUOT: return -QJSP__EDQUOT;
    default: return -QJSP__EIO;
    }
}

int qjsp__host_error(void)
{
    return error_of_host(errno);
}

static double ms_of(struct timespec t)
{
    return (double)t.tv_sec * 1e3 + (double)(t.tv_nsec / 1000) / 1e3;
}

struct timespec qjsp__host_timespec(double ms)
{
    double seconds = floor(ms / 1e3);

    return (struct timespec){ .tv_sec = (time_t)seconds,
                              .tv_nsec = (long)((ms - seconds * 1e3) * 1e6) };
}

void qjsp__host_describe(const struct stat *st, qjsp__file_info *out)
{
    *out = (qjsp__file_info){
        .size = (uint64_t)st->st_size,
        .ino = st->st_ino,
        .mode = st->st_mode & 07777,
        .nlink = (uint32_t)st->st_nlink,
        .atime_ms = ms_of(st->st_atim),
        .mtime_ms = ms_of(st->st_mtim),
        .ctime_ms = ms_of(st->st_ctim),
        .birthtime_ms = ms_of(st->st_ctim),
    };
    switch (st->st_mode & S_IFMT) {
    case S_IFREG: out->mode |= QJSP__S_IFREG; break;
    case S_IFDIR: out->mode |= QJSP__S_IFDIR; break;
    case S_IFLNK: out->mode |= QJSP__S_IFLNK; break;
    case S_IFCHR: out->mode |= QJSP__S_IFCHR; break;
    case S_IFBLK: out->mode |= QJSP__S_IFBLK; break;
    case S_IFIFO: out->mode |= QJSP__S_IFIFO; break;
    default: out->mode |= QJSP__S_IFSOCK; break;
    }
}

uint8_t qjsp__host_type(mode_t mode)
{
    struct stat st = { .st_mode = mode };
    qjsp__file_info info;

    qjsp__host_describe(&st, &info);
    return (uint8_t)(info.mode >> 12);
}

/* Waiting for the other end of a pipe, or making a terminal ours, is no guest's to cause. */
int qjsp__host_flags(uint32_t flags)
{
    int host = O_NONBLOCK | O_NOCTTY;

    switch (flags & QJSP__O_ACCMODE) {
    case QJSP__O_RDONLY: host |= O_RDONLY; break;
    case QJSP__O_WRONLY: host |= O_WRONLY; break;
    default: host |= O_RDWR; break;
    }
    if ((flags & QJSP__O_CREAT) != 0)
        host |= O_CREAT;
    if ((flags & QJSP__O_EXCL) != 0)
        host |= O_EXCL;
    if ((flags & QJSP__O_APPEND) != 0)
        host |= O_APPEND;
    return host;
}
