/* SPDX-License-Identifier: MIT */
/*
 * The pool from outside: how long a task takes from submit to result, how many
 * get through when one thread keeps the pool full, and what a second worker brings.
 */
#include <pthread.h>
#include <qjspool/qjspool.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "stopwatch.h"

enum { LATENCY_RUNS = 4001, ROUNDS = 7, WINDOW = 2048, BATCH = 32, HEAVY_TASKS = 192 };

/* Deadlines are part of what is measured; this one is out of reach of a busy machine. */
enum { TIMEOUT_MS = 60000 };

static const char SMALL[] = "const a = [1, 2, 3].map(x => x * 2); a[0] + a[2]";
static const char TINY[] = "1 + 1";
static const char HEAVY[] = "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }"
                            "fib(22)";

static qjsp_pool *make(uint32_t workers, qjsp_isolation isolation, uint64_t timeout_ms)
{
    qjsp_pool_options opt;
    qjsp_pool *pool;

    qjsp_pool_options_init(&opt);
    opt.workers = workers;
    opt.prewarm = workers;
    opt.timeout_ms = timeout_ms;
    opt.isolate.isolation = isolation;
    must(qjsp_pool_new(&pool, &opt));
    return pool;
}

static qjsp_submit task_of(const char *source)
{
    qjsp_submit submit;

    qjsp_submit_init(&submit);
    submit.task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    return submit;
}

static double run_once(qjsp_pool *pool, const qjsp_submit *submit)
{
    double from = now_us();
    qjsp_result *result;

    must(qjsp_pool_run(pool, submit, &result));
    from = now_us() - from;
    must(result->status);
    qjsp_result_free(result);
    return from;
}

static void bench_latency(void)
{
    qjsp_pool *pool = make(1, QJSP_ISOLATION_TASK, TIMEOUT_MS);
    qjsp_submit submit = task_of(SMALL);
    static double us[LATENCY_RUNS];

    for (int i = 0; i < 200; i++)
        run_once(pool, &submit);
    for (int i = 0; i < LATENCY_RUNS; i++)
        us[i] = run_once(pool, &submit);
    row("submit to result, clean realm, 1 worker", median(us, LATENCY_RUNS), "us");
    row("  of them 95 % within", us[LATENCY_RUNS * 95 / 100], "us");
    qjsp_pool_free(pool);
}

/* Tasks in flight, and a submitter that sleeps while there are enough. */
typedef struct window {
    _Atomic int32_t open;
    pthread_mutex_t lock;
    pthread_cond_t cond;
} window;

static void on_done(void *ud, uint64_t id, qjsp_result *result)
{
    window *w = ud;
    int32_t left;

    (void)id;
    must(result->status);
    qjsp_result_free(result);
    left = atomic_fetch_sub(&w->open, 1) - 1;
    if (left != WINDOW / 2 && left != 0)
        return;
    pthread_mutex_lock(&w->lock);
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

/* Sleeps until at most `most` (WINDOW / 2 or 0) are open: a thread that looked now and then
 * would take its looks from the workers' CPUs. */
static void wait_until(window *w, int32_t most)
{
    pthread_mutex_lock(&w->lock);
    while (atomic_load(&w->open) > most)
        pthread_cond_wait(&w->cond, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

/* Tasks per second. `w` must outlive the pool: the last callback may still be signalling. */
static double run_many(qjsp_pool *pool, window *w, const char *source, int n)
{
    qjsp_submit submits[BATCH];
    double from = now_us();
    uint64_t ids[BATCH];
    size_t accepted;

    for (int i = 0; i < BATCH; i++) {
        submits[i] = task_of(source);
        submits[i].on_done = on_done;
        submits[i].ud = w;
    }
    for (int i = 0; i < n; i += BATCH) {
        if (atomic_load(&w->open) >= WINDOW)
            wait_until(w, WINDOW / 2);
        atomic_fetch_add(&w->open, BATCH);
        must(qjsp_pool_submit_batch(pool, submits, BATCH, ids, &accepted));
    }
    wait_until(w, 0);
    return n / (now_us() - from) * 1e6;
}

static void bench_rate(const char *name, const char *source, qjsp_isolation isolation, int n)
{
    window w = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    qjsp_pool *pool = make(2, isolation, TIMEOUT_MS);
    double rates[ROUNDS];

    run_many(pool, &w, source, n / 4);
    for (int i = 0; i < ROUNDS; i++)
        rates[i] = run_many(pool, &w, source, n);
    row(name, median(rates, ROUNDS), "tasks/s");
    qjsp_pool_free(pool);
}

/* Both pools in turns, so that a slow spell of the machine hits both. */
/* A thread with an isolate of its own and nothing else: what the machine has to give. */
static void *evaluate_heavy(void *arg)
{
    long n = *(const long *)arg;
    qjsp_isolate_options opt;
    qjsp_isolate *iso;
    qjsp_task task;
    qjsp_poll poll;

    qjsp_isolate_options_init(&opt);
    must(qjsp_isolate_new(&iso, &opt));
    must(qjsp_isolate_seal(iso));
    qjsp_task_init(&task);
    task.source = (qjsp_bytes){ (const uint8_t *)HEAVY, strlen(HEAVY) };
    for (long i = 0; i < n; i++) {
        must(qjsp_isolate_begin(iso, &task, 0));
        qjsp_isolate_poll(iso, 0, &poll);
        must(qjsp_isolate_end(iso));
    }
    qjsp_isolate_free(iso);
    return NULL;
}

/* Tasks a second of n threads without a pool. */
static double run_bare(int nthreads, long n)
{
    pthread_t threads[2];
    long each = n / nthreads;
    double begin = now_us();

    for (int i = 0; i < nthreads; i++) {
        if (pthread_create(&threads[i], NULL, evaluate_heavy, &each) != 0)
            abort();
    }
    for (int i = 0; i < nthreads; i++)
        pthread_join(threads[i], NULL);
    return (double)n * 1e6 / (now_us() - begin);
}

static void bench_scaling(void)
{
    window w = { .lock = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER };
    qjsp_pool *one = make(1, QJSP_ISOLATION_TASK, 0);
    qjsp_pool *two = make(2, QJSP_ISOLATION_TASK, 0);
    double a[ROUNDS], b[ROUNDS], ratio[ROUNDS], bare[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        bare[i] = 1 / run_bare(1, HEAVY_TASKS);
        bare[i] *= run_bare(2, HEAVY_TASKS);
        a[i] = run_many(one, &w, HEAVY, HEAVY_TASKS);
        b[i] = run_many(two, &w, HEAVY, HEAVY_TASKS);
        ratio[i] = b[i] / a[i];
    }
    row("CPU-bound, 1 worker", median(a, ROUNDS), "tasks/s");
    row("CPU-bound, 2 workers", median(b, ROUNDS), "tasks/s");
    row("CPU-bound, 2 workers against 1", median(ratio, ROUNDS), "times");
    row("  the same of bare threads, no pool", median(bare, ROUNDS), "times");
    qjsp_pool_free(one);
    qjsp_pool_free(two);
}

int main(void)
{
    bench_latency();
    bench_rate("isolation worker, tiny tasks, 2 workers", TINY, QJSP_ISOLATION_WORKER, 64000);
    bench_rate("isolation worker, small tasks, 2 workers", SMALL, QJSP_ISOLATION_WORKER, 64000);
    bench_rate("clean realm, small tasks, 2 workers", SMALL, QJSP_ISOLATION_TASK, 32000);
    bench_scaling();
    return 0;
}
