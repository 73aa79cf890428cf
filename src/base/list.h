/* SPDX-License-Identifier: MIT */
/*
 * Circular intrusive lists: a node sits in the struct it links, so linking and
 * unlinking never allocate and never fail. An unlinked node points to itself.
 */
#ifndef QJSP_BASE_LIST_H
#define QJSP_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"

typedef struct qjsp__list {
    struct qjsp__list *prev;
    struct qjsp__list *next;
} qjsp__list;

static inline void qjsp__list_init(qjsp__list *l)
{
    l->prev = l;
    l->next = l;
}

static inline bool qjsp__list_is_empty(const qjsp__list *l)
{
    return l->next == l;
}

/* Puts node before `at`; at the end when `at` is the list's head. */
static inline void qjsp__list_insert(qjsp__list *at, qjsp__list *node)
{
    node->prev = at->prev;
    node->next = at;
    at->prev->next = node;
    at->prev = node;
}

/* Safe on a node that is in no list (but was initialised). */
static inline void qjsp__list_remove(qjsp__list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    qjsp__list_init(node);
}

static inline qjsp__list *qjsp__list_first(const qjsp__list *l)
{
    return l->next == l ? NULL : l->next;
}

/* Moves all nodes of `from` to the end of `to`. */
static inline void qjsp__list_move(qjsp__list *to, qjsp__list *from)
{
    if (qjsp__list_is_empty(from))
        return;
    from->next->prev = to->prev;
    from->prev->next = to;
    to->prev->next = from->next;
    to->prev = from->prev;
    qjsp__list_init(from);
}

#define QJSP_LIST_ENTRY(node, type, member) QJSP_CONTAINER_OF(node, type, member)

#endif
