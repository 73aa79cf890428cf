/* SPDX-License-Identifier: MIT */
/*
 * The allocator: lists of free blocks, splitting, joining, and the top.
 *
 * Prefers a free block to a higher top, so that what a snapshot has to copy stays small.
 */
#include "arena/heap.h"

#include "arena/block.h"
#include "arena/poison.h"
#include "base/checked.h"

/* How many blocks of the request's own class are looked at for the best fit. Larger classes
 * fit without a look, but the engine asks for slabs of some twenty sizes near 4 KiB over and
 * over: without the look a freed slab would never be used again, and with the first that
 * fits large ones go to small requests. */
enum { OWN_CLASS_TRIES = 32 };

/* The part of a free block that is neither head, links nor tail. */
static void conceal_free(const qjsp__heap_block *b)
{
    qjsp__poison(b + 1, qjsp__block_size(b) - sizeof *b - sizeof(uint64_t));
}

static void expose_block(const qjsp__heap_block *b)
{
    qjsp__unpoison(b, qjsp__block_size(b));
}

/* ---- lists ---- */

static void list_insert(qjsp__heap *h, qjsp__heap_block *b)
{
    uint32_t class = qjsp__block_class(qjsp__block_size(b));
    uint32_t level = class / QJSP__HEAP_SUBS;

    b->prev = NULL;
    b->next = h->lists[class];
    if (b->next != NULL)
        b->next->prev = b;
    h->lists[class] = b;
    h->levels |= UINT64_C(1) << level;
    h->subs[level] |= UINT32_C(1) << class % QJSP__HEAP_SUBS;
}

static void list_remove(qjsp__heap *h, qjsp__heap_block *b)
{
    uint32_t class = qjsp__block_class(qjsp__block_size(b));
    uint32_t level = class / QJSP__HEAP_SUBS;

    if (b->next != NULL)
        b->next->prev = b->prev;
    if (b->prev != NULL) {
        b->prev->next = b->next;
        return;
    }
    h->lists[class] = b->next;
    if (b->next != NULL)
        return;
    h->subs[level] &= ~(UINT32_C(1) << class % QJSP__HEAP_SUBS);
    if (h->subs[level] == 0)
        h->levels &= ~(UINT64_C(1) << level);
}

/* The first block of the lowest list at or above class that has one. */
static qjsp__heap_block *list_find(const qjsp__heap *h, uint32_t class)
{
    uint32_t level = class / QJSP__HEAP_SUBS;
    uint32_t subs;
    uint64_t levels;

    if (class >= h->nlists)
        return NULL;
    subs = h->subs[level] & (UINT32_MAX << class % QJSP__HEAP_SUBS);
    if (subs == 0) {
        levels = h->levels & ~((UINT64_C(2) << level) - 1);
        if (levels == 0)
            return NULL;
        level = (uint32_t)__builtin_ctzll(levels);
        subs = h->subs[level];
    }
    return h->lists[level * QJSP__HEAP_SUBS + (uint32_t)__builtin_ctz(subs)];
}

static qjsp__heap_block *best_of_class(const qjsp__heap *h, uint32_t class, size_t need)
{
    qjsp__heap_block *best = NULL;
    size_t best_size = SIZE_MAX;
    qjsp__heap_block *b = h->lists[class];

    for (int tries = OWN_CLASS_TRIES; b != NULL && tries > 0; tries--) {
        size_t size = qjsp__block_size(b);

        if (size == need)
            return b;
        if (size > need && size < best_size) {
            best = b;
            best_size = size;
        }
        b = b->next;
    }
    return best;
}

static qjsp__heap_block *find_free(const qjsp__heap *h, size_t need)
{
    uint32_t class = qjsp__block_class(need);
    qjsp__heap_block *b;

    if (class >= h->nlists)
        return NULL;
    b = best_of_class(h, class, need);
    return b != NULL ? b : list_find(h, class + 1);
}

/* ---- the top ---- */

/* Not all that is above: the sanitizer pays for each byte that it guards. */
static void guard_top(const qjsp__heap *h)
{
    qjsp__poison(qjsp__block_at(h, h->top), QJSP__HEAP_GUARD);
}

static bool raise_top(qjsp__heap *h, size_t by, size_t ceiling)
{
    size_t top = h->top + by;

    if (top > ceiling)
        return false;
    qjsp__unpoison(qjsp__block_at(h, h->top), by);
    h->top = top;
    if (top > h->high)
        h->high = top;
    if (top + QJSP__HEAP_GUARD <= ceiling)
        guard_top(h);
    return true;
}

static void lower_top(qjsp__heap *h, qjsp__heap_block *b)
{
    size_t size = qjsp__block_size(b);

    b->head = 0;
    h->top = qjsp__block_offset(h, b);
    qjsp__poison(b, size);
}

/* ---- blocks ---- */

static bool is_top(const qjsp__heap *h, const qjsp__heap_block *b)
{
    return qjsp__block_offset(h, b) == h->top;
}

static void set_prev_free(const qjsp__heap *h, qjsp__heap_block *b, bool is_free)
{
    if (is_top(h, b))
        return;
    if (is_free)
        b->head |= QJSP__BLOCK_PREV_FREE;
    else
        b->head &= ~QJSP__BLOCK_PREV_FREE;
}

/* The block that a pointer of the caller's stands for; anything else ends the process. */
static qjsp__heap_block *block_of(const qjsp__heap *h, const void *ptr)
{
    uintptr_t payload = (uintptr_t)ptr;
    uintptr_t lowest = (uintptr_t)h + h->first + QJSP__HEAP_HEAD;
    uintptr_t top = (uintptr_t)h + h->top;
    qjsp__heap_block *b;

    if (payload < lowest || payload >= top || payload % QJSP__HEAP_ALIGN != 0)
        abort();
    b = (qjsp__heap_block *)(payload - QJSP__HEAP_HEAD);
    if (!qjsp__block_is_live(b) || qjsp__block_size(b) > top - (uintptr_t)b)
        abort();
    return b;
}

/* b has no neighbour that is free, and is not the last. */
static void make_free(qjsp__heap *h, qjsp__heap_block *b, size_t size)
{
    b->head = QJSP__BLOCK_FREE | size;
    *qjsp__block_tail(b) = size;
    set_prev_free(h, qjsp__block_next(b), true);
    list_insert(h, b);
    conceal_free(b);
}

/* Cuts a live block down to need if the rest is a block. What follows it is live. */
static void trim(qjsp__heap *h, qjsp__heap_block *b, size_t need)
{
    size_t rest = qjsp__block_size(b) - need;

    if (rest < QJSP__HEAP_MIN)
        return;
    b->head -= rest;
    h->live -= rest;
    make_free(h, qjsp__block_next(b), rest);
}

/* Takes a free block out of its list and makes it live, whole. */
static void make_live(qjsp__heap *h, qjsp__heap_block *b)
{
    size_t size = qjsp__block_size(b);

    list_remove(h, b);
    expose_block(b);
    b->head = QJSP__BLOCK_LIVE | size; /* two free blocks are never neighbours */
    set_prev_free(h, qjsp__block_next(b), false);
    h->live += size;
}

static qjsp__heap_block *carve_top(qjsp__heap *h, size_t need, size_t ceiling)
{
    qjsp__heap_block *b = qjsp__block_at(h, h->top);

    if (!raise_top(h, need, ceiling))
        return NULL;
    b->head = QJSP__BLOCK_LIVE | need; /* the last block is never free */
    h->live += need;
    return b;
}

/* ---- the interface ---- */

qjsp__heap *qjsp__heap_init(void *base, size_t size)
{
    qjsp__heap *h = base;
    uint32_t nlists = qjsp__block_class(size) + 1;

    h->nlists = (uint32_t)qjsp__size_round_up(nlists, QJSP__HEAP_SUBS);
    h->first = qjsp__size_round_up(sizeof *h + h->nlists * sizeof h->lists[0], QJSP__HEAP_ALIGN) +
               QJSP__HEAP_HEAD;
    h->top = h->first;
    h->high = h->first;
    guard_top(h);
    return h;
}

void qjsp__heap_expose(const qjsp__heap *h, size_t size)
{
    qjsp__unpoison(h, size);
}

void qjsp__heap_conceal(const qjsp__heap *h, size_t size)
{
    qjsp__heap_block *b = qjsp__block_at(h, h->first);

    if (!QJSP__POISONS)
        return;
    for (; !is_top(h, b); b = qjsp__block_next(b)) {
        if (qjsp__block_is_free(b))
            conceal_free(b);
    }
    qjsp__poison(b, qjsp__size_min(QJSP__HEAP_GUARD, size - h->top));
}

void *qjsp__heap_alloc(qjsp__heap *h, size_t size, size_t ceiling)
{
    size_t need = qjsp__heap_block_size(size);
    qjsp__heap_block *b = find_free(h, need);

    if (b == NULL) {
        b = carve_top(h, need, ceiling);
        return b == NULL ? NULL : qjsp__block_payload(b);
    }
    make_live(h, b);
    trim(h, b, need);
    return qjsp__block_payload(b);
}

/* Joins a live block with a free one behind it. */
static void absorb_next(qjsp__heap *h, qjsp__heap_block *b)
{
    qjsp__heap_block *next = qjsp__block_next(b);
    size_t size;

    make_live(h, next);
    size = qjsp__block_size(next);
    next->head = 0;
    b->head += size;
}

/* The live block of a free neighbour before it and b; b must have one. */
static qjsp__heap_block *absorb_into_prev(qjsp__heap *h, qjsp__heap_block *b)
{
    uint64_t before = ((uint64_t *)b)[-1];
    size_t size = qjsp__block_size(b);
    qjsp__heap_block *prev = (qjsp__heap_block *)((uintptr_t)b - (size_t)before);

    if (before > qjsp__block_offset(h, b) - h->first || !qjsp__block_is_free(prev) ||
        qjsp__block_size(prev) != before)
        abort(); /* someone wrote where they must not */
    make_live(h, prev);
    b->head = 0;
    prev->head += size;
    return prev;
}

void qjsp__heap_release(qjsp__heap *h, void *ptr)
{
    qjsp__heap_block *b = block_of(h, ptr);
    qjsp__heap_block *next = qjsp__block_next(b);

    if (!is_top(h, next) && qjsp__block_is_free(next))
        absorb_next(h, b);
    if (b->head & QJSP__BLOCK_PREV_FREE)
        b = absorb_into_prev(h, b);
    h->live -= qjsp__block_size(b);
    if (is_top(h, qjsp__block_next(b)))
        lower_top(h, b);
    else
        make_free(h, b, qjsp__block_size(b));
}

/* In place: true when the block now holds need bytes. */
static bool grow(qjsp__heap *h, qjsp__heap_block *b, size_t need, size_t ceiling)
{
    qjsp__heap_block *next = qjsp__block_next(b);
    size_t more = need - qjsp__block_size(b);

    if (is_top(h, next)) {
        if (!raise_top(h, more, ceiling))
            return false;
        b->head += more;
        h->live += more;
        return true;
    }
    if (!qjsp__block_is_free(next) || qjsp__block_size(next) < more)
        return false;
    absorb_next(h, b);
    trim(h, b, need);
    return true;
}

static void shrink(qjsp__heap *h, qjsp__heap_block *b, size_t need)
{
    qjsp__heap_block *next = qjsp__block_next(b);
    size_t rest = qjsp__block_size(b) - need;

    if (is_top(h, next)) {
        b->head -= rest;
        h->live -= rest;
        h->top -= rest;
        qjsp__poison(qjsp__block_next(b), rest);
        return;
    }
    /* 16 bytes are no block of their own, but they can join one. */
    if (rest != 0 && qjsp__block_is_free(next))
        absorb_next(h, b);
    trim(h, b, need);
}

void *qjsp__heap_resize(qjsp__heap *h, void *ptr, size_t size, size_t ceiling)
{
    qjsp__heap_block *b = block_of(h, ptr);
    size_t need = qjsp__heap_block_size(size);
    size_t has = qjsp__block_size(b);
    void *moved;

    if (need <= has) {
        shrink(h, b, need);
        return ptr;
    }
    if (grow(h, b, need, ceiling))
        return ptr;
    moved = qjsp__heap_alloc(h, size, ceiling);
    if (moved == NULL)
        return NULL;
    memcpy(moved, ptr, has - QJSP__HEAP_HEAD);
    qjsp__heap_release(h, ptr);
    return moved;
}

size_t qjsp__heap_usable_size(const void *ptr)
{
    const qjsp__heap_block *b = (const void *)((uintptr_t)ptr - QJSP__HEAP_HEAD);

    if ((uintptr_t)ptr % QJSP__HEAP_ALIGN != 0 || !qjsp__block_is_live(b))
        abort();
    return qjsp__block_size(b) - QJSP__HEAP_HEAD;
}

size_t qjsp__heap_usable_size_of(const qjsp__heap *h, const void *ptr)
{
    return qjsp__block_size(block_of(h, ptr)) - QJSP__HEAP_HEAD;
}
