/* SPDX-License-Identifier: MIT */
/* Cloning when memory runs out: each allocation fails in turn. */
#include "clone_fixture.h"

#include "base/checked.h"
#include "check.h"

/* The engine itself leaks a string when JS_ToCStringLen2 finds no memory for its copy
 * (0.17.0): builds that look for leaks report and free it; they must not abort on it. */
static void open_forgiving(realm *r)
{
    realm_open(r);
    JS_SetDumpFlags(r->rt, JS_DUMP_LEAKS);
}

static const char *const sources[] = {
    "'\\u20ac'.repeat(100)",
    "({ a: 1, '\\u00e9': [1, , 2], s: 'x'.repeat(3), n: { m: [[[[[[[[[1]]]]]]]]] } })",
    "[2n ** 70n, -(2n ** 70n), 1.5, new Date(5), /a(b)/gi, Object('s'), Object(5n)]",
    "new Map([[{ k: 1 }, new Set([1, 'two', [3]])], ['x', new Map]])",
    "[new TypeError('t', { cause: new Error('c') }), new AggregateError([1], 'm')]",
    ("{ const b = new ArrayBuffer(8); [new Uint8Array(b), new Int16Array(b, 2, 1),"
     " new DataView(b, 1), b] }"),
    "{ const o = {}; o.list = Array.from({ length: 40 }, (_, i) => i % 2 ? o : { i }); o }",
    "{ const a = [1]; a[500] = 2; a.x = a; a }",
    "({ get a() { delete this.b; return {} }, b: 1, c: [] })",
    "({ deep: [{ 'b c': () => 1 }] })",
    "new Proxy({}, {})",
};

static bool is_memory_failure(qjsp_status st)
{
    /* the engine turns its own failures into exceptions */
    return st == QJSP_ERR_NOMEM || st == QJSP_ERR_EXCEPTION;
}

typedef qjsp_status encode_fn(realm *r, JSValueConst value, qjsp_buffer *buf);

static qjsp_status encode_strict(realm *r, JSValueConst value, qjsp_buffer *buf)
{
    return qjsp__encode(r->ctx, r->in, value, "result", &r->limits, buf);
}

static qjsp_status encode_lenient(realm *r, JSValueConst value, qjsp_buffer *buf)
{
    return qjsp__encode_lenient(r->ctx, r->in, value, &r->limits, buf);
}

/* Fails allocation n; false: there were fewer. */
static bool encode_failing(realm *r, const char *source, encode_fn *encode, size_t n, bool fail_on)
{
    JSValue value = realm_eval(r, source);
    bool was_reached;
    qjsp_buffer buf;
    qjsp_status st;

    qjsp_buffer_init(&buf, &r->alloc, 0);
    memory_arm(&r->mem, n, fail_on);
    st = encode(r, value, &buf);
    was_reached = memory_disarm(&r->mem);
    CHECK_TRUE(source, st == QJSP_OK || buf.len == 0);
    CHECK_TRUE(source, st == QJSP_OK || is_memory_failure(st));
    CHECK_TRUE(source, encode == encode_strict || !JS_HasException(r->ctx));
    if (encode == encode_strict && fail_on && was_reached)
        CHECK_TRUE(source, st != QJSP_OK);
    CHECK_INT(source, JS_HasException(r->ctx), st == QJSP_ERR_EXCEPTION);
    JS_FreeValue(r->ctx, JS_GetException(r->ctx));
    JS_FreeValue(r->ctx, value);
    qjsp_buffer_fini(&buf);
    return was_reached;
}

static void sweep_encode(const char *source, encode_fn *encode, bool fail_on)
{
    realm r;

    open_forgiving(&r);
    for (size_t n = 1; encode_failing(&r, source, encode, n, fail_on); n++)
        assert_true(n < 10000);
    realm_close(&r);
}

static void test_encode(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(sources); i++) {
        sweep_encode(sources[i], encode_strict, false);
        sweep_encode(sources[i], encode_strict, true);
    }
}

static void test_encode_lenient(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(sources); i++) {
        sweep_encode(sources[i], encode_lenient, false);
        sweep_encode(sources[i], encode_lenient, true);
    }
}

static bool decode_failing(realm *r, const char *source, qjsp_bytes bytes, size_t n, bool fail_on)
{
    bool was_reached;
    JSValue value;

    memory_arm(&r->mem, n, fail_on);
    value = realm_decode(r, bytes);
    was_reached = memory_disarm(&r->mem);
    CHECK_INT(source, JS_HasException(r->ctx), JS_IsException(value));
    JS_FreeValue(r->ctx, JS_GetException(r->ctx));
    JS_FreeValue(r->ctx, value);
    return was_reached;
}

static void sweep_decode(const char *source, bool fail_on)
{
    qjsp_buffer buf;
    realm r;

    open_forgiving(&r);
    if (realm_encode(&r, source, &buf) == QJSP_OK) {
        for (size_t n = 1; decode_failing(&r, source, qjsp_buffer_peek(&buf), n, fail_on); n++)
            assert_true(n < 10000);
    }
    JS_FreeValue(r.ctx, JS_GetException(r.ctx));
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

static void test_decode(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(sources); i++) {
        sweep_decode(sources[i], false);
        sweep_decode(sources[i], true);
    }
}

static void test_intrinsics(void **state)
{
    bool was_reached = true;
    realm r;

    (void)state;
    open_forgiving(&r);
    for (size_t n = 1; was_reached; n++) {
        qjsp__intrinsics *in;

        memory_arm(&r.mem, n, false);
        in = qjsp__intrinsics_new(r.ctx);
        was_reached = memory_disarm(&r.mem);
        assert_true(in != NULL || JS_HasException(r.ctx));
        JS_FreeValue(r.ctx, JS_GetException(r.ctx));
        qjsp__intrinsics_free(r.ctx, in);
    }
    realm_close(&r);
}

/* A guest near its limit gets an exception, whatever it is near with. */
static void test_memory_limit(void **state)
{
    qjsp_buffer buf;
    JSValue value;
    realm r;

    (void)state;
    open_forgiving(&r);
    assert_int_equal(realm_encode(&r, "Array.from({ length: 20000 }, (_, i) => ({ i }))", &buf),
                     QJSP_OK);
    JS_SetMemoryLimit(r.rt, 1 << 20);
    value = realm_decode(&r, qjsp_buffer_peek(&buf));
    assert_true(JS_IsException(value));
    realm_take_exception(&r); /* null if there was no room for an Error either */
    JS_SetMemoryLimit(r.rt, 0);
    value = realm_decode(&r, qjsp_buffer_peek(&buf));
    assert_true(realm_test(&r, "x => x.length === 20000 && x[19999].i === 19999", value));
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode),       cmocka_unit_test(test_encode_lenient),
        cmocka_unit_test(test_decode),       cmocka_unit_test(test_intrinsics),
        cmocka_unit_test(test_memory_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
