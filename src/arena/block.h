/* SPDX-License-Identifier: MIT */
/*
 * The layout of one block of a heap; only the heap's own files include this.
 *
 * head: bits 0 to 3 flags, to 47 the size (a multiple of 16), 48 to 63 a mark that
 * says whether this is the head of a block at all. Marks of blocks that cease to be
 * are wiped, so that freeing them again is seen.
 */
#ifndef QJSP_ARENA_BLOCK_H
#define QJSP_ARENA_BLOCK_H

#include "arena/heap.h"

#include <stdlib.h>
#include <string.h>

struct qjsp__heap_block {
    uint64_t head;
    /* free blocks only */
    qjsp__heap_block *next;
    qjsp__heap_block *prev; /* NULL: first of its list */
};

#define QJSP__BLOCK_FLAGS UINT64_C(0xf)
#define QJSP__BLOCK_PREV_FREE UINT64_C(1)
#define QJSP__BLOCK_SIZE UINT64_C(0x0000fffffffffff0)
#define QJSP__BLOCK_MARK UINT64_C(0xffff000000000000)
#define QJSP__BLOCK_LIVE UINT64_C(0xa11e000000000000)
#define QJSP__BLOCK_FREE UINT64_C(0xf4ee000000000000)

static inline qjsp__heap_block *qjsp__block_at(const qjsp__heap *h, size_t offset)
{
    return (qjsp__heap_block *)((uintptr_t)h + offset);
}

static inline size_t qjsp__block_offset(const qjsp__heap *h, const qjsp__heap_block *b)
{
    return (size_t)((uintptr_t)b - (uintptr_t)h);
}

static inline size_t qjsp__block_size(const qjsp__heap_block *b)
{
    return (size_t)(b->head & QJSP__BLOCK_SIZE);
}

static inline bool qjsp__block_is_live(const qjsp__heap_block *b)
{
    return (b->head & QJSP__BLOCK_MARK) == QJSP__BLOCK_LIVE;
}

static inline bool qjsp__block_is_free(const qjsp__heap_block *b)
{
    return (b->head & QJSP__BLOCK_MARK) == QJSP__BLOCK_FREE;
}

static inline void *qjsp__block_payload(qjsp__heap_block *b)
{
    return (uint8_t *)b + QJSP__HEAP_HEAD;
}

/* May be the top, where no block is. */
static inline qjsp__heap_block *qjsp__block_next(qjsp__heap_block *b)
{
    return (qjsp__heap_block *)((uintptr_t)b + qjsp__block_size(b));
}

/* The size at the end of a free block, which is where the next one's neighbour looks. */
static inline uint64_t *qjsp__block_tail(qjsp__heap_block *b)
{
    return (uint64_t *)((uintptr_t)b + qjsp__block_size(b) - sizeof(uint64_t));
}

/* The list that a block of this size belongs in: below 512 bytes every size has its own,
 * above that 32 share a power of two. */
static inline uint32_t qjsp__block_class(size_t size)
{
    uint32_t log;

    if (size < QJSP__HEAP_SUBS * QJSP__HEAP_ALIGN)
        return (uint32_t)(size / QJSP__HEAP_ALIGN);
    log = 63 - (uint32_t)__builtin_clzll(size);
    return (log - 8) * QJSP__HEAP_SUBS + (uint32_t)((size >> (log - 5)) & (QJSP__HEAP_SUBS - 1));
}

#endif
