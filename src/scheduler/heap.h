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
#ifndef QJSP_SCHEDULER_HEAP_H
#define QJSP_SCHEDULER_HEAP_H

#include <qjspool/status.h>

typedef struct qjsp__heap_node {
    size_t place; /* index + 1; 0: in no heap, so that zeroed memory is a node */
} qjsp__heap_node;

typedef struct qjsp__heap_entry {
    uint64_t key;
    uint64_t seq; /* order of arrival, breaks ties */
    qjsp__heap_node *node;
} qjsp__heap_entry;

typedef struct qjsp__heap {
    qjsp__heap_entry *entries;
    size_t count;
    size_t cap;
    uint64_t next_seq;
} qjsp__heap;

/* Makes room for n nodes in total; false, and nothing changed, without memory. */
bool qjsp__heap_reserve(qjsp__heap *h, const qjsp_alloc *alloc, size_t n);
void qjsp__heap_fini(qjsp__heap *h, const qjsp_alloc *alloc);

/* Room was reserved, and node is in no heap. */
void qjsp__heap_push(qjsp__heap *h, qjsp__heap_node *node, uint64_t key);
/* A node that is in no heap stays as it is. */
void qjsp__heap_remove(qjsp__heap *h, qjsp__heap_node *node);

static inline bool qjsp__heap_has(const qjsp__heap_node *node)
{
    return node->place != 0;
}

/* NULL: empty. */
static inline qjsp__heap_node *qjsp__heap_first(const qjsp__heap *h)
{
    return h->count == 0 ? NULL : h->entries[0].node;
}

/* UINT64_MAX: empty. */
static inline uint64_t qjsp__heap_first_key(const qjsp__heap *h)
{
    return h->count == 0 ? UINT64_MAX : h->entries[0].key;
}

/* Every entry is behind its parent, and every node knows its place. O(n). */
bool qjsp__heap_check(const qjsp__heap *h);

#endif
