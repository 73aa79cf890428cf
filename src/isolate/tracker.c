/* SPDX-License-Identifier: MIT */
/* A list node in front of each block. */
#include "isolate/tracker.h"

#include "base/alloc.h"

/* As aligned as what malloc gives. */
typedef union header {
    qjsp__list link;
    max_align_t align;
} header;

static void *tracker_realloc(void *ud, void *ptr, size_t size)
{
    qjsp__tracker *t = ud;
    header *old = ptr == NULL ? NULL : (header *)ptr - 1, *block;
    size_t total;

    if (old != NULL)
        qjsp__list_remove(&old->link);
    if (size == 0) {
        qjsp__free(t->parent, old);
        return NULL;
    }
    block =
        qjsp__size_add(size, sizeof *block, &total) ? qjsp__realloc(t->parent, old, total) : NULL;
    if (block == NULL) {
        if (old != NULL) /* unchanged, as the contract has it */
            qjsp__list_insert(&t->blocks, &old->link);
        return NULL;
    }
    qjsp__list_insert(&t->blocks, &block->link);
    return block + 1;
}

void qjsp__tracker_init(qjsp__tracker *t, const qjsp_alloc *parent)
{
    t->alloc = (qjsp_alloc){ .realloc = tracker_realloc, .ud = t };
    t->parent = parent;
    qjsp__list_init(&t->blocks);
}

void qjsp__tracker_fini(qjsp__tracker *t)
{
    qjsp__list *node;

    while ((node = qjsp__list_first(&t->blocks)) != NULL) {
        qjsp__list_remove(node);
        qjsp__free(t->parent, QJSP_LIST_ENTRY(node, header, link));
    }
}
