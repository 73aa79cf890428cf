/* SPDX-License-Identifier: MIT */
/* How the pool starts its threads: signals stay with the threads of the user. */
#ifndef QJSP_POOL_THREAD_H
#define QJSP_POOL_THREAD_H

#include <pthread.h>
#include <qjspool/status.h>

/* qjsp__thread_start: stack_size 0 is the system's default. QJSP_ERR_SYSTEM. */
QJSP_NODISCARD qjsp_status qjsp__thread_start(pthread_t *out, size_t stack_size,
                                              void *(*main)(void *), void *arg);

/* A condition variable on CLOCK_MONOTONIC; false: none to be had. */
bool qjsp__cond_init(pthread_cond_t *cond);

#endif
