/* SPDX-License-Identifier: MIT */
/* The pool's one clock: CLOCK_MONOTONIC in microseconds. Any thread. The file
 * that includes it asks for POSIX 2008 first. */
#ifndef QJSP_POOL_CLOCK_H
#define QJSP_POOL_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { QJSP_US_PER_MS = 1000, QJSP_US_PER_S = 1000000, QJSP_NS_PER_US = 1000 };

static inline uint64_t qjsp__now_us(void)
{
    struct timespec ts;

    if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0)
        return 0;
    return (uint64_t)ts.tv_sec * QJSP_US_PER_S + (uint64_t)ts.tv_nsec / QJSP_NS_PER_US;
}

static inline uint64_t qjsp__now_ms(void)
{
    return qjsp__now_us() / QJSP_US_PER_MS;
}

static inline struct timespec qjsp__timespec_of_us(uint64_t us)
{
    return (struct timespec){
        .tv_sec = (time_t)(us / QJSP_US_PER_S),
        .tv_nsec = (long)(us % QJSP_US_PER_S) * QJSP_NS_PER_US,
    };
}

#endif
