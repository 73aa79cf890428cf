/* SPDX-License-Identifier: MIT */
/* The host that every conformance case has: its functions and its console. */
#ifndef QJSP_TESTS_HOST_H
#define QJSP_TESTS_HOST_H

#include <pthread.h>
#include <qjspool/qjspool.h>

typedef struct host {
    pthread_mutex_t lock;
    qjsp_buffer console;  /* lines "level text"; guarded by lock */
    qjsp_call *held;      /* of host.later, answered by the next call; guarded by lock */
    qjsp_call *never[64]; /* answered when the case is over; guarded by lock */
    size_t nnever;
} host;

void host_init(host *h);
void host_fini(host *h); /* after the pool is gone */
void host_configure(host *h, qjsp_pool_options *opt);
/* What was printed since; NUL-terminated, the caller's to free. */
char *host_take_console(host *h);

#endif
