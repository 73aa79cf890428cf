/* SPDX-License-Identifier: MIT */
/*
 * Cancelling races with running, ending and timing out. Whatever wins, each
 * task ends once, and what cancel said comes true:
 * stress_cancel [TASKS], 20,000 if not told otherwise.
 */
#include <sched.h>

#include "stress/load.h"

static const char *const sources[] = {
    "1",
    "for (;;);",
    "await new Promise(() => setTimeout(() => {}, 1e8))",
    "let s = 0; for (let i = 0; i < 2000; i++) s += i; s",
    "await later(); 1",
};

enum { SOURCES = sizeof sources / sizeof sources[0], BEHIND = 4 };

/* Lets the workers get on for a while, longer or shorter from call to call. */
static void linger(long i)
{
    for (long k = 0; k < i * 7919 % 256; k++)
        sched_yield();
}

static void answer(void *ud, qjsp_call *call)
{
    (void)ud;
    qjsp_call_return(call, (qjsp_bytes){ NULL, 0 });
}

/* Cancels each task some time after it was submitted: while it waits, runs or has ended. */
static uint64_t submit_and_cancel(load *l, long n)
{
    uint64_t recent[BEHIND] = { 0 };
    uint64_t cancelled = 0;

    for (long i = 0; i < n + BEHIND; i++) {
        size_t at = (size_t)(i % BEHIND);

        if (recent[at] != 0)
            cancelled += qjsp_pool_cancel(l->pool, recent[at]);
        recent[at] = 0;
        if (i < n) {
            qjsp_submit submit = load_task(l, sources[i % SOURCES]);

            submit.task.timeout_ms = i % 7 == 0 ? 1 : 600000;
            recent[at] = load_submit(l, &submit);
        }
        linger(i);
        if (i % 5 == 0) /* and so soon, from time to time */
            cancelled += qjsp_pool_cancel(l->pool, recent[at]);
    }
    return cancelled;
}

int main(int argc, char **argv)
{
    static const qjsp_pool_function function = { .name = "later", .start = answer };
    long n = load_size(argc, argv, 20000);
    qjsp_pool_options opt;
    qjsp_pool *pool;
    uint64_t cancelled;
    load l;

    qjsp_pool_options_init(&opt);
    opt.workers = 3;
    opt.functions = &function;
    opt.nfunctions = 1;
    opt.isolate.memory_limit = (size_t)8 << 20;
    load_require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "a pool");
    load_init(&l, pool);
    cancelled = submit_and_cancel(&l, n);
    qjsp_pool_join(pool);
    qjsp_pool_free(pool);
    load_require(load_count(&l, QJSP_ERR_CANCELED) == cancelled, "cancel told the truth");
    printf("%ld tasks, %lu cancelled, %lu timed out, %lu ran\n", n, (unsigned long)cancelled,
           (unsigned long)load_count(&l, QJSP_ERR_TIMEOUT), (unsigned long)load_count(&l, QJSP_OK));
    load_fini(&l);
    return 0;
}
