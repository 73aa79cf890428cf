/* SPDX-License-Identifier: MIT */
/*
 * The file system of one isolate: its mounts and its open files, which live outside of the guest's
 * memory and so do not come back with a restore.
 *
 * A descriptor is a small number from 3, as a process without input and output of its own would
 * get; a file behind it has a position. Results: 0 or more, or an error negated. One thread.
 */
#ifndef QJSP_FS_FILES_H
#define QJSP_FS_FILES_H

#include "fs/mounts.h"

struct qjsp__stream;

typedef struct qjsp__file {
    qjsp_store *store; /* borrowed of the mount; NULL: not open */
    uint32_t dev;
    int handle;
    uint32_t flags;
    uint32_t generation; /* how often this slot was opened: tells files apart that had it */
    uint64_t position;
    struct qjsp__stream *stream; /* its buffer, see fs/stream.h; NULL: none */
} qjsp__file;

typedef struct qjsp__fs {
    qjsp__mounts mounts;
    const qjsp_alloc *alloc;
    uint32_t limit; /* open files at a time */
    qjsp__file *files;
    uint32_t nfiles; /* slots */
    uint32_t nopen;
} qjsp__fs;

enum { QJSP__FD_FIRST = 3 };
enum { QJSP__SEEK_SET = 0, QJSP__SEEK_CUR = 1, QJSP__SEEK_END = 2 };

/* The largest position: what a double holds exactly. */
#define QJSP__OFFSET_MAX ((UINT64_C(1) << 53) - 1)

/* As qjsp__mounts_init. */
QJSP_NODISCARD qjsp_status qjsp__fs_new(qjsp__fs **out, const qjsp_mount *mounts, size_t n,
                                        uint32_t limit, const qjsp_alloc *alloc);
/* Closes what is open; what was not flushed is lost. NULL is fine. */
void qjsp__fs_free(qjsp__fs *fs);

/* Closes all files, after writing what their buffers hold, or dropping it. */
void qjsp__fs_close_all(qjsp__fs *fs, bool flushes);
void qjsp__fs_flush_all(qjsp__fs *fs);

/* A descriptor. -EMFILE: the limit is reached. */
int qjsp__fs_open(qjsp__fs *fs, const qjsp__path *path, uint32_t flags, uint32_t mode);
int qjsp__fs_open_nameless(qjsp__fs *fs);
/* Closes it in any case; an error is about bytes of its stream that could not be written. */
int qjsp__fs_close(qjsp__fs *fs, int fd);

/* NULL: no such descriptor is open. Borrowed until the next open or close. */
qjsp__file *qjsp__fs_get(qjsp__fs *fs, int fd);

/* At the position, which moves. -EBADF: not opened for that. */
int64_t qjsp__file_read(qjsp__file *file, uint8_t *to, size_t len);
int64_t qjsp__file_write(qjsp__file *file, const uint8_t *from, size_t len);
/* The new position. */
int64_t qjsp__file_seek(qjsp__file *file, int64_t offset, int whence);
int qjsp__file_info_get(qjsp__file *file, qjsp__file_info *out);

#endif
