/* SPDX-License-Identifier: MIT */
/*
 * What an arena should hold: blocks, each with a content that follows from its seed. Random
 * operations go to both, and every block is looked at before it is changed or freed.
 */
#ifndef QJSP_TESTS_ARENA_MODEL_H
#define QJSP_TESTS_ARENA_MODEL_H

#include "arena/arena.h"

enum { MODEL_SLOTS = 96 };

typedef struct model_block {
    uint8_t *ptr; /* NULL: no block */
    size_t size;
    uint64_t seed;
} model_block;

typedef struct model {
    qjsp__arena *arena;
    uint64_t random;
    size_t nfailed; /* allocations that got NULL */
    model_block blocks[MODEL_SLOTS];
} model;

void model_init(model *m, qjsp__arena *arena, uint64_t seed);
uint64_t model_random(model *m, uint64_t below);

/* One random operation; fails the test when the arena does not do as it should. */
void model_step(model *m);

/* Every block still has its content. */
void model_verify(const model *m);

void model_release_all(model *m);

#endif
