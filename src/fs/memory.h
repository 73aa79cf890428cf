/* SPDX-License-Identifier: MIT */
/*
 * A store in memory, between the files that make it up: memory.c has its life, its open files and the
 * count of bytes, memory_names.c what is done to names.
 */
#ifndef QJSP_FS_MEMORY_H
#define QJSP_FS_MEMORY_H

#include "fs/node.h"
#include "fs/store.h"

enum { QJSP__MEMORY_PERMISSIONS = 0777 };

typedef struct qjsp__memory_handle {
    qjsp__node *node; /* NULL: free */
    uint32_t flags;
    int next_free;
} qjsp__memory_handle;

typedef struct qjsp__memory {
    qjsp_store store; /* first */
    qjsp_lock lock;
    qjsp__node *root;
    uint64_t limit;
    uint64_t used; /* guarded by lock, and so is all below */
    uint64_t last_ino;
    qjsp__memory_handle *handles;
    int nhandles;
    int free_handle; /* -1: none */
} qjsp__memory;

static inline void qjsp__memory_acquire(qjsp__memory *m)
{
    m->lock.acquire(m->lock.ud);
}

static inline void qjsp__memory_release(qjsp__memory *m)
{
    m->lock.release(m->lock.ud);
}

/* Milliseconds since 1970. memory_clock_posix.c here, src/wasm/files_exports.c for Wasm. */
double qjsp__memory_now_ms(void);

/* ---- the caller holds the lock ---- */

int qjsp__memory_find(const qjsp__memory *m, const char *path, qjsp__node **out);
/* Walks all names of the path but the last; *name is that ("" for the root). */
int qjsp__memory_find_parent(const qjsp__memory *m, const char *path, qjsp__node **dir,
                             const char **name);
/* A new entry of a directory that has none of that name. */
int qjsp__memory_add_node(qjsp__memory *m, qjsp__node *dir, const char *name, bool is_directory,
                          uint32_t mode, qjsp__node **out);
/* The node is in no tree any more; one that is open lives on. */
void qjsp__memory_let_go(qjsp__memory *m, qjsp__node *node);
void qjsp__memory_touch(qjsp__node *node);
void qjsp__memory_describe(const qjsp__node *node, qjsp__file_info *out);

/* ---- operations of the store ---- */

int qjsp__memory_stat(qjsp_store *s, const char *path, bool follows, qjsp__file_info *out);
int qjsp__memory_list(qjsp_store *s, const char *path, qjsp_buffer *out);
int qjsp__memory_mkdir(qjsp_store *s, const char *path, uint32_t mode);
int qjsp__memory_remove(qjsp_store *s, const char *path, qjsp__remove_what what);
int qjsp__memory_rename(qjsp_store *s, const char *from, const char *to);
int qjsp__memory_utimes(qjsp_store *s, const char *path, double atime_ms, double mtime_ms);
int qjsp__memory_realpath(qjsp_store *s, const char *path, qjsp_buffer *out);

#endif
