/* SPDX-License-Identifier: MIT */
/*
 * Things by their id. Ids are sequential, so the low bits of an id are a
 * perfect hash. Nodes sit in the things they find; putting one in never
 * fails: where the table cannot grow, its chains do. Knows no locks.
 */
#ifndef QJSP_POOL_IDMAP_H
#define QJSP_POOL_IDMAP_H

#include <qjspool/status.h>

typedef struct qjsp__id_node {
    uint64_t id;
    struct qjsp__id_node *next;
} qjsp__id_node;

enum { QJSP__ID_MAP_FIRST_SLOTS = 16 };

typedef struct qjsp__id_map {
    qjsp__id_node **slots; /* first_slots, or owned */
    size_t nslots;         /* a power of two */
    size_t count;
    const qjsp_alloc *alloc;
    qjsp__id_node *first_slots[QJSP__ID_MAP_FIRST_SLOTS];
} qjsp__id_map;

/* The map must not move between init and fini. */
void qjsp__id_map_init(qjsp__id_map *map, const qjsp_alloc *alloc);
void qjsp__id_map_fini(qjsp__id_map *map); /* forgets its nodes, which are not freed */

void qjsp__id_map_put(qjsp__id_map *map, qjsp__id_node *node);         /* node->id is set and new */
qjsp__id_node *qjsp__id_map_get(const qjsp__id_map *map, uint64_t id); /* NULL: none */
qjsp__id_node *qjsp__id_map_remove(qjsp__id_map *map, uint64_t id);    /* NULL: none */
qjsp__id_node *qjsp__id_map_any(const qjsp__id_map *map);              /* NULL: empty */

typedef void qjsp__id_map_fn(void *ud, qjsp__id_node *node);

/* fn may not change the map. */
void qjsp__id_map_each(const qjsp__id_map *map, qjsp__id_map_fn *fn, void *ud);

#endif
