/* SPDX-License-Identifier: MIT */
/*
 * A priority queue that nodes can leave from the middle: smallest key first,
 * first in first out among equal keys.
 *
 * The node sits in the struct it queues and knows its place, so removal needs
 * no search; the keys sit in the array, so that sifting stays in the cache.
 * Only reserve allocates. push, remove: O(log n); a push with the largest key
 * so far, the ordinary case for both queues and deadlines: O(1).
 */
#ifndef QJSP_SCHEDULER_MINHEAP_H
#define QJSP_SCHEDULER_MINHEAP_H

#include <qjspool/status.h>

typedef struct qjsp__minheap_node {
    size_t place; /* index + 1; 0: in no heap, so that zeroed memory is a node */
} qjsp__minheap_node;

typedef struct qjsp__minheap_entry {
    uint64_t key;
    uint64_t seq; /* order of arrival, breaks ties */
    qjsp__minheap_node *node;
} qjsp__minheap_entry;

typedef struct qjsp__minheap {
    qjsp__minheap_entry *entries;
    size_t count;
    size_t cap;
    uint64_t next_seq;
} qjsp__minheap;

/* Makes room for n nodes in total; false, and nothing changed, without memory. */
bool qjsp__minheap_reserve(qjsp__minheap *h, const qjsp_alloc *alloc, size_t n);
void qjsp__minheap_fini(qjsp__minheap *h, const qjsp_alloc *alloc);

/* Room was reserved, and node is in no heap. */
void qjsp__minheap_push(qjsp__minheap *h, qjsp__minheap_node *node, uint64_t key);
/* The same for a node that was here before: `seq` is the h->next_seq of its first push, and
 * it comes back to the place among equal keys that it had. */
void qjsp__minheap_push_again(qjsp__minheap *h, qjsp__minheap_node *node, uint64_t key,
                              uint64_t seq);
/* A node that is in no heap stays as it is. */
void qjsp__minheap_remove(qjsp__minheap *h, qjsp__minheap_node *node);

static inline bool qjsp__minheap_has(const qjsp__minheap_node *node)
{
    return node->place != 0;
}

/* NULL: empty. */
static inline qjsp__minheap_node *qjsp__minheap_first(const qjsp__minheap *h)
{
    return h->count == 0 ? NULL : h->entries[0].node;
}

/* UINT64_MAX: empty. */
static inline uint64_t qjsp__minheap_first_key(const qjsp__minheap *h)
{
    return h->count == 0 ? UINT64_MAX : h->entries[0].key;
}

/* Every entry is behind its parent, and every node knows its place. O(n). */
bool qjsp__minheap_check(const qjsp__minheap *h);

#endif
