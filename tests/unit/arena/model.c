/* SPDX-License-Identifier: MIT */
#include "model.h"

#include "check.h"

static uint64_t scramble(uint64_t x)
{
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    return x;
}

void model_init(model *m, qjsp__arena *arena, uint64_t seed)
{
    *m = (model){ .arena = arena, .random = seed };
}

uint64_t model_random(model *m, uint64_t below)
{
    m->random += UINT64_C(0x9e3779b97f4a7c15);
    return scramble(m->random) % below;
}

static uint8_t byte_at(uint64_t seed, size_t i)
{
    return (uint8_t)(seed >> i % 8 * 8 ^ i / 8);
}

static void fill(model_block *b, uint64_t seed)
{
    b->seed = seed;
    for (size_t i = 0; i < b->size; i++)
        b->ptr[i] = byte_at(seed, i);
}

static void verify_prefix(const uint8_t *ptr, uint64_t seed, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (ptr[i] != byte_at(seed, i))
            fail_msg("byte %zu of %zu of a block at %p changed", i, len, (const void *)ptr);
    }
}

/* The mix that the engine makes: slabs, small things, arrays. */
static size_t random_size(model *m)
{
    switch (model_random(m, 8)) {
    case 0: return 0;
    case 1: return (size_t)model_random(m, 64);
    case 2: return (size_t)model_random(m, 2000);
    case 3: return (size_t)model_random(m, 20000);
    case 4: return (size_t)model_random(m, 200000);
    default: return 4064;
    }
}

static void expect_good(const uint8_t *ptr, size_t size)
{
    if ((uintptr_t)ptr % QJSP__ARENA_ALIGN != 0)
        fail_msg("%p is not aligned", (const void *)ptr);
    if (qjsp__arena_usable_size(ptr) < size)
        fail_msg("%zu bytes usable, %zu wanted", qjsp__arena_usable_size(ptr), size);
}

static void make(model *m, model_block *b)
{
    size_t size = random_size(m);
    bool is_zero = model_random(m, 2) == 0;
    uint8_t *ptr =
        is_zero ? qjsp__arena_calloc(m->arena, size / 4, 4) : qjsp__arena_malloc(m->arena, size);

    if (ptr == NULL) {
        m->nfailed++;
        return;
    }
    expect_good(ptr, is_zero ? size / 4 * 4 : size);
    for (size_t i = 0; is_zero && i < size / 4 * 4; i++) {
        if (ptr[i] != 0)
            fail_msg("byte %zu of calloc's %zu is not 0", i, size);
    }
    *b = (model_block){ .ptr = ptr, .size = is_zero ? size / 4 * 4 : size };
    fill(b, model_random(m, UINT64_MAX));
}

static void resize(model *m, model_block *b)
{
    size_t size = model_random(m, 2) == 0 ? random_size(m) : b->size + b->size / 2;
    uint8_t *ptr = qjsp__arena_realloc(m->arena, b->ptr, size);

    if (ptr == NULL) {
        m->nfailed++;
        if (size <= b->size)
            fail_msg("realloc from %zu to %zu failed", b->size, size);
        verify_prefix(b->ptr, b->seed, b->size);
        return;
    }
    expect_good(ptr, size);
    verify_prefix(ptr, b->seed, size < b->size ? size : b->size);
    b->ptr = ptr;
    b->size = size;
    fill(b, model_random(m, UINT64_MAX));
}

static void release(model *m, model_block *b)
{
    verify_prefix(b->ptr, b->seed, b->size);
    qjsp__arena_release(m->arena, b->ptr);
    *b = (model_block){ 0 };
}

void model_step(model *m)
{
    model_block *b = &m->blocks[model_random(m, MODEL_SLOTS)];

    if (b->ptr == NULL)
        make(m, b);
    else if (model_random(m, 2) == 0)
        resize(m, b);
    else
        release(m, b);
    if (!qjsp__arena_check(m->arena))
        fail_msg("the arena is corrupt");
}

void model_verify(const model *m)
{
    for (size_t i = 0; i < MODEL_SLOTS; i++)
        verify_prefix(m->blocks[i].ptr, m->blocks[i].seed, m->blocks[i].size);
}

void model_release_all(model *m)
{
    for (size_t i = 0; i < MODEL_SLOTS; i++) {
        if (m->blocks[i].ptr != NULL)
            release(m, &m->blocks[i]);
    }
}
