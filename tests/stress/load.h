/* SPDX-License-Identifier: MIT */
/*
 * What the stress programs share: many tasks in flight, but not too many, and a
 * count of how each ended. Any number of threads may submit.
 */
#ifndef QJSP_TESTS_STRESS_LOAD_H
#define QJSP_TESTS_STRESS_LOAD_H

#include <pthread.h>
#include <qjspool/qjspool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOAD_WINDOW = 512, LOAD_STATUSES = 16 };

/* Ends the process: after a broken promise nothing further is worth knowing. */
static inline void load_require(bool fact, const char *what)
{
    if (fact)
        return;
    fprintf(stderr, "stress: %s\n", what);
    abort();
}

typedef struct load {
    qjsp_pool *pool;
    pthread_mutex_t lock;
    pthread_cond_t cond;
    int64_t open;                          /* guarded by lock */
    _Atomic uint64_t ended[LOAD_STATUSES]; /* by -status */
} load;

static inline void load_init(load *l, qjsp_pool *pool)
{
    memset(l, 0, sizeof *l);
    l->pool = pool;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->cond, NULL);
}

static inline void load_fini(load *l)
{
    load_require(l->open == 0, "every task has ended once");
    pthread_cond_destroy(&l->cond);
    pthread_mutex_destroy(&l->lock);
}

static inline void load_add(load *l, int64_t n)
{
    pthread_mutex_lock(&l->lock);
    l->open += n;
    pthread_cond_broadcast(&l->cond);
    pthread_mutex_unlock(&l->lock);
}

/* A qjsp_done_fn. */
static inline void load_done(void *ud, uint64_t id, qjsp_result *result)
{
    load *l = ud;

    load_require(id != 0 && result->status <= 0 && result->status > -LOAD_STATUSES, "a result");
    load_require(qjsp_value_check(result->value, 0, NULL) == QJSP_OK, "a well-formed value");
    atomic_fetch_add(&l->ended[-(int)result->status], 1);
    qjsp_result_free(result);
    load_add(l, -1);
}

/* Waits until fewer than `most` are open. */
static inline void load_wait(load *l, int64_t most)
{
    pthread_mutex_lock(&l->lock);
    while (l->open >= most)
        pthread_cond_wait(&l->cond, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

static inline qjsp_submit load_task(load *l, const char *source)
{
    qjsp_submit submit;

    qjsp_submit_init(&submit);
    submit.task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    submit.on_done = load_done;
    submit.ud = l;
    return submit;
}

/* Submits at once: for a thread that holds what the tasks before it wait for. */
static inline uint64_t load_submit_now(load *l, const qjsp_submit *submit)
{
    uint64_t id = 0;

    load_add(l, 1);
    load_require(qjsp_pool_submit(l->pool, submit, &id) == QJSP_OK, "submit");
    return id;
}

/* Submits when there is room. */
static inline uint64_t load_submit(load *l, const qjsp_submit *submit)
{
    load_wait(l, LOAD_WINDOW);
    return load_submit_now(l, submit);
}

static inline uint64_t load_count(load *l, qjsp_status status)
{
    return atomic_load(&l->ended[-(int)status]);
}

/* Sanitizers cost time (TSan about twenty times) and memory: what is freed is kept for a while. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOAD_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOAD_IS_SANITIZED 1
#endif
#endif
#ifndef LOAD_IS_SANITIZED
#define LOAD_IS_SANITIZED 0
#endif

/* The program's first argument, or a default; a tenth of it under a sanitizer. */
static inline long load_size(int argc, char **argv, long otherwise)
{
    long n = argc > 1 ? strtol(argv[1], NULL, 10) : otherwise / (LOAD_IS_SANITIZED ? 10 : 1);

    load_require(n > 0, "the size is a positive number");
    return n;
}

#endif
