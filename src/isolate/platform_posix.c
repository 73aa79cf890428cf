/* SPDX-License-Identifier: MIT */
/* Clocks of POSIX. Interrupts come from other threads, by qjsp_isolate_interrupt. */
#define _POSIX_C_SOURCE 200809L
#include "isolate/platform.h"

#include <time.h>

enum { NS_PER_S = 1000000000 };

static uint64_t read_clock(clockid_t id)
{
    struct timespec ts;

    if (clock_gettime(id, &ts) != 0)
        return 0;
    return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t qjsp__clock_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t qjsp__clock_cpu_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

qjsp_status qjsp__platform_interrupt(void)
{
    return QJSP_OK;
}
