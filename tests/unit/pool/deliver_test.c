/* SPDX-License-Identifier: MIT */
/* The three ways to get a result: callback, completion queue, wait. */
#include <errno.h>
#include <poll.h>

#include "base/checked.h"
#include "unit/pool/fixture.h"

static bool is_readable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    return poll(&p, 1, 0) == 1;
}

static void await_readable(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };

    while (poll(&p, 1, -1) < 0)
        CHECK_INT("poll", errno, EINTR);
}

static void queue_is_polled_by_descriptor(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit submit = fixture_eval("'queued'");
    int fd = qjsp_pool_get_eventfd(pool);
    qjsp_result *result = NULL;
    uint64_t ids[3], id = 0;

    (void)state;
    submit.delivery = QJSP_DELIVER_QUEUE;
    CHECK_TRUE("empty", !qjsp_pool_take(pool, &id, &result) && !is_readable(fd));
    CHECK_INT("the same", qjsp_pool_get_eventfd(pool), fd);
    for (size_t i = 0; i < QJSP_COUNTOF(ids); i++)
        ids[i] = fixture_submit(pool, &submit);
    CHECK_STATUS("not for wait", qjsp_pool_wait(pool, ids[0], &result), QJSP_ERR_INVALID);
    for (size_t i = 0; i < QJSP_COUNTOF(ids); i++) {
        await_readable(fd);
        CHECK_TRUE("take", qjsp_pool_take(pool, &id, &result));
        CHECK_INT("in order", id, ids[i]);
        fixture_check("take", result, QJSP_OK, "\"queued\"");
    }
    CHECK_TRUE("empty again", !is_readable(fd) && !qjsp_pool_take(pool, &id, &result));
    qjsp_pool_free(pool);
}

static void descriptor_may_be_asked_for_late(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit submit = fixture_eval("1");
    qjsp_result *result = NULL;
    uint64_t id;

    (void)state;
    submit.delivery = QJSP_DELIVER_QUEUE;
    fixture_submit(pool, &submit);
    qjsp_pool_join(pool);
    CHECK_TRUE("readable", is_readable(qjsp_pool_get_eventfd(pool)));
    CHECK_TRUE("take", qjsp_pool_take(pool, &id, &result));
    qjsp_result_free(result);
    CHECK_TRUE("empty", !is_readable(qjsp_pool_get_eventfd(pool)));
    qjsp_pool_free(pool);
}

static void wait_gives_a_result_once(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_result *result = NULL;
    uint64_t id;

    (void)state;
    id = fixture_submit_eval(pool, "1");
    qjsp_pool_join(pool); /* done before anybody waits */
    fixture_expect(pool, id, QJSP_OK, "1");
    CHECK_STATUS("again", qjsp_pool_wait(pool, id, &result), QJSP_ERR_INVALID);
    CHECK_STATUS("unknown", qjsp_pool_wait(pool, 0, &result), QJSP_ERR_INVALID);
    qjsp_pool_free(pool);
}

typedef struct waiting {
    qjsp_pool *pool;
    uint64_t id;
    gate *gate;
    qjsp_status status;
    qjsp_result *result;
} waiting;

static void *wait_main(void *arg)
{
    waiting *w = arg;

    w->status = qjsp_pool_wait(w->pool, w->id, &w->result);
    if (w->status == QJSP_ERR_INVALID)
        gate_open(w->gate); /* the loser lets the winner have it */
    return NULL;
}

static void only_one_may_wait(void **state)
{
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    waiting w[2];
    pthread_t threads[2];
    size_t winner;

    (void)state;
    gate_init(&g);
    opt.functions = &fn;
    opt.nfunctions = 1;
    w[0] = (waiting){ .pool = fixture_pool(&opt), .gate = &g };
    w[0].id = fixture_submit_eval(w[0].pool, "hold()");
    w[1] = w[0];
    for (size_t i = 0; i < 2; i++)
        CHECK_INT("thread", pthread_create(&threads[i], NULL, wait_main, &w[i]), 0);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    winner = w[0].status == QJSP_OK ? 0 : 1;
    CHECK_STATUS("winner", w[winner].status, QJSP_OK);
    CHECK_STATUS("loser", w[1 - winner].status, QJSP_ERR_INVALID);
    fixture_check("winner", w[winner].result, QJSP_OK, "\"through\"");
    qjsp_pool_free(w[0].pool);
    gate_fini(&g);
}

/* Submits the next task from within the callback of the one before. */
typedef struct relay {
    qjsp_pool *pool;
    collector done;
    uint32_t left;
    qjsp_status last;
} relay;

static void relay_done(void *ud, uint64_t id, qjsp_result *result)
{
    relay *r = ud;
    qjsp_submit submit = fixture_eval("1");
    uint64_t next = 0;

    submit.on_done = relay_done;
    submit.ud = r;
    r->last = result->status;
    if (r->left-- > 0 && qjsp_pool_submit(r->pool, &submit, &next) == QJSP_OK) {
        qjsp_result_free(result);
        return;
    }
    collector_done(&r->done, id, result);
}

static void callbacks_may_submit(void **state)
{
    qjsp_pool_options opt = fixture_options(2);
    relay r = { .pool = fixture_pool(&opt), .left = 200 };
    qjsp_submit submit = fixture_eval("1");

    (void)state;
    collector_init(&r.done);
    submit.on_done = relay_done;
    submit.ud = &r;
    fixture_submit(r.pool, &submit);
    collector_await(&r.done, 1);
    CHECK_STATUS("last", r.last, QJSP_OK);
    qjsp_pool_join(r.pool);
    qjsp_pool_free(r.pool);
    collector_fini(&r.done);
}

/* Cancels the task after its own, whose callback cancels the next, ... */
typedef struct chain {
    qjsp_pool *pool;
    collector done;
    pthread_t canceller;
    bool was_nested; /* a callback ran on the thread that called cancel */
} chain;

static void chain_done(void *ud, uint64_t id, qjsp_result *result)
{
    chain *c = ud;

    c->was_nested |= pthread_equal(pthread_self(), c->canceller) != 0;
    qjsp_pool_cancel(c->pool, id + 1);
    collector_done(&c->done, id, result);
}

static void callbacks_never_run_within_a_call(void **state)
{
    enum { LENGTH = 5000 };
    gate g;
    const qjsp_pool_function fn = { .name = "hold", .call = gate_call, .ud = &g };
    qjsp_pool_options opt = fixture_options(1);
    qjsp_submit submit = fixture_eval("hold()");
    chain c = { .canceller = pthread_self() };
    uint64_t first;

    (void)state;
    gate_init(&g);
    collector_init(&c.done);
    opt.functions = &fn;
    opt.nfunctions = 1;
    c.pool = fixture_pool(&opt);
    submit.on_done = chain_done;
    submit.ud = &c;
    first = fixture_submit(c.pool, &submit);
    for (size_t i = 1; i < LENGTH; i++)
        fixture_submit(c.pool, &submit);
    CHECK_TRUE("cancel", qjsp_pool_cancel(c.pool, first));
    collector_await(&c.done, LENGTH);
    CHECK_TRUE("on the pool's threads", !c.was_nested);
    gate_open(&g);
    qjsp_pool_free(c.pool);
    collector_fini(&c.done);
    gate_fini(&g);
}

static void results_outlive_the_pool(void **state)
{
    qjsp_pool_options opt = fixture_options(1);
    qjsp_pool *pool = fixture_pool(&opt);
    qjsp_submit submit = fixture_eval("throw new RangeError('far')");
    qjsp_result *result = NULL;

    (void)state;
    CHECK_STATUS("run", qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    qjsp_pool_free(pool);
    fixture_check("later", result, QJSP_ERR_EXCEPTION, "RangeError: far");
    qjsp_result_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queue_is_polled_by_descriptor),
        cmocka_unit_test(descriptor_may_be_asked_for_late),
        cmocka_unit_test(wait_gives_a_result_once),
        cmocka_unit_test(only_one_may_wait),
        cmocka_unit_test(callbacks_may_submit),
        cmocka_unit_test(callbacks_never_run_within_a_call),
        cmocka_unit_test(results_outlive_the_pool),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
