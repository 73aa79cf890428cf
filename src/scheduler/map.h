/* SPDX-License-Identifier: MIT */
/*
 * From 64-bit ids to pointers: open addressing, linear probing. Id 0 marks an
 * empty slot and cannot be stored. Only reserve allocates; the values are the
 * caller's.
 */
#ifndef QJSP_SCHEDULER_MAP_H
#define QJSP_SCHEDULER_MAP_H

#include <qjspool/status.h>

typedef struct qjsp__map_slot {
    uint64_t id; /* 0: empty */
    void *value;
} qjsp__map_slot;

typedef struct qjsp__map {
    qjsp__map_slot *slots;
    size_t count;
    size_t cap; /* 0 or a power of two */
} qjsp__map;

/* Makes room for n ids in total; false, and nothing changed, without memory. */
bool qjsp__map_reserve(qjsp__map *m, const qjsp_alloc *alloc, size_t n);
void qjsp__map_fini(qjsp__map *m, const qjsp_alloc *alloc);

/* NULL: not there. */
void *qjsp__map_get(const qjsp__map *m, uint64_t id);
/* Room was reserved; id is not 0 and not there yet. */
void qjsp__map_put(qjsp__map *m, uint64_t id, void *value);
/* An id that is not there is ignored. */
void qjsp__map_remove(qjsp__map *m, uint64_t id);

/* Walks all values: *at begins at 0; NULL at the end. Not while the map changes. */
void *qjsp__map_next(const qjsp__map *m, size_t *at);

#endif
