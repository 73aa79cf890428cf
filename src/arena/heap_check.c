/* SPDX-License-Identifier: MIT */
/* Walks over a whole heap: wiping what is free, and checking that all of it holds together. */
#include "arena/heap.h"

#include "arena/block.h"
#include "arena/poison.h"

void qjsp__heap_scrub(qjsp__heap *h)
{
    qjsp__heap_block *b = qjsp__block_at(h, h->first);
    size_t inside;

    for (; qjsp__block_offset(h, b) < h->top; b = qjsp__block_next(b)) {
        if (!qjsp__block_is_free(b))
            continue;
        inside = qjsp__block_size(b) - sizeof *b - sizeof(uint64_t);
        qjsp__unpoison(b + 1, inside);
        memset(b + 1, 0, inside);
        qjsp__poison(b + 1, inside);
    }
}

typedef struct tally {
    size_t live;  /* bytes */
    size_t nfree; /* blocks */
    bool after_free;
} tally;

static bool check_block(const qjsp__heap *h, qjsp__heap_block *b, tally *t)
{
    size_t size = qjsp__block_size(b);
    size_t room = h->top - qjsp__block_offset(h, b);
    uint64_t flags = b->head & QJSP__BLOCK_FLAGS;

    if (size < QJSP__HEAP_MIN || size > room)
        return false;
    if (flags != (t->after_free ? QJSP__BLOCK_PREV_FREE : 0))
        return false;
    if (qjsp__block_is_live(b)) {
        t->live += size;
        t->after_free = false;
        return true;
    }
    if (!qjsp__block_is_free(b) || t->after_free || size == room)
        return false;
    t->nfree++;
    t->after_free = true;
    return *qjsp__block_tail(b) == size;
}

static bool check_blocks(const qjsp__heap *h, tally *t)
{
    qjsp__heap_block *b = qjsp__block_at(h, h->first);

    while (qjsp__block_offset(h, b) < h->top) {
        if (!check_block(h, b, t))
            return false;
        b = qjsp__block_next(b);
    }
    return qjsp__block_offset(h, b) == h->top && t->live == h->live;
}

static bool is_inside(const qjsp__heap *h, const qjsp__heap_block *b)
{
    size_t offset = qjsp__block_offset(h, b);

    return offset >= h->first && offset < h->top && h->top - offset >= QJSP__HEAP_MIN &&
           (offset - h->first) % QJSP__HEAP_ALIGN == 0;
}

/* *left: how many blocks the lists may still have; a cycle uses it up. */
static bool check_list(const qjsp__heap *h, uint32_t class, size_t *left)
{
    const qjsp__heap_block *prev = NULL;
    const qjsp__heap_block *b = h->lists[class];
    bool has_bit = h->subs[class / QJSP__HEAP_SUBS] >> class % QJSP__HEAP_SUBS & 1;

    if (has_bit != (b != NULL))
        return false;
    for (; b != NULL; b = b->next) {
        if (*left == 0 || !is_inside(h, b) || !qjsp__block_is_free(b))
            return false;
        if (b->prev != prev || qjsp__block_class(qjsp__block_size(b)) != class)
            return false;
        prev = b;
        (*left)--;
    }
    return true;
}

static bool check_levels(const qjsp__heap *h)
{
    for (uint32_t level = 0; level < QJSP__HEAP_LEVELS; level++) {
        bool has_bit = h->levels >> level & 1;

        if (has_bit != (h->subs[level] != 0))
            return false;
        if (has_bit && level >= h->nlists / QJSP__HEAP_SUBS)
            return false;
    }
    return true;
}

bool qjsp__heap_check(const qjsp__heap *h, size_t size)
{
    tally t = { 0 };

    if (h->top < h->first || h->high < h->top || size < h->high)
        return false;
    if (!check_levels(h) || !check_blocks(h, &t))
        return false;
    for (uint32_t class = 0; class < h->nlists; class ++) {
        if (!check_list(h, class, &t.nfree))
            return false;
    }
    return t.nfree == 0;
}
