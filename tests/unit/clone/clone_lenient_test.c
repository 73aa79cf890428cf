/* SPDX-License-Identifier: MIT */
/* What consoles get: anything, without running anything. */
#include "clone_fixture.h"

#include "base/checked.h"
#include "check.h"

static const struct {
    const char *source;
    const char *json; /* of what the bytes decode to */
    uint64_t max_nodes;
    uint32_t max_depth;
} cases[] = {
    { "1", "1", 0, 0 },
    { "() => 1", "\"[Function (anonymous)]\"", 0, 0 },
    { "(function f() {})", "\"[Function: f]\"", 0, 0 },
    { "(class A {})", "\"[Function: A]\"", 0, 0 },
    { "(class { static get name() { throw 1 } })", "\"[Function (anonymous)]\"", 0, 0 },
    { "Symbol('x')", "\"Symbol(x)\"", 0, 0 },
    { "[Symbol(), Symbol.iterator]", "[\"Symbol()\",\"Symbol(Symbol.iterator)\"]", 0, 0 },
    { "new Proxy({}, { get() { throw 1 }, ownKeys() { throw 1 } })", "\"[Proxy]\"", 0, 0 },
    { "[Promise.resolve(1), new WeakMap]", "[\"[Promise]\",\"[WeakMap]\"]", 0, 0 },
    { "({ get a() { throw 1 }, set b(v) {}, c: 1 })",
      "{\"a\":\"[Getter]\",\"b\":\"[Getter]\",\"c\":1}", 0, 0 },
    { "Object.defineProperty([1, 2], 0, { get() { throw 1 }, enumerable: true })",
      "[\"[Getter]\",2]", 0, 0 },
    { "[1, , 3]", "[1,null,3]", 0, 0 },
    { "new DataView(new ArrayBuffer(1))", "\"[DataView]\"", 0, 0 },
    { "({ a: { b: { c: 1 } } })", "{\"a\":{\"b\":\"[...]\"}}", 0, 2 },
    { "[1, 2, 3, 4, 5]", "[1,2,3,\"[...]\"]", 4, 0 },
    { "({ a: 1, b: 2, c: 3 })", "{\"a\":1,\"[...]\":\"[...]\"}", 4, 0 },
    { "[[1, 2], [3, 4], 5]", "[[1,\"[...]\"],[\"[...]\"],5]", 5, 0 },
    { "[...new Set([1, 2])]", "[1,2]", 0, 0 },
    { "{ const e = new TypeError('m'); e.cause = e; Object.keys(e).length }", "1", 0, 0 },
};

static const char to_json[] = "x => JSON.stringify(x)";

static void check_case(realm *r, size_t i)
{
    JSValue value = realm_eval(r, cases[i].source), fn = realm_eval(r, to_json), json;
    const char *text;
    qjsp_buffer buf;

    r->limits =
        (qjsp__clone_limits){ .max_nodes = cases[i].max_nodes, .max_depth = cases[i].max_depth };
    qjsp_buffer_init(&buf, &r->alloc, 0);
    CHECK_STATUS(cases[i].source, qjsp__encode_lenient(r->ctx, r->in, value, &r->limits, &buf),
                 QJSP_OK);
    CHECK_TRUE(cases[i].source, !JS_HasException(r->ctx));
    JS_FreeValue(r->ctx, value);
    r->limits = (qjsp__clone_limits){ 0 };
    value = realm_decode(r, qjsp_buffer_peek(&buf));
    json = JS_Call(r->ctx, fn, JS_UNDEFINED, 1, &value);
    text = JS_ToCString(r->ctx, json);
    CHECK_STR(cases[i].source, text, cases[i].json);
    JS_FreeCString(r->ctx, text);
    JS_FreeValue(r->ctx, json);
    JS_FreeValue(r->ctx, value);
    JS_FreeValue(r->ctx, fn);
    qjsp_buffer_fini(&buf);
}

static void test_cases(void **state)
{
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(cases); i++)
        check_case(&r, i);
    realm_close(&r);
}

/* The name of an Error that only a getter or a proxy knows is not asked for. */
static void test_nothing_runs(void **state)
{
    static const char *const sources[] = {
        "fired = 0; Object.setPrototypeOf(new Error('m'), new Proxy({}, { get() { fired++ },"
        " getPrototypeOf() { fired++ }, getOwnPropertyDescriptor() { fired++ } }))",
        "fired = 0; Object.defineProperty(new Error('m'), 'name', { get() { fired++ } })",
        "fired = 0; Object.defineProperty(new Error('m'), 'stack', { get() { fired++ } })",
        "fired = 0; Object.defineProperty(new Error('m'), 'cause', { get() { fired++ } })",
        "fired = 0; { const m = new Map([[{ get a() { fired++ } }, 1]]);"
        " m[Symbol.iterator] = m.forEach = () => fired++; m }",
        "fired = 0; { const b = new ArrayBuffer(8, { maxByteLength: 8 }),"
        " v = new Uint8Array(b, 4, 2); Error.prepareStackTrace = () => fired++; b.resize(2); v }",
        "fired = 0; { const v = new Uint8Array(1); v.buffer.transfer(); [v, v.buffer] }",
    };
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(sources); i++) {
        JSValue value = realm_eval(&r, sources[i]);
        qjsp_buffer buf;

        qjsp_buffer_init(&buf, &r.alloc, 0);
        CHECK_STATUS(sources[i], qjsp__encode_lenient(r.ctx, r.in, value, &r.limits, &buf),
                     QJSP_OK);
        JS_FreeValue(r.ctx, value);
        value = realm_eval(&r, "fired");
        CHECK_INT(sources[i], JS_VALUE_GET_INT(value), 0);
        qjsp_buffer_fini(&buf);
    }
    realm_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_nothing_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
