/* SPDX-License-Identifier: MIT */
/*
 * Memory stays flat: tasks of all kinds, sessions and host calls for a long time, resident memory
 * compared between the first and the last quarter. soak [TASKS], 2,000,000 if not told otherwise.
 */
#include <unistd.h>

#include "stress/load.h"

static const char *const sources[] = {
    "1 + 1",
    "'x'.repeat(5000)",
    "throw new Error('with a stack')",
    "const a = []; for (let i = 0; i < 500; i++) a.push({ i }); a.length",
    "await later({ n: 1 }); setTimeout(() => {}, 1e6); 'timer left behind'",
    "globalThis.self = globalThis; Array.prototype.map = null; 1",
};

enum { SOURCES = sizeof sources / sizeof sources[0], SESSION_EVERY = 500 };

static void answer(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_return(call, qjsp_call_peek_args(call));
}

static double resident_mib(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    load_require(f != NULL && fscanf(f, "%*d %ld", &pages) == 1, "/proc/self/statm");
    fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

static void use_session(load *l)
{
    qjsp_submit submit = load_task(l, "globalThis.state = 'x'.repeat(1000)");
    uint64_t session = 0;

    load_require(qjsp_pool_open_session(l->pool, &session) == QJSP_OK, "a session");
    submit.session = session;
    load_submit_now(l, &submit);
    qjsp_pool_close_session(l->pool, session);
}

static void submit_range(load *l, long from, long to)
{
    for (long i = from; i < to; i++) {
        qjsp_submit submit = load_task(l, sources[i % SOURCES]);
        uint64_t id = load_submit(l, &submit);

        if (i % 11 == 0)
            qjsp_pool_cancel(l->pool, id);
        if (i % SESSION_EVERY == 0)
            use_session(l);
    }
    load_wait(l, 1); /* nothing is in flight while memory is measured */
}

int main(int argc, char **argv)
{
    static const qjsp_pool_function function = { .name = "later", .start = answer };
    long n = load_size(argc, argv, LOAD_IS_SANITIZED ? 200000 : 2000000);
    qjsp_pool_options opt;
    double first, last;
    qjsp_pool *pool;
    load l;

    qjsp_pool_options_init(&opt);
    opt.workers = 2;
    opt.timeout_ms = 600000;
    opt.functions = &function;
    opt.nfunctions = 1;
    load_require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "a pool");
    load_init(&l, pool);
    submit_range(&l, 0, n / 4);
    first = resident_mib();
    submit_range(&l, n / 4, n);
    last = resident_mib();
    qjsp_pool_free(pool);
    load_fini(&l);
    printf("%ld tasks; resident: %.2f MiB after a quarter, %.2f MiB at the end\n", n, first, last);
    if (LOAD_IS_SANITIZED || last <= first * 1.02 + 1)
        return 0;
    fprintf(stderr, "soak: resident memory grew\n");
    return 1;
}
