/* SPDX-License-Identifier: MIT */
/* What the tests of the pool share: short ways to submit, and gates to wait at instead
 * of sleeping. */
#ifndef QJSP_TESTS_UNIT_POOL_FIXTURE_H
#define QJSP_TESTS_UNIT_POOL_FIXTURE_H

#include <pthread.h>
#include <qjspool/qjspool.h>

#include "check.h"

/* Options that no slow machine can fail by accident. */
qjsp_pool_options fixture_options(uint32_t workers);
qjsp_pool *fixture_pool(const qjsp_pool_options *opt);

qjsp_bytes fixture_bytes(const char *text);
qjsp_submit fixture_eval(const char *source);
uint64_t fixture_submit(qjsp_pool *pool, const qjsp_submit *submit);
uint64_t fixture_submit_eval(qjsp_pool *pool, const char *source);

/* Checks a result and frees it. want: JSON of the value, or "Name: message" of the error. */
void fixture_check(const char *name, qjsp_result *result, qjsp_status status, const char *want);
/* Waits for a task, then the same. */
void fixture_expect(qjsp_pool *pool, uint64_t id, qjsp_status status, const char *want);
/* Runs a source in a session (0: none), then the same. */
void fixture_run(qjsp_pool *pool, uint64_t session, const char *source, qjsp_status status,
                 const char *want);

/* A host function that holds its caller until the gate is opened. */
typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    uint32_t arrived; /* calls that came to the gate */
    uint32_t left;    /* calls that went through it */
    bool is_open;
} gate;

void gate_init(gate *g);
void gate_fini(gate *g);
qjsp_status gate_call(void *gate, qjsp_bytes args, qjsp_buffer *out);
void gate_await(gate *g, uint32_t arrived); /* until so many have come */
void gate_await_left(gate *g, uint32_t left);
void gate_open(gate *g);

/* Counts callbacks and keeps what the last ones said. */
typedef struct collector {
    pthread_mutex_t lock;
    pthread_cond_t cond;
    uint32_t count;
    qjsp_status statuses[64];
    uint64_t ids[64];
} collector;

void collector_init(collector *c);
void collector_fini(collector *c);
void collector_done(void *collector, uint64_t id, qjsp_result *result); /* a qjsp_done_fn */
void collector_await(collector *c, uint32_t count);

/* An allocator that counts what is live, and fails from the n-th call on (0: never). */
typedef struct meter {
    pthread_mutex_t lock;
    uint64_t calls;
    uint64_t fail_at;
    int64_t live;
} meter;

void meter_init(meter *m, uint64_t fail_at);
qjsp_alloc meter_alloc(meter *m);

#endif
