/* SPDX-License-Identifier: MIT */
/*
 * The bytes of one file in memory: a row of chunks, so that growing copies next to nothing. The
 * first is as small as the file needs; ones that nobody wrote are missing and read as
 * zeros. Knows no limits; its caller does, and locks.
 */
#ifndef QJSP_FS_CONTENT_H
#define QJSP_FS_CONTENT_H

#include <qjspool/status.h>

typedef struct qjsp__content {
    uint64_t size;    /* bytes past it are zero in chunks that are there */
    uint8_t **chunks; /* NULL: a hole */
    size_t nchunks;   /* room in chunks */
    size_t first_cap; /* bytes of chunks[0]; all others are whole */
} qjsp__content;

void qjsp__content_fini(qjsp__content *c, const qjsp_alloc *alloc);
/* How many bytes; fewer than len only at the end. */
size_t qjsp__content_read(const qjsp__content *c, uint64_t offset, uint8_t *to, size_t len);
/* False: no memory, and size is as before. */
bool qjsp__content_write(qjsp__content *c, const qjsp_alloc *alloc, uint64_t offset,
                         const uint8_t *from, size_t len);
void qjsp__content_resize(qjsp__content *c, const qjsp_alloc *alloc, uint64_t size);

#endif
