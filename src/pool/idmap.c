/* SPDX-License-Identifier: MIT */
/* A chained hash table over sequential ids. */
#include "pool/idmap.h"

#include "base/alloc.h"
#include "base/checked.h"

void qjsp__id_map_init(qjsp__id_map *map, const qjsp_alloc *alloc)
{
    *map = (qjsp__id_map){ .nslots = QJSP__ID_MAP_FIRST_SLOTS, .alloc = alloc };
    map->slots = map->first_slots;
}

void qjsp__id_map_fini(qjsp__id_map *map)
{
    if (map->slots != map->first_slots)
        qjsp__free(map->alloc, map->slots);
    qjsp__id_map_init(map, map->alloc);
}

static qjsp__id_node **slot_of(const qjsp__id_map *map, uint64_t id)
{
    return &map->slots[(size_t)id & (map->nslots - 1)];
}

static void link_node(qjsp__id_map *map, qjsp__id_node *node)
{
    qjsp__id_node **slot = slot_of(map, node->id);

    node->next = *slot;
    *slot = node;
}

/* Failure is harmless: the chains get longer. */
static void grow(qjsp__id_map *map)
{
    qjsp__id_node **old = map->slots;
    size_t nold = map->nslots;
    size_t size;
    qjsp__id_node **slots;

    if (!qjsp__size_mul(nold, 2 * sizeof(qjsp__id_node *), &size))
        return;
    slots = qjsp__calloc(map->alloc, size);
    if (slots == NULL)
        return;
    map->slots = slots;
    map->nslots = nold * 2;
    for (size_t i = 0; i < nold; i++) {
        for (qjsp__id_node *node = old[i], *next; node != NULL; node = next) {
            next = node->next;
            link_node(map, node);
        }
    }
    if (old != map->first_slots)
        qjsp__free(map->alloc, old);
}

void qjsp__id_map_put(qjsp__id_map *map, qjsp__id_node *node)
{
    if (map->count >= map->nslots)
        grow(map);
    link_node(map, node);
    map->count++;
}

qjsp__id_node *qjsp__id_map_get(const qjsp__id_map *map, uint64_t id)
{
    qjsp__id_node *node = *slot_of(map, id);

    while (node != NULL && node->id != id)
        node = node->next;
    return node;
}

qjsp__id_node *qjsp__id_map_remove(qjsp__id_map *map, uint64_t id)
{
    qjsp__id_node **at = slot_of(map, id);
    qjsp__id_node *node;

    while (*at != NULL && (*at)->id != id)
        at = &(*at)->next;
    node = *at;
    if (node == NULL)
        return NULL;
    *at = node->next;
    node->next = NULL;
    map->count--;
    return node;
}

qjsp__id_node *qjsp__id_map_any(const qjsp__id_map *map)
{
    for (size_t i = 0; map->count > 0 && i < map->nslots; i++) {
        if (map->slots[i] != NULL)
            return map->slots[i];
    }
    return NULL;
}

void qjsp__id_map_each(const qjsp__id_map *map, qjsp__id_map_fn *fn, void *ud)
{
    for (size_t i = 0; i < map->nslots; i++) {
        for (qjsp__id_node *node = map->slots[i]; node != NULL; node = node->next)
            fn(ud, node);
    }
}
