/* SPDX-License-Identifier: MIT */
/*
 * Pools that are freed with everything in flight: running loops, waiting tasks, host calls
 * that are out, open sessions, starting workers. stress_teardown [POOLS], 150 if not told
 * otherwise.
 */
#include "stress/load.h"

static const char *const sources[] = {
    "1",
    "for (;;);",
    "await new Promise(() => setTimeout(() => {}, 1e8))",
    "await keep()",
    "(async () => { for (;;) await 0; })()",
    "throw 1",
};

enum { SOURCES = sizeof sources / sizeof sources[0], TASKS = 40, KEPT = TASKS };

/* Host calls that are only returned when the pool is long gone. */
typedef struct shelf {
    pthread_mutex_t lock;
    qjsp_call *calls[KEPT];
    size_t count;
} shelf;

static void keep(void *ud, qjsp_call *call)
{
    shelf *s = ud;

    pthread_mutex_lock(&s->lock);
    load_require(s->count < KEPT, "no call is started twice");
    s->calls[s->count++] = call;
    pthread_mutex_unlock(&s->lock);
}

static void empty_shelf(shelf *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (i % 2 == 0)
            qjsp_call_return(s->calls[i], qjsp_call_peek_args(s->calls[i]));
        else
            qjsp_call_throw(s->calls[i], "Error", "too late");
    }
}

static void submit_all(load *l, long seed, uint64_t session)
{
    for (long i = 0; i < TASKS; i++) {
        qjsp_submit submit = load_task(l, sources[(seed + i) % SOURCES]);
        uint64_t id = 0;

        if (i % 5 == 4) {
            submit.on_done = NULL;
            submit.delivery = i % 2 == 0 ? QJSP_DELIVER_QUEUE : QJSP_DELIVER_WAIT;
        } else {
            load_add(l, 1);
        }
        submit.session = i % 3 == 0 ? session : 0;
        load_require(qjsp_pool_submit(l->pool, &submit, &id) == QJSP_OK, "submit");
    }
}

static void one_pool(long i)
{
    shelf s = { .lock = PTHREAD_MUTEX_INITIALIZER };
    const qjsp_pool_function function = { .name = "keep", .start = keep, .ud = &s };
    qjsp_pool_options opt;
    uint64_t session = 0;
    qjsp_pool *pool;
    load l;

    qjsp_pool_options_init(&opt);
    opt.workers = 1 + (uint32_t)(i % 3);
    opt.prewarm = (uint32_t)(i % 2);
    opt.functions = &function;
    opt.nfunctions = 1;
    opt.grace_ms = 60000;
    opt.timeout_ms = i % 5 == 0 ? 2 : 0;
    opt.isolate.memory_limit = (size_t)8 << 20;
    load_require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "a pool");
    load_init(&l, pool);
    if (i % 4 == 0)
        load_require(qjsp_pool_open_session(pool, &session) == QJSP_OK, "a session");
    submit_all(&l, i, session);
    if (i % 5 == 0) /* let a few end: there are timeouts, but a session may pin the only worker */
        load_wait(&l, TASKS * 4 / 5 - 4);
    qjsp_pool_free(pool);
    load_fini(&l); /* every callback has run */
    empty_shelf(&s);
}

int main(int argc, char **argv)
{
    long n = load_size(argc, argv, 150);

    for (long i = 0; i < n; i++)
        one_pool(i);
    printf("%ld pools\n", n);
    return 0;
}
