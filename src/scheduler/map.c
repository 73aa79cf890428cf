/* SPDX-License-Identifier: MIT */
/* Slots are probed in a line; removal shifts back what follows, so there are no tombstones. */
#include "scheduler/map.h"

#include "base/alloc.h"
#include "base/checked.h"

enum { CAP_MIN = 16 };

/* At most five eighths full: beyond that linear probing grows long runs. */
static bool is_roomy(size_t cap, size_t n)
{
    return n <= cap / 8 * 5;
}

/* The finaliser of splitmix64, over groups of four: ids are often consecutive and are used
 * in that order, and four slots share a cache line. */
static size_t id_hash(uint64_t id)
{
    uint64_t group = id >> 2;

    group = (group ^ (group >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    group = (group ^ (group >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)((group ^ (group >> 31)) << 2 | (id & 3));
}

/* Where id is, or the empty slot where it would go. */
static size_t slot_find(const qjsp__map *m, uint64_t id)
{
    size_t at = id_hash(id) & (m->cap - 1);

    while (m->slots[at].id != 0 && m->slots[at].id != id)
        at = (at + 1) & (m->cap - 1);
    return at;
}

bool qjsp__map_reserve(qjsp__map *m, const qjsp_alloc *alloc, size_t n)
{
    qjsp__map grown = { .cap = qjsp__size_max(m->cap, CAP_MIN) };
    size_t size;

    if (is_roomy(m->cap, n))
        return true;
    while (!is_roomy(grown.cap, n))
        if (!qjsp__size_mul(grown.cap, 2, &grown.cap))
            return false;
    if (!qjsp__size_mul(grown.cap, sizeof *grown.slots, &size))
        return false;
    grown.slots = qjsp__calloc(alloc, size);
    if (grown.slots == NULL)
        return false;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slots[i].id != 0)
            qjsp__map_put(&grown, m->slots[i].id, m->slots[i].value);
    qjsp__free(alloc, m->slots);
    *m = grown;
    return true;
}

void qjsp__map_fini(qjsp__map *m, const qjsp_alloc *alloc)
{
    qjsp__free(alloc, m->slots);
    *m = (qjsp__map){ 0 };
}

void *qjsp__map_get(const qjsp__map *m, uint64_t id)
{
    return m->count == 0 || id == 0 ? NULL : m->slots[slot_find(m, id)].value;
}

void qjsp__map_put(qjsp__map *m, uint64_t id, void *value)
{
    m->slots[slot_find(m, id)] = (qjsp__map_slot){ .id = id, .value = value };
    m->count++;
}

void qjsp__map_remove(qjsp__map *m, uint64_t id)
{
    size_t mask = m->cap - 1;
    size_t hole = m->count == 0 ? 0 : slot_find(m, id);

    if (m->count == 0 || m->slots[hole].id == 0)
        return;
    for (size_t at = (hole + 1) & mask; m->slots[at].id != 0; at = (at + 1) & mask) {
        size_t home = id_hash(m->slots[at].id) & mask;

        /* the hole lies on its way from home to here: without the move it could not be found */
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            m->slots[hole] = m->slots[at];
            hole = at;
        }
    }
    m->slots[hole] = (qjsp__map_slot){ 0 };
    m->count--;
}

void *qjsp__map_next(const qjsp__map *m, size_t *at)
{
    while (*at < m->cap) {
        const qjsp__map_slot *slot = &m->slots[(*at)++];

        if (slot->id != 0)
            return slot->value;
    }
    return NULL;
}
