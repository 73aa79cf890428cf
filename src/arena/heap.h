/* SPDX-License-Identifier: MIT */
/*
 * An allocator whose every byte of state lies in the memory that it hands out:
 * copy [heap, heap + top) away and back, and every block is as it was.
 *
 * Two-level segregated fit: free blocks hang in lists by size class, 32
 * classes to each power of two, and two levels of bitmaps find the next list
 * that is not empty, so every operation takes constant time (but for copying).
 * Blocks lie end to end from `first` to `top`:
 *
 *     head | payload ...                   live; the next head follows
 *     head | next prev | ...    | size     free; neighbours find it by its size
 *
 * A head is 8 bytes, a payload begins at a multiple of 16. Two free blocks are never
 * neighbours, and the last block is never free: freeing it lowers `top`.
 *
 * Knows nothing of limits and snapshots. One thread at a time.
 */
#ifndef QJSP_ARENA_HEAP_H
#define QJSP_ARENA_HEAP_H

#include <qjspool/status.h>

enum {
    QJSP__HEAP_HEAD = 8,     /* bytes of a block that are not payload */
    QJSP__HEAP_ALIGN = 16,   /* of payloads, and of block sizes */
    QJSP__HEAP_MIN = 32,     /* bytes of the smallest block: head, links, size */
    QJSP__HEAP_SUBS = 32,    /* classes in each level */
    QJSP__HEAP_LEVELS = 48,  /* at most; a heap has as many as its size needs */
    QJSP__HEAP_GUARD = 4096, /* bytes above the top that AddressSanitizer guards */
};

typedef struct qjsp__heap_block qjsp__heap_block;

/* Offsets are bytes from the heap itself. */
typedef struct qjsp__heap {
    size_t first;                     /* offset of the first block */
    size_t top;                       /* offset where the last block ends */
    size_t high;                      /* highest `top` since someone lowered this; top <= high */
    size_t live;                      /* bytes in live blocks, heads included */
    uint64_t levels;                  /* bit n: subs[n] is not 0 */
    uint32_t subs[QJSP__HEAP_LEVELS]; /* bit n: that list is not empty */
    uint32_t nlists;
    qjsp__heap_block *lists[];
} qjsp__heap;

/* Takes base (16-byte aligned) for a heap that will never pass `size` bytes. Its first
 * bytes must be zero. size: at least 16 KiB. */
qjsp__heap *qjsp__heap_init(void *base, size_t size);

/*
 * For AddressSanitizer, nothing elsewhere: expose lets all bytes up to `size` be read and
 * written, conceal guards free blocks and what is above the top again.
 */
void qjsp__heap_expose(const qjsp__heap *h, size_t size);
void qjsp__heap_conceal(const qjsp__heap *h, size_t size);

/* Bytes that a block for `size` bytes takes; it may get QJSP__HEAP_SLACK more
 * when what would be left over is too small for a block. */
enum { QJSP__HEAP_SLACK = QJSP__HEAP_MIN - QJSP__HEAP_ALIGN };
static inline size_t qjsp__heap_block_size(size_t size)
{
    size_t need = (size + QJSP__HEAP_HEAD + QJSP__HEAP_ALIGN - 1) & ~(size_t)(QJSP__HEAP_ALIGN - 1);

    return need < QJSP__HEAP_MIN ? QJSP__HEAP_MIN : need;
}

/*
 * NULL: no free block holds it and top would pass `ceiling`. Neither changes
 * anything then. `size` must not be above the heap's. resize keeps the content
 * and may return another address; to a smaller or equal size it never fails.
 */
void *qjsp__heap_alloc(qjsp__heap *h, size_t size, size_t ceiling);
void *qjsp__heap_resize(qjsp__heap *h, void *ptr, size_t size, size_t ceiling);

/* These end the process (abort) when ptr is not a live block, as far as its head tells. */
void qjsp__heap_release(qjsp__heap *h, void *ptr);
size_t qjsp__heap_usable_size(const void *ptr);
size_t qjsp__heap_usable_size_of(const qjsp__heap *h, const void *ptr); /* checks the range too */

/* Zeroes what is inside free blocks, so that no copy of the heap holds what was freed. */
void qjsp__heap_scrub(qjsp__heap *h);

/* Walks every block and every list; false: the heap is corrupt. Never reads outside
 * [h, h + top), whatever the heads say. */
bool qjsp__heap_check(const qjsp__heap *h, size_t size);

#endif
