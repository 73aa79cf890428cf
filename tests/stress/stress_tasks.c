/* SPDX-License-Identifier: MIT */
/*
 * Many tasks of every kind through four workers from three threads:
 * stress_tasks [TASKS], 100,000 if not told otherwise.
 */
#include "stress/load.h"

enum { SUBMITTERS = 3 };

static qjsp_status double_it(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    (void)ud;
    qjsp_buffer_append(out, args.data, args.len);
    return QJSP_OK;
}

static void answer(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_return(call, qjsp_call_peek_args(call));
}

static const struct {
    const char *source;
    qjsp_status status;
} kinds[] = {
    { "1 + 1", QJSP_OK },
    { "throw new TypeError('no')", QJSP_ERR_EXCEPTION },
    { "globalThis.leak === undefined ? (globalThis.leak = 1, 'clean') : fail()", QJSP_OK },
    { "(await Promise.all([later(1), later(2)])).length", QJSP_OK },
    { "now(1, 2).length", QJSP_OK },
    { "({ a: [1, { b: new Map([[1, 2]]) }], s: 'x'.repeat(300) })", QJSP_OK },
    { "syntax error", QJSP_ERR_EXCEPTION },
    { "await new Promise(done => setTimeout(done, 0)); 'timer'", QJSP_OK },
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

typedef struct submitter {
    load *load;
    long from, to;
} submitter;

static void *submit_main(void *arg)
{
    const submitter *s = arg;

    for (long i = s->from; i < s->to; i++) {
        qjsp_submit submit = load_task(s->load, kinds[i % KINDS].source);

        submit.priority = (int32_t)(i % 3);
        submit.task.timeout_ms = 600000;
        load_submit(s->load, &submit);
    }
    return NULL;
}

static void check_counts(load *l, long n)
{
    uint64_t want_ok = 0, want_thrown = 0;

    for (long i = 0; i < n; i++) {
        want_ok += kinds[i % KINDS].status == QJSP_OK;
        want_thrown += kinds[i % KINDS].status == QJSP_ERR_EXCEPTION;
    }
    load_require(load_count(l, QJSP_OK) == want_ok, "as many values as expected");
    load_require(load_count(l, QJSP_ERR_EXCEPTION) == want_thrown, "as many errors as expected");
}

static qjsp_pool *make_pool(void)
{
    static const qjsp_pool_function functions[] = {
        { .name = "now", .call = double_it },
        { .name = "later", .start = answer },
    };
    qjsp_pool_options opt;
    qjsp_pool *pool;

    qjsp_pool_options_init(&opt);
    opt.workers = 4;
    opt.functions = functions;
    opt.nfunctions = 2;
    opt.isolate.memory_limit = (size_t)8 << 20;
    load_require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "a pool");
    return pool;
}

int main(int argc, char **argv)
{
    /* all of them under a sanitizer too */
    long n = argc > 1 ? load_size(argc, argv, 1) : 100000;
    qjsp_pool *pool = make_pool();
    submitter submitters[SUBMITTERS];
    pthread_t threads[SUBMITTERS];
    load l;

    load_init(&l, pool);
    for (long i = 0; i < SUBMITTERS; i++) {
        submitters[i] = (submitter){ &l, n * i / SUBMITTERS, n * (i + 1) / SUBMITTERS };
        load_require(pthread_create(&threads[i], NULL, submit_main, &submitters[i]) == 0, "thread");
    }
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    qjsp_pool_join(pool);
    check_counts(&l, n);
    qjsp_pool_free(pool);
    load_fini(&l);
    printf("%ld tasks\n", n);
    return 0;
}
