/* SPDX-License-Identifier: MIT */
/*
 * xoshiro256** (Blackman and Vigna, 2018): fast, 256 bits of state, not for
 * secrets. The state lies in the realm, so it must be reseeded for each task:
 * a restore brings the old one back.
 */
#ifndef QJSP_ISOLATE_RANDOM_H
#define QJSP_ISOLATE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct qjsp__random {
    uint64_t s[4];
} qjsp__random;

/* Fills the state from a seed by SplitMix64, as its authors recommend. */
void qjsp__random_seed(qjsp__random *r, uint64_t seed);
uint64_t qjsp__random_next(qjsp__random *r);
/* In [0, 1), 53 bits. */
double qjsp__random_double(qjsp__random *r);

/* Bytes from the operating system, for keys and seeds; false: none to be had. */
bool qjsp__entropy(void *out, size_t len);

#endif
