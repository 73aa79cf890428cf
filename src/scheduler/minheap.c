/* SPDX-License-Identifier: MIT */
/* A four-way heap: half the levels of a binary one, and siblings share a cache line or two. */
#include "scheduler/minheap.h"

#include "base/alloc.h"
#include "base/checked.h"

enum { WAYS = 4, CAP_MIN = 16 };

bool qjsp__minheap_reserve(qjsp__minheap *h, const qjsp_alloc *alloc, size_t n)
{
    size_t size;
    void *entries;

    if (n <= h->cap)
        return true;
    n = qjsp__size_max(n, CAP_MIN);
    if (h->cap <= SIZE_MAX / 2)
        n = qjsp__size_max(n, h->cap * 2);
    if (!qjsp__size_mul(n, sizeof *h->entries, &size))
        return false;
    entries = qjsp__realloc(alloc, h->entries, size);
    if (entries == NULL)
        return false;
    h->entries = entries;
    h->cap = n;
    return true;
}

void qjsp__minheap_fini(qjsp__minheap *h, const qjsp_alloc *alloc)
{
    qjsp__free(alloc, h->entries);
    *h = (qjsp__minheap){ 0 };
}

static bool is_before(const qjsp__minheap_entry *a, const qjsp__minheap_entry *b)
{
    return a->key != b->key ? a->key < b->key : a->seq < b->seq;
}

static void entry_put(qjsp__minheap *h, size_t at, qjsp__minheap_entry e)
{
    h->entries[at] = e;
    e.node->place = at + 1;
}

static void sift_up(qjsp__minheap *h, size_t at, qjsp__minheap_entry e)
{
    while (at > 0) {
        size_t parent = (at - 1) / WAYS;

        if (!is_before(&e, &h->entries[parent]))
            break;
        entry_put(h, at, h->entries[parent]);
        at = parent;
    }
    entry_put(h, at, e);
}

/* The first child in order; h->count when there is none. */
static size_t child_first(const qjsp__minheap *h, size_t at)
{
    size_t child = at * WAYS + 1;
    size_t end = qjsp__size_min(child + WAYS, h->count);
    size_t best = child;

    if (child >= h->count)
        return h->count;
    while (++child < end)
        if (is_before(&h->entries[child], &h->entries[best]))
            best = child;
    return best;
}

static void sift_down(qjsp__minheap *h, size_t at, qjsp__minheap_entry e)
{
    size_t child = child_first(h, at);

    while (child < h->count && is_before(&h->entries[child], &e)) {
        entry_put(h, at, h->entries[child]);
        at = child;
        child = child_first(h, at);
    }
    entry_put(h, at, e);
}

void qjsp__minheap_push(qjsp__minheap *h, qjsp__minheap_node *node, uint64_t key)
{
    qjsp__minheap_push_again(h, node, key, h->next_seq++);
}

void qjsp__minheap_push_again(qjsp__minheap *h, qjsp__minheap_node *node, uint64_t key,
                              uint64_t seq)
{
    qjsp__minheap_entry e = { .key = key, .seq = seq, .node = node };

    sift_up(h, h->count++, e);
}

void qjsp__minheap_remove(qjsp__minheap *h, qjsp__minheap_node *node)
{
    size_t at = node->place - 1;
    qjsp__minheap_entry last;

    if (node->place == 0)
        return;
    node->place = 0;
    last = h->entries[--h->count];
    if (at == h->count)
        return;
    /* the last entry may come from another branch: it may belong above or below the hole */
    if (at > 0 && is_before(&last, &h->entries[(at - 1) / WAYS]))
        sift_up(h, at, last);
    else
        sift_down(h, at, last);
}

bool qjsp__minheap_check(const qjsp__minheap *h)
{
    if (h->count > h->cap)
        return false;
    for (size_t i = 0; i < h->count; i++) {
        const qjsp__minheap_entry *e = &h->entries[i];

        if (e->node->place != i + 1 || e->seq >= h->next_seq)
            return false;
        if (i > 0 && is_before(e, &h->entries[(i - 1) / WAYS]))
            return false;
    }
    return true;
}
