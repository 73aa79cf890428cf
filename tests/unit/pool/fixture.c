/* SPDX-License-Identifier: MIT */
/* Helpers of the pool's tests. */
#include "unit/pool/fixture.h"

#include <stdlib.h>

qjsp_pool_options fixture_options(uint32_t workers)
{
    qjsp_pool_options opt;

    qjsp_pool_options_init(&opt);
    opt.workers = workers;
    opt.grace_ms = 60000;
    opt.isolate.memory_limit = (size_t)8 << 20;
    return opt;
}

qjsp_pool *fixture_pool(const qjsp_pool_options *opt)
{
    qjsp_pool *pool = NULL;

    CHECK_STATUS("new", qjsp_pool_new(&pool, opt), QJSP_OK);
    return pool;
}

qjsp_bytes fixture_bytes(const char *text)
{
    return (qjsp_bytes){ (const uint8_t *)text, strlen(text) };
}

qjsp_submit fixture_eval(const char *source)
{
    qjsp_submit submit;

    qjsp_submit_init(&submit);
    submit.task.source = fixture_bytes(source);
    return submit;
}

uint64_t fixture_submit(qjsp_pool *pool, const qjsp_submit *submit)
{
    uint64_t id = 0;

    CHECK_STATUS("submit", qjsp_pool_submit(pool, submit, &id), QJSP_OK);
    CHECK_TRUE("an id", id != 0);
    return id;
}

uint64_t fixture_submit_eval(qjsp_pool *pool, const char *source)
{
    qjsp_submit submit = fixture_eval(source);

    return fixture_submit(pool, &submit);
}

static void describe(const qjsp_result *result, qjsp_buffer *text)
{
    if (result->status == QJSP_OK)
        CHECK_STATUS("to json", qjsp_value_to_json(result->value, text), QJSP_OK);
    else
        qjsp_buffer_printf(text, "%s: %s", result->error_name, result->error_message);
    qjsp_buffer_append(text, "", 1);
}

void fixture_check(const char *name, qjsp_result *result, qjsp_status status, const char *want)
{
    qjsp_buffer text;

    qjsp_buffer_init(&text, NULL, 0);
    describe(result, &text);
    CHECK_STR(name, (const char *)text.data, want);
    CHECK_STATUS(name, result->status, status);
    CHECK_STATUS(name, qjsp_value_check(result->value, 0, NULL), QJSP_OK);
    qjsp_buffer_fini(&text);
    qjsp_result_free(result);
}

void fixture_expect(qjsp_pool *pool, uint64_t id, qjsp_status status, const char *want)
{
    qjsp_result *result = NULL;

    CHECK_STATUS("wait", qjsp_pool_wait(pool, id, &result), QJSP_OK);
    fixture_check("wait", result, status, want);
}

void fixture_run(qjsp_pool *pool, uint64_t session, const char *source, qjsp_status status,
                 const char *want)
{
    qjsp_submit submit = fixture_eval(source);
    qjsp_result *result = NULL;

    submit.session = session;
    CHECK_STATUS(source, qjsp_pool_run(pool, &submit, &result), QJSP_OK);
    fixture_check(source, result, status, want);
}

void gate_init(gate *g)
{
    *g = (gate){ 0 };
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->cond, NULL);
}

void gate_fini(gate *g)
{
    pthread_cond_destroy(&g->cond);
    pthread_mutex_destroy(&g->lock);
}

qjsp_status gate_call(void *ud, qjsp_bytes args, qjsp_buffer *out)
{
    gate *g = ud;

    (void)args;
    pthread_mutex_lock(&g->lock);
    g->arrived++;
    pthread_cond_broadcast(&g->cond);
    while (!g->is_open)
        pthread_cond_wait(&g->cond, &g->lock);
    g->left++;
    pthread_cond_broadcast(&g->cond);
    pthread_mutex_unlock(&g->lock);
    qjsp_write_cstr(out, "through");
    return QJSP_OK;
}

void gate_await(gate *g, uint32_t arrived)
{
    pthread_mutex_lock(&g->lock);
    while (g->arrived < arrived)
        pthread_cond_wait(&g->cond, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

void gate_await_left(gate *g, uint32_t left)
{
    pthread_mutex_lock(&g->lock);
    while (g->left < left)
        pthread_cond_wait(&g->cond, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

void gate_open(gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->is_open = true;
    pthread_cond_broadcast(&g->cond);
    pthread_mutex_unlock(&g->lock);
}

void collector_init(collector *c)
{
    *c = (collector){ 0 };
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->cond, NULL);
}

void collector_fini(collector *c)
{
    pthread_cond_destroy(&c->cond);
    pthread_mutex_destroy(&c->lock);
}

void collector_done(void *ud, uint64_t id, qjsp_result *result)
{
    collector *c = ud;

    pthread_mutex_lock(&c->lock);
    c->ids[c->count % 64] = id;
    c->statuses[c->count % 64] = result->status;
    c->count++;
    pthread_cond_broadcast(&c->cond);
    pthread_mutex_unlock(&c->lock);
    qjsp_result_free(result);
}

void collector_await(collector *c, uint32_t count)
{
    pthread_mutex_lock(&c->lock);
    while (c->count < count)
        pthread_cond_wait(&c->cond, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

void meter_init(meter *m, uint64_t fail_at)
{
    *m = (meter){ .fail_at = fail_at };
    pthread_mutex_init(&m->lock, NULL);
}

static void *meter_realloc(void *ud, void *ptr, size_t size)
{
    meter *m = ud;
    void *got = NULL;

    pthread_mutex_lock(&m->lock);
    if (size == 0) {
        m->live -= ptr != NULL;
        free(ptr);
    } else if (m->fail_at == 0 || ++m->calls < m->fail_at) {
        got = realloc(ptr, size);
        m->live += ptr == NULL && got != NULL;
    }
    pthread_mutex_unlock(&m->lock);
    return got;
}

qjsp_alloc meter_alloc(meter *m)
{
    return (qjsp_alloc){ .realloc = meter_realloc, .ud = m };
}
