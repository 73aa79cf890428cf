/* SPDX-License-Identifier: MIT */
/*
 * The engine's loops that never look at the clock. Unstopped, each of these runs for seconds
 * (and then ends by itself, so that an abandoned thread does not work for ever): the pool
 * must end the task in time, give its slot a new worker, and go on as if nothing had been.
 */
#include <qjspool/qjspool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds are for one core of a machine of 2020. */
static const char *const attacks[] = {
    /* array-likes, hole by hole */
    "Array.prototype.reverse.call({ length: 2e8 })",          /* 4 s */
    "Array.prototype.copyWithin.call({ length: 1e8 }, 0, 1)", /* 3 s */
    "Array.prototype.shift.call({ length: 1e8 })",            /* 3 s */
    "Array.prototype.unshift.call({ length: 1e8 }, 1)",       /* 4 s */
    "Array.prototype.splice.call({ length: 1e8 }, 0, 1)",     /* 5 s */
    "[].concat(Object.assign([], { length: 1e8 }))",          /* 2 s */
    "Array.prototype.slice.call({ length: 2e8 })",            /* 3 s */
    "Array.prototype.flat.call({ length: 2e8 })",             /* 3 s */
    "Array.prototype.sort.call({ length: 1e8 })",             /* 3 s */
    "const a = []; a[6e7] = 1; a.sort()",                     /* 3 s */
    "new Array(2e8) + ''",                                    /* 4 s */
    "String.raw({ raw: { length: 2e7 } })",                   /* 2 s */
    /* strings */
    "'a'.repeat(2e5).indexOf('a'.repeat(1e5) + 'b')",       /* 5 s */
    "'a'.repeat(2e5).lastIndexOf('b' + 'a'.repeat(1e5))",   /* 5 s */
    "'a'.repeat(2e7).split('').length",                     /* 1.5 s */
    "'a'.repeat(5e6).replaceAll('a', 'bb').length",         /* 2 s */
    "'\\u0300\\u0316'.repeat(2e4).normalize('NFD').length", /* 6 s */
    "'\\u0344'.repeat(4e6).normalize('NFD').length",        /* 1.5 s */
    "'\\u0130'.repeat(2e7).toLowerCase().length",           /* 2.5 s */
    /* the compilers */
    "eval('let ' + Array.from({ length: 40000 }, (_, i) => 'a' + i).join())", /* 5 s */
    "eval('var ' + Array.from({ length: 50000 }, (_, i) => 'a' + i).join())", /* 4 s */
    "eval('{' + Array.from({ length: 40000 }, (_, i) => `function a${i}(){}`).join('') + '}')",
    "eval('class A{' + Array.from({ length: 40000 }, (_, i) => '#a' + i).join(';') + '}')",
    /* 7 s */
    ("new RegExp('[^' + Array.from({ length: 20000 }, (_, i) =>"
     " String.fromCharCode(0x100 + i * 2)).join('') + ']', 'i').test('x')"),
    "new RegExp('\\\\p{L}'.repeat(20000), 'iu').test('x')", /* 2.5 s */
    /* numbers */
    "for (let i = 0; i < 30; i++) (3n ** 600000n).toString()", /* 0.2 s each */
    "JSON.stringify(new Array(2e7)).length",
};

enum { COUNT = sizeof attacks / sizeof attacks[0], TIMEOUT_MS = 100, PATIENCE_MS = 5000 };

static void require(bool fact, const char *what, const qjsp_result *result)
{
    if (fact)
        return;
    fprintf(stderr, "%s\n", what);
    if (result != NULL)
        fprintf(stderr, "  %s %s: %s\n", qjsp_status_name(result->status),
                result->error_name == NULL ? "" : result->error_name,
                result->error_message == NULL ? "" : result->error_message);
    exit(1);
}

static qjsp_pool *make_pool(uint32_t workers)
{
    qjsp_pool_options opt;
    qjsp_pool *pool;

    qjsp_pool_options_init(&opt);
    opt.workers = workers;
    opt.grace_ms = 100;
    require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "a pool", NULL);
    return pool;
}

static qjsp_submit task(const char *source, uint64_t timeout_ms)
{
    qjsp_submit submit;

    qjsp_submit_init(&submit);
    submit.task.source = (qjsp_bytes){ (const uint8_t *)source, strlen(source) };
    submit.task.timeout_ms = timeout_ms;
    return submit;
}

static uint64_t now_ms(void)
{
    struct timespec ts;

    timespec_get(&ts, TIME_UTC);
    return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Stopped by the clock; or by a limit, or done, when the machine was quick enough. */
static bool is_settled_well(const qjsp_result *result)
{
    switch (result->status) {
    case QJSP_ERR_TIMEOUT: return strcmp(result->error_name, "TimeoutError") == 0;
    case QJSP_ERR_LIMIT: return strcmp(result->error_name, "MemoryLimitError") == 0;
    case QJSP_ERR_EXCEPTION:
        return strcmp(result->error_name, "RangeError") == 0 ||
               strcmp(result->error_name, "InternalError") == 0;
    default: return result->status == QJSP_OK;
    }
}

static void check_next(qjsp_pool *pool, const char *after)
{
    qjsp_submit submit = task("[typeof leak, 40 + 2][1]", PATIENCE_MS);
    qjsp_result *result;

    require(qjsp_pool_run(pool, &submit, &result) == QJSP_OK, after, NULL);
    require(result->status == QJSP_OK && result->value.len == 2 && result->value.data[1] == 42,
            after, result);
    qjsp_result_free(result);
}

/* The pool's word counts, not the engine's: the bound is for a machine that is busy with
 * the threads abandoned so far. True: it was stopped by the clock. */
static bool check_attack(qjsp_pool *pool, const char *source)
{
    qjsp_submit submit = task(source, TIMEOUT_MS);
    uint64_t begin = now_ms();
    qjsp_result *result;
    bool is_timeout;

    require(qjsp_pool_run(pool, &submit, &result) == QJSP_OK, source, NULL);
    require(is_settled_well(result), source, result);
    require(now_ms() - begin < PATIENCE_MS, source, result);
    is_timeout = result->status == QJSP_ERR_TIMEOUT;
    qjsp_result_free(result);
    check_next(pool, source);
    return is_timeout;
}

/* All at once on few workers, then the pool is freed under those that still run. */
static void check_flood(void)
{
    qjsp_pool *pool = make_pool(2);
    uint64_t ids[COUNT];
    qjsp_result *result;

    for (size_t i = 0; i < COUNT; i++) {
        qjsp_submit submit = task(attacks[i], TIMEOUT_MS);

        require(qjsp_pool_submit(pool, &submit, &ids[i]) == QJSP_OK, attacks[i], NULL);
    }
    for (size_t i = 0; i < COUNT / 2; i++) {
        require(qjsp_pool_wait(pool, ids[i], &result) == QJSP_OK, attacks[i], NULL);
        require(is_settled_well(result), attacks[i], result);
        qjsp_result_free(result);
    }
    qjsp_pool_free(pool);
}

int main(void)
{
    qjsp_pool *pool = make_pool(1);
    qjsp_sched_stats stats;
    size_t ntimeouts = 0;

    for (size_t i = 0; i < COUNT; i++)
        ntimeouts += check_attack(pool, attacks[i]);
    qjsp_pool_get_stats(pool, &stats);
    qjsp_pool_free(pool);
    printf("%zu of %d stopped by the clock, %llu workers replaced\n", ntimeouts, (int)COUNT,
           (unsigned long long)stats.worker_restarts);
    require(ntimeouts > COUNT / 2, "hardly any attack ran long enough to be one", NULL);
    require(stats.worker_restarts > COUNT / 4, "no worker was replaced", NULL);
    check_flood();
    return 0;
}
