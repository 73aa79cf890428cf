/* SPDX-License-Identifier: MIT */
/*
 * How much of its limit a directory of the host has used, as far as its guests are the cause: what
 * was there when it was mounted, and what they add and take away. What the host does
 * meanwhile is not seen.
 *
 * A file that is removed while open takes its room until it is closed; so the quota knows the open
 * ones. Nothing here locks: the caller does, around the look, the deed and the count.
 */
#ifndef QJSP_FS_QUOTA_H
#define QJSP_FS_QUOTA_H

#include <qjspool/status.h>
#include <sys/stat.h>

typedef struct qjsp__open_file {
    int fd;
    dev_t dev;
    ino_t ino;
} qjsp__open_file;

typedef struct qjsp__quota {
    uint64_t limit; /* bytes; 0: none, and nothing is counted */
    uint64_t used;
    qjsp__open_file *open; /* owned */
    size_t nopen;
    size_t cap;
} qjsp__quota;

void qjsp__quota_fini(qjsp__quota *q, const qjsp_alloc *alloc);
bool qjsp__quota_has_room(const qjsp__quota *q, uint64_t bytes);
void qjsp__quota_add(qjsp__quota *q, uint64_t bytes);
void qjsp__quota_give_back(qjsp__quota *q, uint64_t bytes);

/* False: no memory. */
bool qjsp__quota_reserve(qjsp__quota *q, const qjsp_alloc *alloc);
void qjsp__quota_opened(qjsp__quota *q, int fd, const struct stat *st); /* one was reserved */
/* st: of the file, just before it is closed. */
void qjsp__quota_closing(qjsp__quota *q, int fd, const struct stat *st);
/* st: of what was behind a name that is gone. */
void qjsp__quota_removed(qjsp__quota *q, const struct stat *st);

#endif
