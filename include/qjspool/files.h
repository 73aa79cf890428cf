/* SPDX-License-Identifier: MIT */
/*
 * What guests see as files: mounts, and the stores behind them.
 *
 * A mount puts a store at a place of the guest's file system. Where nothing is mounted, guests have
 * no file functions at all. A store is a memory that isolates share, or a directory of the host;
 * a pool makes one for each of its mounts, so that all of its workers see one another's files. A
 * program makes stores itself to keep files for longer than a pool, or to share them between
 * pools or isolates. docs/files.md has the rules that guests can rely on.
 */
#ifndef QJSPOOL_FILES_H
#define QJSPOOL_FILES_H

#include <qjspool/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct qjsp_store qjsp_store; /* opaque, counted */

typedef enum qjsp_mount_kind {
    QJSP_MOUNT_MEMORY = 0, /* empty at first, gone with the store */
    QJSP_MOUNT_DIRECTORY,  /* of the host; never left, whatever links it holds */
    QJSP_MOUNT_STORE,      /* the one given */
} qjsp_mount_kind;

typedef struct qjsp_mount {
    const char *path; /* where guests see it: absolute, UTF-8, such as "/data"; "/" is fine */
    qjsp_mount_kind kind;
    const char *directory; /* DIRECTORY: its path on the host; opened when the mount is made */
    qjsp_store *store;     /* STORE: gets a reference of the mount's own */
    bool is_read_only;     /* to guests of this mount */
    uint64_t
        limit; /* MEMORY, DIRECTORY: bytes that the store may hold, 256 for each file and directory
                       included. 0: 64 MiB for a memory, none for a directory */
} qjsp_mount;

/* QJSP_ERR_INVALID: a path that is not normal (a slash at its end, ".." in it) or that another
 * one has too, a kind that is none, or one without its directory or store. Opens nothing. */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_mounts_check(const qjsp_mount *mounts, size_t n);

/*
 * How threads that share a store take turns. The store calls `acquire` and `release` in pairs, never
 * nested and never around anything that waits but the host's own file operations; `free`
 * (may be NULL) when it is done with the lock.
 */
typedef struct qjsp_lock {
    void (*acquire)(void *ud);
    void (*release)(void *ud);
    void (*free)(void *ud);
    void *ud;
} qjsp_lock;

/*
 * qjsp_store_new makes the store that `mount` describes; of it, kind, directory and limit are
 * read. It has one reference, the caller's.
 *
 * lock: copied, and the store's from here on, also on failure. NULL: every isolate that uses the store
 * runs on one thread. alloc: borrowed until the last reference is gone, thread-safe if there
 * is a lock; NULL: libc's.
 *
 * Any thread, and so are ref and unref.
 *
 * QJSP_ERR_INVALID  no such kind, or no directory named
 * QJSP_ERR_SYSTEM   the directory cannot be opened; errno says why
 * QJSP_ERR_NOMEM
 */
QJSP_API QJSP_NODISCARD qjsp_status qjsp_store_new(qjsp_store **out, const qjsp_mount *mount,
                                                   const qjsp_lock *lock, const qjsp_alloc *alloc);
QJSP_API void qjsp_store_ref(qjsp_store *store);
QJSP_API void qjsp_store_unref(qjsp_store *store); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
