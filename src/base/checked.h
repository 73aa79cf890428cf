/* SPDX-License-Identifier: MIT */
/* Arithmetic that says when it overflows, and small helpers on sizes. */
#ifndef QJSP_BASE_CHECKED_H
#define QJSP_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QJSP_COUNTOF(a) (sizeof(a) / sizeof((a)[0]))
#define QJSP_CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

/* All return false, and leave *out undefined, on overflow. */
static inline bool qjsp__size_add(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static inline bool qjsp__size_mul(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

/* Saturates: the right thing for deadlines. */
static inline uint64_t qjsp__u64_add_sat(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static inline uint64_t qjsp__u64_mul_sat(uint64_t a, uint64_t b)
{
    uint64_t out;

    return __builtin_mul_overflow(a, b, &out) ? UINT64_MAX : out;
}

/* to: a power of two. n must not be within `to` of SIZE_MAX. */
static inline size_t qjsp__size_round_up(size_t n, size_t to)
{
    return (n + to - 1) & ~(to - 1);
}

static inline size_t qjsp__size_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t qjsp__size_max(size_t a, size_t b)
{
    return a > b ? a : b;
}

static inline uint64_t qjsp__u64_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

#endif
