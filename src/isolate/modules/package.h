/* SPDX-License-Identifier: MIT */
/*
 * package.json files, read once for as long as nobody calls clear, which tasks do when they begin: a
 * file that changed is seen by the next task.
 *
 * Host memory, bounded. Knows no engine. One thread.
 */
#ifndef QJSP_ISOLATE_MODULES_PACKAGE_H
#define QJSP_ISOLATE_MODULES_PACKAGE_H

#include "fs/mounts.h"
#include "isolate/modules/json.h"

enum { QJSP__PACKAGE_MAX_BYTES = 1 << 20 }; /* real ones have some KB */

typedef enum qjsp__package_state {
    QJSP__PACKAGE_ABSENT,
    QJSP__PACKAGE_READ,
    QJSP__PACKAGE_BROKEN, /* problem says why */
} qjsp__package_state;

typedef enum qjsp__package_type {
    QJSP__TYPE_NONE,
    QJSP__TYPE_MODULE,
    QJSP__TYPE_COMMONJS,
} qjsp__package_type;

typedef struct qjsp__package {
    struct qjsp__package *next; /* of its bucket */
    char *dir;                  /* owned; the folder that may hold package.json */
    qjsp__package_state state;
    const char *problem; /* static */
    qjsp_buffer text;    /* what the values are in */
    qjsp__package_type type;
    qjsp__json name, main, exports, imports; /* .at NULL: not there, or null */
} qjsp__package;

enum { QJSP__PACKAGE_BUCKETS = 256, QJSP__PACKAGES_MAX_BYTES = 8 << 20 };

typedef struct qjsp__packages {
    const qjsp__mounts *mounts;
    const qjsp_alloc *alloc;
    qjsp__package *buckets[QJSP__PACKAGE_BUCKETS];
    size_t bytes; /* of all that is kept */
} qjsp__packages;

void qjsp__packages_clear(qjsp__packages *p);
/* Makes room where too much is kept; what get gave is not valid any more. */
void qjsp__packages_trim(qjsp__packages *p);

/* What is at dir/package.json; dir is normal, but "" is the root. NULL: no memory. Borrowed until
 * clear and trim. */
const qjsp__package *qjsp__packages_get(qjsp__packages *p, const char *dir);

/* The nearest package.json at or above dir, not past a folder node_modules (Node: package scope);
 * ABSENT if there is none. NULL: no memory. */
const qjsp__package *qjsp__packages_scope(qjsp__packages *p, const char *dir);

/* Reads a whole file of at most `limit` bytes. 0, or an error negated. */
int qjsp__mounts_read(const qjsp__mounts *mounts, const char *path, size_t limit, qjsp_buffer *out);

#endif
