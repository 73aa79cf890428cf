/* SPDX-License-Identifier: MIT */
/*
 * Threads that open sessions, count in them and close them, beside plain tasks that must
 * see none of it: stress_sessions [SESSIONS], 1,500 if not told otherwise.
 */
#include "stress/load.h"

enum { THREADS = 4, WORKERS = 3, STEPS = 6 };

typedef struct user {
    load *load;
    long sessions;
    long refused;
} user;

static void submit_step(load *l, uint64_t session)
{
    qjsp_submit submit = load_task(l, "globalThis.n = (globalThis.n ?? 0) + 1");

    submit.session = session;
    load_submit_now(l, &submit); /* plain tasks may wait for this very worker */
}

/* The state is the session's alone: it began at nothing and had STEPS additions. */
static void check_total(load *l, uint64_t session)
{
    qjsp_submit submit = load_task(l, "globalThis.n");
    qjsp_result *result;

    submit.session = session;
    load_require(qjsp_pool_run(l->pool, &submit, &result) == QJSP_OK, "run");
    load_require(result->status == QJSP_OK && result->value.len == 1 &&
                     result->value.data[0] == STEPS,
                 "the session's own count");
    qjsp_result_free(result);
}

static void use_session(user *u, long i)
{
    uint64_t session = 0;
    qjsp_status st = qjsp_pool_open_session(u->load->pool, &session);

    if (st == QJSP_ERR_LIMIT) {
        u->refused++; /* more threads than workers */
        return;
    }
    load_require(st == QJSP_OK, "open");
    for (int k = 0; k < STEPS; k++)
        submit_step(u->load, session);
    if (i % 4 != 0)
        check_total(u->load, session); /* the others are closed at work */
    qjsp_pool_close_session(u->load->pool, session);
    load_require(!qjsp_pool_is_session_alive(u->load->pool, session), "closed");
}

static void *user_main(void *arg)
{
    user *u = arg;

    for (long i = 0; i < u->sessions; i++) {
        qjsp_submit plain = load_task(u->load, "if (globalThis.n !== undefined) throw 1");

        use_session(u, i);
        load_submit(u->load, &plain);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    long n = load_size(argc, argv, 1500);
    pthread_t threads[THREADS];
    user users[THREADS];
    qjsp_pool_options opt;
    qjsp_pool *pool;
    long refused = 0;
    load l;

    qjsp_pool_options_init(&opt);
    opt.workers = WORKERS;
    opt.grace_ms = 60000;
    opt.isolate.memory_limit = (size_t)8 << 20;
    load_require(qjsp_pool_new(&pool, &opt) == QJSP_OK, "a pool");
    load_init(&l, pool);
    for (int i = 0; i < THREADS; i++) {
        users[i] = (user){ .load = &l, .sessions = n / THREADS + 1 };
        load_require(pthread_create(&threads[i], NULL, user_main, &users[i]) == 0, "thread");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        refused += users[i].refused;
    }
    qjsp_pool_free(pool);
    load_require(load_count(&l, QJSP_ERR_EXCEPTION) == 0, "no state leaked");
    load_fini(&l);
    printf("%ld sessions, %ld refused\n", n, refused);
    return 0;
}
