/* SPDX-License-Identifier: MIT */
/* Pseudo-random numbers for guests, and entropy from the system. */
#define _DEFAULT_SOURCE
#include "isolate/random.h"

#include <unistd.h>

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void qjsp__random_seed(qjsp__random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix64(&seed);
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t qjsp__random_next(qjsp__random *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotl(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

double qjsp__random_double(qjsp__random *r)
{
    return (double)(qjsp__random_next(r) >> 11) * 0x1p-53;
}

bool qjsp__entropy(void *out, size_t len)
{
    uint8_t *at = out;

    while (len > 0) {
        size_t n = len < 256 ? len : 256; /* what one call may ask for */

        if (getentropy(at, n) != 0)
            return false;
        at += n;
        len -= n;
    }
    return true;
}
