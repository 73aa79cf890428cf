/* SPDX-License-Identifier: MIT */
/*
 * Limits, head-room, snapshot and restore over a heap in a region.
 *
 * What is in this struct is the host's, and a restore does not touch it.
 */
#include "arena/arena.h"

#include <string.h>

#include "arena/heap.h"
#include "arena/region.h"
#include "base/alloc.h"
#include "base/checked.h"

enum {
    SMALLEST = 64 * 1024,
    /* What the head-room is for: the engine takes slabs of 4 KiB. */
    SMALL = 4096,
    /* How many bytes above the snapshot are wiped and kept rather than given back. Wiping them
     * is cheaper than faulting them in again in the next task; see bench/arena_bench.c. */
    KEPT_WARM = 256 * 1024,
};

struct qjsp__arena {
    const qjsp_alloc *alloc;
    qjsp__region region;
    qjsp__heap *heap;      /* at region.base */
    qjsp__region snapshot; /* owned copy of the first snapshot_len bytes */
    size_t snapshot_len;   /* 0: there is none */
    size_t headroom;
    size_t limit;     /* most bytes in live blocks; at most default_limit() */
    size_t peak;      /* since set_limit, without what heap->high knows */
    size_t dirty;     /* bytes from the base that may not be 0, without what heap->high knows */
    uint64_t fail_in; /* allocations up to the one that fails; 0: none will */
    bool fails_forever;
    bool is_exhausted;
    bool headroom_is_open;
};

/* ---- life ---- */

static size_t peak_of(const qjsp__arena *a)
{
    return qjsp__size_max(a->peak, a->heap->high);
}

/* Never beyond the region, also if someone wrote over the heap. */
static size_t dirty_of(const qjsp__arena *a)
{
    return qjsp__size_min(qjsp__size_max(a->dirty, a->heap->high), a->region.size);
}

/* Must come before the heap is copied, wiped or given back. */
static void expose(const qjsp__arena *a)
{
    qjsp__heap_expose(a->heap, qjsp__size_min(dirty_of(a) + QJSP__HEAP_GUARD, a->region.size));
}

static size_t default_limit(const qjsp__arena *a)
{
    return a->region.size - a->headroom - a->heap->first;
}

qjsp_status qjsp__arena_new(qjsp__arena **out, size_t limit, const qjsp_alloc *alloc)
{
    qjsp_status st;
    qjsp__arena *a;

    if (limit < SMALLEST)
        return QJSP_ERR_INVALID;
    a = qjsp__calloc(alloc, sizeof *a);
    if (a == NULL)
        return QJSP_ERR_NOMEM;
    a->alloc = alloc;
    st = qjsp__region_init(&a->region, limit);
    if (st != QJSP_OK)
        goto fail;
    a->heap = qjsp__heap_init(a->region.base, a->region.size);
    /* The smallest regions would be head-room and nothing else. */
    a->headroom = qjsp__size_min(QJSP__ARENA_HEADROOM, a->region.size / 4);
    a->limit = default_limit(a);
    *out = a;
    return QJSP_OK;
fail:
    qjsp__arena_free(a);
    return st;
}

void qjsp__arena_free(qjsp__arena *a)
{
    if (a == NULL)
        return;
    if (a->heap != NULL)
        expose(a);
    qjsp__region_fini(&a->snapshot);
    qjsp__region_fini(&a->region);
    qjsp__free(a->alloc, a);
}

/* ---- limits ---- */

void qjsp__arena_set_limit(qjsp__arena *a, size_t limit)
{
    size_t most = default_limit(a);

    a->limit = limit == 0 ? most : qjsp__size_min(limit, most);
    a->is_exhausted = false;
    a->headroom_is_open = false;
    a->dirty = dirty_of(a);
    a->heap->high = a->heap->top;
    a->peak = 0;
}

void qjsp__arena_forgive(qjsp__arena *a)
{
    a->is_exhausted = false;
}

bool qjsp__arena_was_exhausted(const qjsp__arena *a)
{
    return a->is_exhausted;
}

void qjsp__arena_fail_after(qjsp__arena *a, uint64_t n, bool forever)
{
    a->fail_in = n;
    a->fails_forever = forever;
}

/* Called only while a failure is ordered. */
static bool fails_now(qjsp__arena *a)
{
    if (--a->fail_in != 0)
        return false;
    if (a->fails_forever)
        a->fail_in = 1;
    return true;
}

/* How high the top may go for a block of `size` bytes that adds `more` to what is live;
 * 0: it may not be made at all. */
static size_t ceiling_for(const qjsp__arena *a, size_t size, size_t more)
{
    size_t live = a->heap->live + more + QJSP__HEAP_SLACK;

    if (a->headroom_is_open && size <= SMALL && live <= a->limit + a->headroom)
        return a->region.size;
    return live <= a->limit ? a->region.size - a->headroom : 0;
}

static void *refuse(qjsp__arena *a)
{
    a->is_exhausted = true;
    a->headroom_is_open = true;
    return NULL;
}

/* Not at the limit itself: the next error must find some room below it. The same for the top,
 * which can be high while little is live. */
static void close_headroom(qjsp__arena *a)
{
    if (a->heap->live + a->headroom <= a->limit && a->heap->top + 2 * a->headroom <= a->region.size)
        a->headroom_is_open = false;
}

/* ---- blocks ---- */

void *qjsp__arena_malloc(qjsp__arena *a, size_t size)
{
    size_t ceiling;
    void *ptr;

    if (size > a->region.size || (a->fail_in != 0 && fails_now(a)))
        return refuse(a);
    ceiling = ceiling_for(a, size, qjsp__heap_block_size(size));
    if (ceiling == 0)
        return refuse(a);
    ptr = qjsp__heap_alloc(a->heap, size, ceiling);
    return ptr == NULL ? refuse(a) : ptr;
}

void *qjsp__arena_calloc(qjsp__arena *a, size_t count, size_t size)
{
    size_t total;
    void *ptr;

    if (!qjsp__size_mul(count, size, &total))
        return refuse(a);
    ptr = qjsp__arena_malloc(a, total);
    if (ptr != NULL)
        memset(ptr, 0, total);
    return ptr;
}

static void *realloc_larger(qjsp__arena *a, void *ptr, size_t size, size_t more)
{
    size_t ceiling;

    if (a->fail_in != 0 && fails_now(a))
        return refuse(a);
    ceiling = ceiling_for(a, size, more);
    if (ceiling == 0)
        return refuse(a);
    ptr = qjsp__heap_resize(a->heap, ptr, size, ceiling);
    return ptr == NULL ? refuse(a) : ptr;
}

void *qjsp__arena_realloc(qjsp__arena *a, void *ptr, size_t size)
{
    size_t has;

    if (ptr == NULL)
        return qjsp__arena_malloc(a, size);
    has = qjsp__heap_usable_size_of(a->heap, ptr);
    if (size > a->region.size)
        return refuse(a);
    if (size > has)
        return realloc_larger(a, ptr, size, qjsp__heap_block_size(size) - has - QJSP__HEAP_HEAD);
    ptr = qjsp__heap_resize(a->heap, ptr, size, 0);
    if (a->headroom_is_open)
        close_headroom(a);
    return ptr;
}

void qjsp__arena_release(qjsp__arena *a, void *ptr)
{
    if (ptr == NULL)
        return;
    qjsp__heap_release(a->heap, ptr);
    if (a->headroom_is_open)
        close_headroom(a);
}

size_t qjsp__arena_usable_size(const void *ptr)
{
    return ptr == NULL ? 0 : qjsp__heap_usable_size(ptr);
}

/* ---- snapshot ---- */

/* Makes the bytes above `from` zero again, as they were when the region was new. */
static void wipe_above(qjsp__arena *a, size_t from)
{
    size_t to = dirty_of(a);
    size_t kept = qjsp__size_min(to, from + KEPT_WARM);

    memset(a->region.base + from, 0, kept - from);
    if (kept < to)
        qjsp__region_discard(&a->region, kept, to);
    a->dirty = from;
}

qjsp_status qjsp__arena_snapshot(qjsp__arena *a)
{
    qjsp_status st;
    size_t peak = peak_of(a);
    size_t len = a->heap->top;

    qjsp__region_fini(&a->snapshot);
    a->snapshot_len = 0;
    st = qjsp__region_init(&a->snapshot, len);
    if (st != QJSP_OK)
        return st;
    qjsp__heap_scrub(a->heap);
    expose(a);
    wipe_above(a, len);
    a->peak = peak;
    a->heap->high = len;
    memcpy(a->snapshot.base, a->region.base, len);
    a->snapshot_len = len;
    qjsp__heap_conceal(a->heap, a->region.size);
    return QJSP_OK;
}

qjsp_status qjsp__arena_restore(qjsp__arena *a)
{
    if (a->snapshot_len == 0)
        return QJSP_ERR_INVALID;
    a->peak = peak_of(a);
    expose(a);
    wipe_above(a, a->snapshot_len);
    memcpy(a->region.base, a->snapshot.base, a->snapshot_len);
    a->headroom_is_open = false;
    qjsp__heap_conceal(a->heap, a->region.size);
    return QJSP_OK;
}

/* ---- looking ---- */

void qjsp__arena_get_usage(const qjsp__arena *a, qjsp__arena_usage *out)
{
    *out = (qjsp__arena_usage){
        .used = a->heap->top,
        .peak = peak_of(a),
        .live = a->heap->live,
        .snapshot = a->snapshot_len,
        .limit = a->region.size,
    };
}

bool qjsp__arena_check(const qjsp__arena *a)
{
    return qjsp__heap_check(a->heap, a->region.size) && a->limit <= default_limit(a) &&
           a->heap->live <= a->heap->top - a->heap->first;
}
