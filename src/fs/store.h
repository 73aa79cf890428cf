/* SPDX-License-Identifier: MIT */
/*
 * A store, as this folder knows it: one table of functions, the only way to where bytes are kept.
 *
 * Everything above it (paths, mounts, descriptors, buffers) is the same for all stores. Each call is
 * a few numbers and one path or one buffer, and is synchronous, so that it can cross to
 * another thread or to JavaScript in one go. Results are 0 or more, or an error of fs/error.h negated.
 *
 * Paths are normal (fs/path.h), relative to the store's root, without a slash at either end, and ""
 * is the root. Threads: any, as far as the store was given a lock.
 */
#ifndef QJSP_FS_STORE_H
#define QJSP_FS_STORE_H

#include <qjspool/buffer.h>
#include <qjspool/files.h>
#include <stdatomic.h>

#include "fs/error.h"

/* How a file is opened. ORDER flags: guests see them; Linux's numbers, on every platform. */
enum {
    QJSP__O_RDONLY = 0,
    QJSP__O_WRONLY = 1,
    QJSP__O_RDWR = 2,
    QJSP__O_ACCMODE = 3,
    QJSP__O_CREAT = 0100,
    QJSP__O_EXCL = 0200,
    QJSP__O_TRUNC = 01000,
    QJSP__O_APPEND = 02000,
    QJSP__O_TMPFILE = 020000000, /* path is a directory: a file in it that has no name */
};

/* The type in a file's mode. */
enum {
    QJSP__S_IFMT = 0170000,
    QJSP__S_IFSOCK = 0140000,
    QJSP__S_IFLNK = 0120000,
    QJSP__S_IFREG = 0100000,
    QJSP__S_IFBLK = 0060000,
    QJSP__S_IFDIR = 0040000,
    QJSP__S_IFCHR = 0020000,
    QJSP__S_IFIFO = 0010000,
    QJSP__S_ISUID = 0004000,
    QJSP__S_ISGID = 0002000,
};

/* What is known of a file. Times: milliseconds since 1970, with fractions. */
typedef struct qjsp__file_info {
    uint64_t size;
    uint64_t ino;
    uint32_t dev; /* which mount, from 1; set by fs/mounts.c */
    uint32_t mode;
    uint32_t nlink;
    double atime_ms, mtime_ms, ctime_ms, birthtime_ms;
} qjsp__file_info;

typedef enum qjsp__remove_what {
    QJSP__REMOVE_FILE = 1,      /* -EISDIR: it is a directory */
    QJSP__REMOVE_DIRECTORY = 2, /* -ENOTDIR: it is none; -ENOTEMPTY */
} qjsp__remove_what;

typedef struct qjsp__store_ops {
    void (*free)(qjsp_store *s);

    /* A handle: 0 or more, this store's own number. Only regular files can be opened
     * (-EISDIR; -EACCES for others). A file that is removed while open stays until it is closed. */
    int (*open)(qjsp_store *s, const char *path, uint32_t flags, uint32_t mode);
    /* A handle for reading a regular file whose last name is no link, and its size, in one go; -ELOOP:
     * not so easily, ask stat and open. NULL: never. */
    int (*open_plain)(qjsp_store *s, const char *path, uint64_t *size);
    int (*close)(qjsp_store *s, int handle);
    /* How many bytes, fewer than len only at the end. */
    int64_t (*read)(qjsp_store *s, int handle, uint64_t offset, uint8_t *to, size_t len);
    /* How many bytes, never 0 unless len is. A gap before offset reads as zeros. */
    int64_t (*write)(qjsp_store *s, int handle, uint64_t offset, const uint8_t *from, size_t len);
    /* All len bytes in one piece behind the last one, whoever else appends; where they end. */
    int64_t (*append)(qjsp_store *s, int handle, const uint8_t *from, size_t len);
    int (*truncate)(qjsp_store *s, int handle, uint64_t size);
    int (*sync)(qjsp_store *s, int handle);
    int (*info)(qjsp_store *s, int handle, qjsp__file_info *out);

    int (*stat)(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out);
    /* Appends of each entry: a byte, its type (mode >> 12), its name and a NUL. */
    int (*list)(qjsp_store *s, const char *path, qjsp_buffer *out);
    int (*mkdir)(qjsp_store *s, const char *path, uint32_t mode);
    int (*remove)(qjsp_store *s, const char *path, qjsp__remove_what what);
    int (*rename)(qjsp_store *s, const char *from, const char *to); /* replaces at once */
    int (*utimes)(qjsp_store *s, const char *path, double atime_ms, double mtime_ms);
    /* Appends the path without links. */
    int (*realpath)(qjsp_store *s, const char *path, qjsp_buffer *out);
} qjsp__store_ops;

/* The beginning of every store. */
struct qjsp_store {
    const qjsp__store_ops *ops;
    const qjsp_alloc *alloc;
    _Atomic uint32_t refs;
};

/* What an entry costs beside its bytes, of a store's limit: so that a million empty files are
 * not free. About what a small memory file takes. */
enum { QJSP__ENTRY_COST = 256 };

enum { QJSP__DEFAULT_MEMORY_LIMIT = 64 << 20 };

/* memory.c. Takes *lock. */
QJSP_NODISCARD qjsp_status qjsp__memory_new(qjsp_store **out, uint64_t limit, const qjsp_lock *lock,
                                            const qjsp_alloc *alloc);

/* directory_posix.c here, src/wasm/platform.c for Wasm. Takes *lock. */
QJSP_NODISCARD qjsp_status qjsp__directory_new(qjsp_store **out, const char *directory,
                                               uint64_t limit, const qjsp_lock *lock,
                                               const qjsp_alloc *alloc);

/* A lock that is none, and its uses. */
extern const qjsp_lock qjsp__lock_none;
void qjsp__lock_free(const qjsp_lock *lock);

#endif
