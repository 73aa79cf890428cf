/* SPDX-License-Identifier: MIT */
/*
 * Runs of addresses from the system: the one thing of the arena that differs
 * from platform to platform (POSIX: mmap; Wasm: the linear memory).
 *
 * Knows nothing of what is kept in them. Any thread.
 */
#ifndef QJSP_ARENA_REGION_H
#define QJSP_ARENA_REGION_H

#include <qjspool/status.h>

typedef struct qjsp__region {
    uint8_t *base; /* NULL: nothing is reserved */
    size_t size;   /* bytes, whole pages */
} qjsp__region;

/*
 * qjsp__region_init reserves `size` bytes, rounded up to pages, that read as
 * zero; a page costs memory only once it is written. base is aligned to a page.
 *
 * QJSP_ERR_NOMEM, QJSP_ERR_SYSTEM: nothing is reserved, base is NULL
 */
QJSP_NODISCARD qjsp_status qjsp__region_init(qjsp__region *out, size_t size);

/* Gives the addresses back. A region without any is fine. */
void qjsp__region_fini(qjsp__region *r);

/* Makes the bytes [from, to) zero, and gives their whole pages back to the system. */
void qjsp__region_discard(const qjsp__region *r, size_t from, size_t to);

#endif
