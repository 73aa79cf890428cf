/* SPDX-License-Identifier: MIT */
/*
 * The region of one isolate: a reserved run of addresses, an allocator whose
 * every byte of state lies inside it, and a snapshot that brings all of it back.
 *
 * Knows nothing of JavaScript. One thread at a time.
 */
#ifndef QJSP_ARENA_ARENA_H
#define QJSP_ARENA_ARENA_H

#include <qjspool/status.h>

typedef struct qjsp__arena qjsp__arena;

enum { QJSP__ARENA_ALIGN = 16 };

/*
 * qjsp__arena_new reserves `limit` bytes of addresses (rounded up to pages),
 * which is also the hard limit; pages cost memory only once touched.
 * QJSP_ERR_INVALID: limit under 64 KiB. QJSP_ERR_NOMEM, QJSP_ERR_SYSTEM.
 */
QJSP_NODISCARD qjsp_status qjsp__arena_new(qjsp__arena **out, size_t limit,
                                           const qjsp_alloc *alloc);
void qjsp__arena_free(qjsp__arena *a); /* NULL is fine; all blocks go with it */

/* Results are aligned to QJSP__ARENA_ALIGN. Size 0 gives a block of the smallest size. NULL: no room.
 * calloc checks the product. free(NULL) is fine. A pointer that is no live block (foreign,
 * freed twice) ends the process where it can be seen cheaply. */
void *qjsp__arena_malloc(qjsp__arena *a, size_t size);
void *qjsp__arena_calloc(qjsp__arena *a, size_t count, size_t size);
void *qjsp__arena_realloc(qjsp__arena *a, void *ptr, size_t size);
void qjsp__arena_release(qjsp__arena *a, void *ptr);
/* Takes no arena: the engine's hook has none. NULL: 0. */
size_t qjsp__arena_usable_size(const void *ptr);

/*
 * A soft limit below the region's end, for one task, on the bytes of live blocks, heads
 * included. (What fragments waste is bounded by the region alone.) Running into either fails
 * the allocation and opens the head-room above it (QJSP__ARENA_HEADROOM bytes, or a quarter of
 * a small region), from which allocations of at most 4 KiB are served so that an error can be
 * made and thrown. It closes when a release leaves as much room below the limit again. limit
 * 0, or one that is too high: the region's end less the head-room and the book-keeping.
 */
enum { QJSP__ARENA_HEADROOM = 64 * 1024 };
void qjsp__arena_set_limit(qjsp__arena *a, size_t limit);

/* Whether an allocation has failed since the last set_limit. */
bool qjsp__arena_was_exhausted(const qjsp__arena *a);

/* Forgets that one has, where it failed for something that nobody needs. */
void qjsp__arena_forgive(qjsp__arena *a);

/* Test builds: the n-th allocation from now fails (1: the next), and with `forever` all after it; 0: never. */
void qjsp__arena_fail_after(qjsp__arena *a, uint64_t n, bool forever);

/*
 * qjsp__arena_snapshot copies what is in use; replaces an earlier one. On
 * QJSP_ERR_NOMEM there is no snapshot. qjsp__arena_restore makes every byte of
 * the region what it was then (bytes that were not in use: 0), and gives pages far beyond it back to
 * the system. Addresses do not change. Restore without a snapshot is QJSP_ERR_INVALID.
 */
QJSP_NODISCARD qjsp_status qjsp__arena_snapshot(qjsp__arena *a);
QJSP_NODISCARD qjsp_status qjsp__arena_restore(qjsp__arena *a);

typedef struct qjsp__arena_usage {
    size_t used;     /* bytes from the base that may hold data */
    size_t peak;     /* most of `used` since the last set_limit */
    size_t live;     /* bytes in allocated blocks, headers included */
    size_t snapshot; /* bytes copied by restore; 0: none */
    size_t limit;    /* of the region */
} qjsp__arena_usage;

void qjsp__arena_get_usage(const qjsp__arena *a, qjsp__arena_usage *out);

/* Walks every block and every free list; false: the region is corrupt. Tests and fuzzers. */
bool qjsp__arena_check(const qjsp__arena *a);

#endif
