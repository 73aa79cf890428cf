/* SPDX-License-Identifier: MIT */
/*
 * A store in a directory of the host, between the files that make it up: directory_posix.c has its
 * life and its open files, directory_names_posix.c what is done to names.
 */
#ifndef QJSP_FS_DIRECTORY_H
#define QJSP_FS_DIRECTORY_H

#include "fs/beneath.h"
#include "fs/quota.h"
#include "fs/store.h"

typedef struct qjsp__directory {
    qjsp_store store; /* first */
    qjsp__beneath beneath;
    qjsp_lock lock;    /* around whatever changes the quota, if there is a limit */
    qjsp__quota quota; /* guarded by lock */
} qjsp__directory;

/* Nothing is ever made that runs as someone else. */
enum { QJSP__PERMISSIONS = 0777 };

static inline void qjsp__directory_acquire(qjsp__directory *d)
{
    if (d->quota.limit != 0)
        d->lock.acquire(d->lock.ud);
}

static inline void qjsp__directory_release(qjsp__directory *d)
{
    if (d->quota.limit != 0)
        d->lock.release(d->lock.ud);
}

int qjsp__directory_stat_host(qjsp__directory *d, const char *path, bool follows, struct stat *st);
/* Adds what is there to the quota. False: no memory. */
bool qjsp__directory_count(qjsp__directory *d);

/* Operations of the store. */
int qjsp__directory_stat(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out);
int qjsp__directory_list(qjsp_store *s, const char *path, qjsp_buffer *out);
int qjsp__directory_mkdir(qjsp_store *s, const char *path, uint32_t mode);
int qjsp__directory_remove(qjsp_store *s, const char *path, qjsp__remove_what what);
int qjsp__directory_rename(qjsp_store *s, const char *from, const char *to);
int qjsp__directory_utimes(qjsp_store *s, const char *path, double atime_ms, double mtime_ms);
int qjsp__directory_realpath(qjsp_store *s, const char *path, qjsp_buffer *out);

#endif
