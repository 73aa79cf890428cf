/* SPDX-License-Identifier: MIT */
/*
 * Names below a directory of the host, followed without ever leaving it: neither by links, nor by
 * a race with someone who moves things about.
 *
 * The kernel does it (openat2, RESOLVE_BENEATH) where it can. Elsewhere the path is walked a
 * name at a time, each opened without following links; what a link says is spliced into the path.
 *
 * Paths are those of stores (fs/store.h). Results: 0 or more, or -1 with errno, EXDEV if the
 * way leads out. Any thread.
 */
#ifndef QJSP_FS_BENEATH_H
#define QJSP_FS_BENEATH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fs/path.h"

typedef struct qjsp__beneath {
    int root;             /* owned by whoever made this */
    _Atomic bool is_slow; /* the kernel has no openat2, or tests want to know how it is without */
} qjsp__beneath;

/* As openat; links are followed unless flags have O_NOFOLLOW. */
int qjsp__beneath_open(qjsp__beneath *b, const char *path, int flags, mode_t mode);

/* The directory that holds the last name of the path, which *name is ("." for the root). To be
 * closed by qjsp__beneath_close, as it may be the root. */
int qjsp__beneath_open_parent(qjsp__beneath *b, const char *path, const char **name);
void qjsp__beneath_close(const qjsp__beneath *b, int dir);

/* Writes the path without links, if it is there. */
int qjsp__beneath_realpath(qjsp__beneath *b, const char *path, char out[QJSP__PATH_MAX]);

#endif
