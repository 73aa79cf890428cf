/* SPDX-License-Identifier: MIT */
/*
 * Waiting a moment before sleeping. Waking a thread whose CPU has gone idle costs
 * more than a small task, so whoever expects an answer soon looks for it a
 * while longer than that costs; the CPU goes to whoever else can use it.
 */
#ifndef QJSP_POOL_SPIN_H
#define QJSP_POOL_SPIN_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "pool/clock.h"

/* Twice what a wake-up takes on an idle virtual machine (about 40 us both ways). Longer
 * gains nothing: a task that takes longer does not notice the wake-up. */
enum { QJSP__SPIN_US = 80 };

/* Only a hint: the caller then takes its lock and looks for itself. */
static inline void qjsp__spin(_Atomic bool *flag)
{
    uint64_t end_us = qjsp__now_us() + QJSP__SPIN_US;

    while (!atomic_load_explicit(flag, memory_order_relaxed) && qjsp__now_us() < end_us)
        sched_yield();
}

#endif
