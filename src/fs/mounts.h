/* SPDX-License-Identifier: MIT */
/*
 * Which store a path is in, and the operations on names. The longest mount that a path is within
 * has it; what lies above mounts is made of directories that hold the mounts and
 * nothing else. What a read-only mount refuses is refused here, for all stores.
 *
 * Results: 0 or more, or an error negated. Paths are normal (fs/path.h). One thread.
 */
#ifndef QJSP_FS_MOUNTS_H
#define QJSP_FS_MOUNTS_H

#include "fs/path.h"
#include "fs/store.h"

typedef struct qjsp__mount {
    char *path; /* owned; normal */
    size_t len;
    qjsp_store *store; /* a reference */
    bool is_read_only;
    uint32_t dev;
} qjsp__mount;

typedef struct qjsp__mounts {
    qjsp__mount *items; /* owned */
    size_t n;
    const qjsp_alloc *alloc;
} qjsp__mounts;

/*
 * Stores are made where `from` has none, without a lock. QJSP_ERR_INVALID: a path that is not
 * normal, or twice there; and what qjsp_store_new says. On failure there is nothing to fini.
 */
QJSP_NODISCARD qjsp_status qjsp__mounts_init(qjsp__mounts *m, const qjsp_mount *from, size_t n,
                                             const qjsp_alloc *alloc);
void qjsp__mounts_fini(qjsp__mounts *m);

/* A handle of *store, which is borrowed. flags: those of fs/store.h. */
int qjsp__mounts_open(const qjsp__mounts *m, const qjsp__path *path, uint32_t flags, uint32_t mode,
                      const qjsp__mount **mount);
/* As open_plain of fs/store.h, for reading. -ELOOP also where it has none. */
int qjsp__mounts_open_plain(const qjsp__mounts *m, const qjsp__path *path,
                            const qjsp__mount **mount, uint64_t *size);
/* A file without a name: below /tmp if there is such a mount, else in the first that can be written. */
int qjsp__mounts_open_nameless(const qjsp__mounts *m, const qjsp__mount **mount);

int qjsp__mounts_stat(const qjsp__mounts *m, const qjsp__path *path, bool follows,
                      qjsp__file_info *out);
/* Whether nothing can be changed there. */
bool qjsp__mounts_is_read_only(const qjsp__mounts *m, const qjsp__path *path);
int qjsp__mounts_list(const qjsp__mounts *m, const qjsp__path *path, qjsp_buffer *out);
int qjsp__mounts_mkdir(const qjsp__mounts *m, const qjsp__path *path, uint32_t mode);
int qjsp__mounts_remove(const qjsp__mounts *m, const qjsp__path *path, qjsp__remove_what what);
/* -EXDEV: they are in different mounts. */
int qjsp__mounts_rename(const qjsp__mounts *m, const qjsp__path *from, const qjsp__path *to);
int qjsp__mounts_utimes(const qjsp__mounts *m, const qjsp__path *path, double atime_ms,
                        double mtime_ms);
/* Appends an absolute path. */
int qjsp__mounts_realpath(const qjsp__mounts *m, const qjsp__path *path, qjsp_buffer *out);

#endif
