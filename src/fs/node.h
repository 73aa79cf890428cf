/* SPDX-License-Identifier: MIT */
/*
 * The tree of a memory store: directories that own their entries, sorted by name, and files.
 * A file that is removed while somebody has it open stays until the last handle goes.
 *
 * Knows no limits and no locks; memory.c does.
 */
#ifndef QJSP_FS_NODE_H
#define QJSP_FS_NODE_H

#include "fs/content.h"

typedef struct qjsp__node {
    struct qjsp__node *parent; /* NULL: the root, or one that was removed */
    char *name;                /* owned; NULL: likewise */
    bool is_directory;
    uint32_t nhandles; /* files */
    uint32_t mode;     /* permissions */
    uint64_t ino;
    double atime_ms, mtime_ms, ctime_ms, birthtime_ms;
    qjsp__content content;        /* files */
    struct qjsp__node **children; /* directories: owned, by name */
    size_t nchildren;
    size_t children_cap;
} qjsp__node;

/* A node in no tree. NULL: no memory. */
qjsp__node *qjsp__node_new(bool is_directory, const qjsp_alloc *alloc);
/* Frees it with all below it; it is in no tree. NULL is fine. */
void qjsp__node_free(qjsp__node *node, const qjsp_alloc *alloc);

/* The entry called so; NULL: none. *at, unless NULL: where it is, or would be. */
qjsp__node *qjsp__node_find(const qjsp__node *dir, const char *name, size_t len, size_t *at);
/* Puts the node into a directory that has no such entry, out of the one it is in, if any. Takes
 * the node. False: no memory, and nothing has changed. */
bool qjsp__node_link(qjsp__node *dir, qjsp__node *node, const char *name, size_t len,
                     const qjsp_alloc *alloc);
/* Takes it out of its directory; it is the caller's then. */
void qjsp__node_unlink(qjsp__node *node, const qjsp_alloc *alloc);
/* Puts `node` in the place of `old`, which is the caller's then. Both are in the tree. */
void qjsp__node_replace(qjsp__node *old, qjsp__node *node, const qjsp_alloc *alloc);
bool qjsp__node_is_below(const qjsp__node *node, const qjsp__node *ancestor);

#endif
