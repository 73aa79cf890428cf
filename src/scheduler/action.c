/* SPDX-License-Identifier: MIT */
/* A ring that is copied to a larger one when it must grow. */
#include "scheduler/action.h"

#include "base/alloc.h"
#include "base/checked.h"

#include <string.h>

enum { CAP_MIN = 16 };

/* The oldest actions first, whichever way they wrap. */
static void ring_copy(qjsp_action *to, const qjsp__actions *a)
{
    size_t straight = qjsp__size_min(a->count, a->cap - a->head);

    if (a->count == 0)
        return;
    memcpy(to, a->ring + a->head, straight * sizeof *to);
    memcpy(to + straight, a->ring, (a->count - straight) * sizeof *to);
}

bool qjsp__actions_reserve(qjsp__actions *a, const qjsp_alloc *alloc, size_t n)
{
    size_t cap, size;
    qjsp_action *ring;

    if (n <= a->cap - a->count)
        return true;
    if (!qjsp__size_add(a->count, n, &cap))
        return false;
    cap = qjsp__size_max(cap, CAP_MIN);
    if (a->cap <= SIZE_MAX / 2)
        cap = qjsp__size_max(cap, a->cap * 2);
    if (!qjsp__size_mul(cap, sizeof *ring, &size))
        return false;
    ring = qjsp__malloc(alloc, size);
    if (ring == NULL)
        return false;
    ring_copy(ring, a);
    qjsp__free(alloc, a->ring);
    *a = (qjsp__actions){ .ring = ring, .count = a->count, .cap = cap };
    return true;
}

void qjsp__actions_fini(qjsp__actions *a, const qjsp_alloc *alloc)
{
    qjsp__free(alloc, a->ring);
    *a = (qjsp__actions){ 0 };
}

void qjsp__actions_push(qjsp__actions *a, qjsp_action act)
{
    size_t at = a->head + a->count;

    if (a->count == a->cap)
        __builtin_trap();
    a->ring[at < a->cap ? at : at - a->cap] = act;
    a->count++;
}

bool qjsp__actions_take(qjsp__actions *a, qjsp_action *out)
{
    if (a->count == 0)
        return false;
    *out = a->ring[a->head];
    a->count--;
    a->head = a->head + 1 == a->cap ? 0 : a->head + 1;
    if (a->count == 0)
        a->head = 0; /* so that a ring made for many actions uses few cache lines for few */
    return true;
}
