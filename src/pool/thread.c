/* SPDX-License-Identifier: MIT */
/* Threads and condition variables with the pool's settings. */
#define _POSIX_C_SOURCE 200809L
#include "pool/thread.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/checked.h"

/* Signals that a thread gets for what it did itself stay open. */
static const int own_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };

static void block_signals(sigset_t *before)
{
    sigset_t set;

    sigfillset(&set);
    for (size_t i = 0; i < QJSP_COUNTOF(own_signals); i++)
        sigdelset(&set, own_signals[i]);
    pthread_sigmask(SIG_SETMASK, &set, before);
}

static bool set_stack(pthread_attr_t *attr, size_t size)
{
    long page = sysconf(_SC_PAGESIZE);
    size_t room = page < 1 ? 4096 : (size_t)page;
    size_t padded;

    if (size == 0)
        return true;
    return qjsp__size_add(size, room, &padded) &&
           pthread_attr_setstacksize(attr, qjsp__size_round_up(size, room)) == 0;
}

qjsp_status qjsp__thread_start(pthread_t *out, size_t stack_size, void *(*main)(void *), void *arg)
{
    pthread_attr_t attr;
    sigset_t before;
    bool is_started;

    if (pthread_attr_init(&attr) != 0)
        return QJSP_ERR_SYSTEM;
    block_signals(&before); /* inherited by the new thread */
    is_started = set_stack(&attr, stack_size) && pthread_create(out, &attr, main, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return is_started ? QJSP_OK : QJSP_ERR_SYSTEM;
}

bool qjsp__cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    bool is_made;

    if (pthread_condattr_init(&attr) != 0)
        return false;
    is_made = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(cond, &attr) == 0;
    pthread_condattr_destroy(&attr);
    return is_made;
}
