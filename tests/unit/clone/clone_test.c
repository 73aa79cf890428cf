/* SPDX-License-Identifier: MIT */
/* Values to bytes and back: forms, round trips, refusals, limits. */
#include "clone_fixture.h"

#include "base/checked.h"
#include "check.h"

/* ---- what the bytes are ---- */

static const struct {
    const char *source;
    const char *hex;
} forms[] = {
    { "undefined", "f7" },
    { "null", "f6" },
    { "true", "f5" },
    { "false", "f4" },
    { "0", "00" },
    { "-1", "20" },
    { "2 ** 53", "1b0020000000000000" },
    { "-0", "f98000" },
    { "NaN", "f97e00" },
    { "Infinity", "f97c00" },
    { "1.5", "f93e00" },
    { "0.1", "fb3fb999999999999a" },
    { "''", "60" },
    { "'abc'", "63616263" },
    { "'\\u00e9'", "62c3a9" },
    { "'\\u{1f600}'", "64f09f9880" },
    { "'\\ud800'", "63eda080" },
    { "'a\\udc00\\ud800'", "6761edb080eda080" },
    { "'ab'.repeat(2) + 'c'.repeat(2)", "66616261626363" },
    { "0n", "c240" },
    { "1n", "c24101" },
    { "-1n", "c340" },
    { "-256n", "c341ff" },
    { "-257n", "c3420100" },
    { "2n ** 31n", "c24480000000" },
    { "2n ** 64n", "c249010000000000000000" },
    { "-(2n ** 64n)", "c348ffffffffffffffff" },
    { "-(2n ** 64n) - 1n", "c349010000000000000000" },
    { "({})", "a0" },
    { "({ a: 1, b: 'x' })", "a261610161626178" },
    { "({ b: 1, 1: 2, a: 3 })", "a3613102616201616103" },
    { "({ ['__proto__']: 1 })", "a1695f5f70726f746f5f5f01" },
    { "Object.create({ inherited: 1 }, { hidden: { value: 1 } })", "a0" },
    { "({ [Symbol('s')]: 1, a: 2 })", "a1616102" },
    { "new (class A { #p = 1; x = 2 })", "a1617802" },
    { "(function () { return arguments })(1)", "a1613001" },
    { "(function (a) { 'use strict'; return arguments })(1)", "a1613001" },
    { "[]", "80" },
    { "[1, [2]]", "82018102" },
    { "[1, , 3]", "8301f8e003" },
    { "[, ]", "81f8e0" },
    { "new Array(2)", "82f8e0f8e0" },
    { "Object.assign([1], { x: 2 })", "d81b8365417272617901a2613001617802" },
    { "new Array(65)", "d81b836541727261791841a0" },
    { "new Array(4294967295)", "d81b836541727261791affffffffa0" },
    { "{ const a = []; a[4294967294] = 1; a }",
      "d81b836541727261791affffffffa16a3432393439363732393401" },
    { "Object.defineProperty([1, 2], 0, { enumerable: false })", "82f8e002" },
    { "new Map([[1, { a: 2 }], ['k', undefined]])", "d90103a201a1616102616bf7" },
    { "new Set([1, 'a'])", "d90102820161 61" },
    { "new Date(0)", "c100" },
    { "new Date(1500)", "c1f93e00" },
    { "new Date(-1)", "c1fbbf50624dd2f1a9fc" },
    { "new Date(NaN)", "c1f97e00" },
    { "/a\\/b/giy", "d9524a8264615c2f6263676979" },
    { "new RegExp('')", "d9524a8264283f3a2960" },
    { "new ArrayBuffer(2)", "420000" },
    { "new Uint8Array([1, 2])", "d840420102" },
    { "new Uint8ClampedArray([1])", "d8444101" },
    { "new Int8Array([-1])", "d84841ff" },
    { "new Uint16Array([1])", "d845420100" },
    { "new Uint32Array([1])", "d8464401000000" },
    { "new BigUint64Array([1n])", "d847480100000000000000" },
    { "new Int16Array([-2])", "d84d42feff" },
    { "new Int32Array([1])", "d84e4401000000" },
    { "new BigInt64Array([1n])", "d84f480100000000000000" },
    { "new Float16Array([1])", "d85442003c" },
    { "new Float32Array([1])", "d855440000803f" },
    { "new Float64Array([1])", "d85648000000000000f03f" },
    { "new Uint8Array(new ArrayBuffer(2), 1)", "d81b846a55696e7438417272617942000001 01" },
    { "new Uint16Array(new ArrayBuffer(5), 2, 1)",
      "d81b846b55696e743136417272617945000000000002 01" },
    { "new DataView(new ArrayBuffer(2), 1)", "d81b8468446174615669657742000001 01" },
    { "new Number(5)", "d81b82664e756d62657205" },
    { "new String('x')", "d81b8266537472696e676178" },
    { "new Boolean(true)", "d81b8267426f6f6c65616ef5" },
    { "Object(5n)", "d81b8266426967496e74c24105" },
    /* sharing */
    { "{ const o = {}; [o, o] }", "82d81ca0d81d1a00000000" },
    { "{ const o = {}; o.o = o; o }", "d81ca1616fd81d1a00000000" },
    { "{ const a = {}, b = {}; [a, b, b, a] }", "84d81ca0d81ca0d81d1a00000001d81d1a00000000" },
    { "{ const b = new ArrayBuffer(1); [b, new Uint8Array(b)] }",
      "82d81c4100d81b846a55696e74384172726179d81d1a000000000001" },
    { "{ const v = new Uint8Array(1); [v, v.buffer, v] }",
      "83d81cd840d81c4100d81d1a00000001d81d1a00000000" },
    { "{ const d = new Date(0); [d, d] }", "82d81cc100d81d1a00000000" },
    { "['a', 'a']", "8261616161" },
    /* getters run; what they delete is not there */
    { "({ get a() { return 1 } })", "a1616101" },
    { "({ get a() { delete this.b; return 1 }, b: 2, c: 3 })", "a2616101616303" },
    { "{ const s = {}; ({ s, get a() { delete this.b; return s }, b: 2, c: s }) }",
      "a36173d81ca06161d81d1a000000006163d81d1a00000000" },
    { "{ const a = [0, 1, 2]; Object.defineProperty(a, 0, { get() { a.length = 1; return 9 },"
      " enumerable: true }); a }",
      "8309f8e0f8e0" },
    { "{ const a = [0, 1]; Object.defineProperty(a, 0, { get() { a.push(1); return 9 },"
      " enumerable: true }); a }",
      "820901" },
    { "{ const m = new Map; const o = { get a() { m.clear(); return 1 } };"
      " m.set(o, 1).set(2, 3); m }",
      "d90103a2a16161010102 03" },
    { "({ get a() { return {} }, get b() { return {} }, get c() { return {} } })",
      "a36161a06162a06163a0" },
};

static void check_form(realm *r, const char *source, const char *want)
{
    char packed[512];
    qjsp_buffer buf;
    size_t n = 0;

    for (; *want != '\0'; want++) {
        if (*want != ' ')
            packed[n++] = *want;
    }
    packed[n] = '\0';
    CHECK_STATUS(source, realm_encode(r, source, &buf), QJSP_OK);
    CHECK_STR(source, hex_of(qjsp_buffer_peek(&buf)), packed);
    qjsp_buffer_fini(&buf);
}

static void test_forms(void **state)
{
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(forms); i++)
        check_form(&r, forms[i].source, forms[i].hex);
    realm_close(&r);
}

/* The head of a map shrinks, from two bytes to one, under a shared item. */
static void test_vanishing_keys_shrink_a_long_head(void **state)
{
    qjsp_buffer buf;
    realm r;

    (void)state;
    realm_open(&r);
    assert_int_equal(realm_encode(&r,
                                  "{ const s = [], o = { s, t: s, get x() {"
                                  " for (let i = 0; i < 30; i++) delete this['k' + i];"
                                  " return 1 } };"
                                  " for (let i = 0; i < 30; i++) o['k' + i] = s; o }",
                                  &buf),
                     QJSP_OK);
    assert_string_equal(hex_of(qjsp_buffer_peek(&buf)), "a36173d81c806174d81d1a00000000617801");
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

/* ---- round trips ---- */

static const char comparer[] =
    "globalThis.same = (a, b, seen = new Map) => {"
    "  if (Object.is(a, b)) return true;"
    "  if (typeof a != 'object' || typeof b != 'object' || !a || !b) return false;"
    "  if (seen.has(a)) return seen.get(a) === b;"
    "  seen.set(a, b);"
    "  const is = (x, y) => same(x, y, seen);"
    "  const tag = x => Object.prototype.toString.call(x);"
    "  if (tag(a) != tag(b)) return false;"
    "  if (tag(a) != '[object Object]' &&"
    "      Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;"
    "  if (tag(a) == '[object Object]' &&"
    "      Object.getPrototypeOf(b) !== Object.prototype) return false;"
    "  if (a instanceof Date) return Object.is(a.getTime(), b.getTime());"
    "  if (a instanceof RegExp) return a.source == b.source && a.flags == b.flags;"
    "  if (a instanceof ArrayBuffer)"
    "    return String(new Uint8Array(a)) == String(new Uint8Array(b));"
    "  if (ArrayBuffer.isView(a)) return a.byteOffset == b.byteOffset &&"
    "    a.byteLength == b.byteLength && is(a.buffer, b.buffer);"
    "  if (a instanceof Map || a instanceof Set) return is([...a], [...b]);"
    "  if (a instanceof Number || a instanceof String || a instanceof Boolean ||"
    "      a instanceof BigInt) return Object.is(a.valueOf(), b.valueOf());"
    "  const isError = a instanceof Error;"
    "  if (isError) return ['name', 'message', 'stack', 'cause', 'errors'].every(k =>"
    "    is(a[k], b[k]) && (k in a) == (k in b) &&"
    "    !Object.getOwnPropertyDescriptor(b, k)?.enumerable);"
    "  const keys = Object.keys(a);"
    "  return a.length === b.length && String(keys) == String(Object.keys(b)) &&"
    "    keys.every(k => is(a[k], b[k]));"
    "}";

static const char *const round_trips[] = {
    "[undefined, null, true, 0, -0, NaN, Infinity, 2 ** 53 + 2, 1e300, 5e-324, -2147483649]",
    "['', 'a\\0b', '\\xe9', '\\u20ac', '\\ud83d\\ude00', '\\ud800', '\\udc00x']",
    ("[0n, -1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n, 2n ** 64n, -(2n ** 64n),"
     " -(2n ** 64n) - 1n, -(2n ** 127n), 2n ** 127n - 1n]"),
    "10n ** 9999n + 1n",
    "-(10n ** 9999n)",
    "[1, , 3, [ , ], new Array(64), new Array(65)]",
    "{ const a = [1]; a[1000] = 2; a['4294967295'] = 3; a.x = 4; a }",
    "{ const o = {}; for (let i = 0; i < 1000; i++) o['k' + i] = [{ i }]; o }",
    "JSON.parse('{\"__proto__\": {\"a\": 1}, \"constructor\": 2, \"\\u00e9\": 3, \"\\u00c3\\u00a9\": 4}')",
    "new Map([[NaN, 1], [{ a: 1 }, new Set([new Map])], ['x', [1]]])",
    "[new Date(0), new Date(8.64e15), new Date(-8.64e15), new Date(1234567890123), new Date(NaN),"
    " new Date(-1), new Date(8639999999999999)]",
    "[/a\\/[/]b\\n/dgimsuy, new RegExp('\\n'), /x/v]",
    "[new Uint8Array(0), new Float64Array([1, NaN]), new BigInt64Array([-1n]),"
    " new Float16Array([0.5])]",
    "{ const b = new ArrayBuffer(16); [new Int32Array(b, 4, 2), new DataView(b, 3, 5), b,"
    " new Uint8Array(b), new Uint8Array(b, 16)] }",
    "{ const b = new ArrayBuffer(8, { maxByteLength: 16 }); const v = new Uint8Array(b, 2);"
    " b.resize(12); v }",
    "[new Number(-0), new String('x'), new Boolean(false), Object(10n ** 30n)]",
    "[new Error, new Error('m'), new TypeError('t', { cause: { a: 1 } }), new RangeError('x'),"
    " new EvalError, new URIError('u'), new SyntaxError, new ReferenceError]",
    "new Error('x', { cause: undefined })",
    "new AggregateError([new Error('a'), 1], 'm')",
    "Object.assign(Object.defineProperty(new Error('m'), 'name', { value: 'Mine' }))",
    "{ const e = new Error('c'); e.cause = e;"
    " Object.defineProperty(e, 'cause', { enumerable: false }); e }",
    "{ const o = {}; o.self = o; o.list = [o, [o]]; o }",
    "{ const a = []; a.push(a, a); a }",
    "{ const a = [ , 1]; a.length = 5; a[3] = a; a }",
    "{ const m = new Map; m.set(m, m); m }",
    "{ const s = new Set; s.add(s).add([s]); s }",
    "{ const a = []; a.x = a; a }",
    "{ const o = {}; Array.from({ length: 300 }, (_, i) => i % 3 ? o : { o }) }",
    "{ const v = new Uint8Array(3); [v, v, v.buffer, new Uint16Array(v.buffer, 0, 1)] }",
};

static void check_again(realm *r, const char *source, JSValueConst decoded, qjsp_bytes bytes)
{
    qjsp_buffer again;

    qjsp_buffer_init(&again, &r->alloc, 0);
    CHECK_STATUS(source, qjsp__encode(r->ctx, r->in, decoded, "again", &r->limits, &again),
                 QJSP_OK);
    CHECK_BYTES(source, again.data, again.len, bytes.data, bytes.len);
    qjsp_buffer_fini(&again);
}

static void check_round_trip(realm *r, const char *source)
{
    JSValue global = JS_GetGlobalObject(r->ctx), original = realm_eval(r, source), decoded;
    qjsp_buffer buf;

    qjsp_buffer_init(&buf, &r->alloc, 0);
    CHECK_STATUS(source, qjsp__encode(r->ctx, r->in, original, "result", &r->limits, &buf),
                 QJSP_OK);
    JS_SetPropertyStr(r->ctx, global, "original", original);
    decoded = realm_decode(r, qjsp_buffer_peek(&buf));
    if (JS_IsException(decoded))
        CHECK_FAIL(source, __FILE__, __LINE__, "  threw: %s\n", realm_take_exception(r));
    check_again(r, source, decoded, qjsp_buffer_peek(&buf));
    CHECK_TRUE(source, realm_test(r, "x => same(original, x)", decoded));
    qjsp_buffer_fini(&buf);
    JS_FreeValue(r->ctx, global);
}

static void test_round_trips(void **state)
{
    realm r;

    (void)state;
    realm_open(&r);
    JS_FreeValue(r.ctx, realm_eval(&r, comparer));
    for (size_t i = 0; i < QJSP_COUNTOF(round_trips); i++)
        check_round_trip(&r, round_trips[i]);
    realm_close(&r);
}

/* ---- what has no clone ---- */

static const struct {
    const char *source;
    const char *error;
} refusals[] = {
    { "() => 1", "DataCloneError: result: a function cannot be cloned" },
    { "class A {}; A", "DataCloneError: result: a function cannot be cloned" },
    { "Symbol('x')", "DataCloneError: result: a symbol cannot be cloned" },
    { "Object(Symbol('x'))", "DataCloneError: result: a Symbol cannot be cloned" },
    { "({ items: [1, 2, 3, { callback() {} }] })",
      "DataCloneError: result.items[3].callback: a function cannot be cloned" },
    { "({ 'a b': [Symbol()] })", "DataCloneError: result[\"a b\"][0]: a symbol cannot be cloned" },
    { "new Map([[1, 2], [3, () => 1]])",
      "DataCloneError: result<value 1>: a function cannot be cloned" },
    { "new Map([[() => 1, 2]])", "DataCloneError: result<key 0>: a function cannot be cloned" },
    { "new Set([1, () => 1])", "DataCloneError: result<member 1>: a function cannot be cloned" },
    { "new Error('x', { cause: [() => 1] })",
      "DataCloneError: result.cause[0]: a function cannot be cloned" },
    { "new Proxy({}, { ownKeys() { throw 'trap' } })",
      "DataCloneError: result: a Proxy cannot be cloned" },
    { "({ p: new Proxy(() => 1, { get() { throw 'trap' } }) })",
      "DataCloneError: result.p: a Proxy cannot be cloned" },
    { "[new Proxy([], {})]", "DataCloneError: result[0]: a Proxy cannot be cloned" },
    { "Promise.resolve(1)", "DataCloneError: result: a Promise cannot be cloned" },
    { "new WeakMap", "DataCloneError: result: a WeakMap cannot be cloned" },
    { "new WeakRef({})", "DataCloneError: result: a WeakRef cannot be cloned" },
    { "(function* () {})()", "DataCloneError: result: a Generator cannot be cloned" },
    { "[][Symbol.iterator]()", "DataCloneError: result: an Array Iterator cannot be cloned" },
    { "JSON.rawJSON(1)", "DataCloneError: result: an Object cannot be cloned" },
    { "new SharedArrayBuffer(1)", "DataCloneError: result: a SharedArrayBuffer cannot be cloned" },
    { "new Uint8Array(new SharedArrayBuffer(1))",
      "DataCloneError: result: a view of a SharedArrayBuffer cannot be cloned" },
    { "{ const b = new ArrayBuffer(1); b.transfer(); b }",
      "DataCloneError: result: a detached ArrayBuffer cannot be cloned" },
    { "{ const v = new Uint8Array(1); v.buffer.transfer(); [v] }",
      "DataCloneError: result[0]: a view of a detached ArrayBuffer cannot be cloned" },
    { "{ const b = new ArrayBuffer(8, { maxByteLength: 8 }), v = new Uint8Array(b, 4, 2);"
      " b.resize(2); v }",
      "DataCloneError: result: a view outside its ArrayBuffer cannot be cloned" },
    { "{ const b = new ArrayBuffer(8, { maxByteLength: 8 }), v = new DataView(b, 4, 2);"
      " b.resize(2); v }",
      "DataCloneError: result: a view outside its ArrayBuffer cannot be cloned" },
    { "({ get a() { throw new RangeError('mine') } })", "RangeError: mine" },
    { "[{ get a() { throw 'text' } }]", "text" },
    { "Object.defineProperty(new Error, 'name', { get() { throw 'named' } })", "named" },
};

static void test_refusals(void **state)
{
    qjsp_buffer buf;
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(refusals); i++) {
        CHECK_STATUS(refusals[i].source, realm_encode(&r, refusals[i].source, &buf),
                     QJSP_ERR_EXCEPTION);
        CHECK_STR(refusals[i].source, realm_take_exception(&r), refusals[i].error);
        CHECK_INT(refusals[i].source, buf.len, 0);
        qjsp_buffer_fini(&buf);
    }
    realm_close(&r);
}

static void test_a_refusal_is_a_dom_exception_with_a_short_path(void **state)
{
    qjsp_buffer buf;
    JSValue error;
    realm r;

    (void)state;
    realm_open(&r);
    assert_int_equal(realm_encode(&r,
                                  "(() => { let o = () => 1; for (let i = 0; i < 2000; i++)"
                                  " o = { ['\\u00e9' + 'k'.repeat(20)]: o }; return o })()",
                                  &buf),
                     QJSP_ERR_EXCEPTION);
    error = JS_GetException(r.ctx);
    assert_true(realm_test(&r,
                           "e => e instanceof DOMException && e.code === 25 &&"
                           " e.message.length < 300 && e.message.startsWith('result[\"\\u00e9k') &&"
                           " e.message.includes(' ... ') && !e.message.includes('\\ufffd') &&"
                           " e.message.endsWith('kk\"]: a function cannot be cloned')",
                           error));
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

static void test_a_failure_cuts_the_buffer_back(void **state)
{
    qjsp_buffer buf;
    JSValue value;
    realm r;

    (void)state;
    realm_open(&r);
    qjsp_buffer_init(&buf, &r.alloc, 0);
    qjsp_buffer_append(&buf, "head", 4);
    value = realm_eval(&r, "[1, 2, () => 1]");
    assert_int_equal(qjsp__encode(r.ctx, r.in, value, "x", &r.limits, &buf), QJSP_ERR_EXCEPTION);
    JS_FreeValue(r.ctx, value);
    assert_string_equal(realm_take_exception(&r),
                        "DataCloneError: x[2]: a function cannot be cloned");
    assert_int_equal(buf.len, 4);
    /* marks are inserted behind what was there */
    value = realm_eval(&r, "{ const o = {}; [o, o] }");
    assert_int_equal(qjsp__encode(r.ctx, r.in, value, "x", &r.limits, &buf), QJSP_OK);
    JS_FreeValue(r.ctx, value);
    assert_string_equal(hex_of(qjsp_buffer_peek(&buf)), "6865616482d81ca0d81d1a00000000");
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

/* ---- prototypes the guest has patched ---- */

static const char patches[] =
    "globalThis.fired = 0;"
    "const fire = () => { fired++; throw new Error('patched code ran') };"
    "const all = { get: fire, set: fire, configurable: true, enumerable: false };"
    "const patch = (o, keys) => { for (let i = 0; i < keys.length; i++)"
    "  Reflect.defineProperty(o, keys[i], all) };"
    "const classes = [Map, Set, Date, RegExp, Number, String, Boolean, BigInt, Symbol, DOMException,"
    "  ArrayBuffer, Uint8Array, Object.getPrototypeOf(Uint8Array), BigInt64Array, DataView];"
    "for (let i = 0; i < classes.length; i++) {"
    "  patch(classes[i], [Symbol.species, 'from', 'asIntN', 'asUintN']);"
    "  patch(classes[i].prototype, Reflect.ownKeys(classes[i].prototype));"
    "}"
    "patch(Error.prototype, ['stack']);"
    "patch(Array.prototype, [0, 1, 2, Symbol.iterator, 'push', 'entries', 'concat']);"
    "patch(globalThis, ['Map', 'Set', 'Date', 'RegExp', 'BigInt', 'DataView', 'Error',"
    "  'DOMException', 'Uint8Array', 'TypeError', 'Array']);"
    /* last: descriptors inherit from it */
    "patch(Object.prototype, ['x', 'toJSON', 'cause', 'errors', 'valueOf', 'then',"
    "  Symbol.toPrimitive, '__proto__', 'get', 'set', 'value']);";

static const char *const patched_sources[] = {
    "M = new Map([[1, { x: 2 }], [[3], 4]])",
    "M = new Set([1, [2]])",
    "M = new Date(1234)",
    "M = /a/gi",
    "M = [new Number(1), new String('s'), new Boolean(true), Object(10n ** 40n)]",
    "M = [10n ** 40n, -(10n ** 40n)]",
    "M = new Error('m', { cause: { x: 1 } })",
    "M = new TypeError('t')",
    ("M = [new Uint8Array([1, 2]), new Uint16Array(new ArrayBuffer(8), 2, 1),"
     " new DataView(new ArrayBuffer(3), 1)]"),
    "M = { x: 1, ['__proto__']: 2, toJSON: 3, get: 4, set: 5, then: 6, valueOf: 7 }",
    "M = [1, , [2], 3]",
    "M = { const: [] }; M.a = M.b = M; M",
    "M = Object.assign([1, 2], { x: 3 })",
    "M = { a: [() => 1] }",
};

/* Encodes global M. */
static void encode_global(realm *r, qjsp_status want, qjsp_buffer *buf)
{
    JSValue global = JS_GetGlobalObject(r->ctx), value = JS_GetPropertyStr(r->ctx, global, "M");

    qjsp_buffer_init(buf, &r->alloc, 0);
    assert_int_equal(qjsp__encode(r->ctx, r->in, value, "result", &r->limits, buf), want);
    JS_FreeValue(r->ctx, value);
    JS_FreeValue(r->ctx, global);
}

static void check_fired(realm *r, const char *source)
{
    JSValue fired = realm_eval(r, "fired");

    CHECK_INT(source, JS_VALUE_GET_INT(fired), 0);
    JS_FreeValue(r->ctx, fired);
}

static void check_patched(const char *source)
{
    qjsp_status want = strstr(source, "=>") == NULL ? QJSP_OK : QJSP_ERR_EXCEPTION;
    qjsp_buffer before, after;
    JSValue decoded;
    realm r;

    realm_open(&r);
    JS_FreeValue(r.ctx, realm_eval(&r, source));
    encode_global(&r, want, &before);
    JS_FreeValue(r.ctx, JS_GetException(r.ctx));
    JS_FreeValue(r.ctx, realm_eval(&r, patches));
    encode_global(&r, want, &after);
    check_fired(&r, source);
    CHECK_BYTES(source, after.data, after.len, before.data, before.len);
    if (want == QJSP_OK) {
        decoded = realm_decode(&r, qjsp_buffer_peek(&after));
        check_fired(&r, source);
        CHECK_TRUE(source, !JS_IsException(decoded));
        check_again(&r, source, decoded, qjsp_buffer_peek(&after));
        JS_FreeValue(r.ctx, decoded);
    } else {
        JS_FreeValue(r.ctx, JS_GetException(r.ctx));
    }
    check_fired(&r, source);
    qjsp_buffer_fini(&before);
    qjsp_buffer_fini(&after);
    realm_close(&r);
}

static void test_patched_prototypes_change_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < QJSP_COUNTOF(patched_sources); i++)
        check_patched(patched_sources[i]);
}

static void test_a_module_namespace_is_an_object_of_its_exports(void **state)
{
    static const char source[] = "export const b = 1, a = { x: 2 }; export default a";
    JSValue module, done, exports;
    JSModuleDef *def;
    qjsp_buffer buf;
    realm r;

    (void)state;
    realm_open(&r);
    module = JS_Eval(r.ctx, source, strlen(source), "m.js",
                     JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    assert_false(JS_IsException(module));
    def = JS_VALUE_GET_PTR(module);
    done = JS_EvalFunction(r.ctx, module);
    assert_false(JS_IsException(done));
    exports = JS_GetModuleNamespace(r.ctx, def);
    qjsp_buffer_init(&buf, &r.alloc, 0);
    assert_int_equal(qjsp__encode_lenient(r.ctx, r.in, exports, &r.limits, &buf), QJSP_OK);
    assert_string_equal(hex_of(qjsp_buffer_peek(&buf)), "685b4d6f64756c655d"); /* [Module] */
    qjsp_buffer_clear(&buf);
    assert_int_equal(qjsp__encode(r.ctx, r.in, exports, "x", &r.limits, &buf), QJSP_OK);
    assert_string_equal(hex_of(qjsp_buffer_peek(&buf)),
                        "a36161d81ca16178026162016764656661756c74d81d1a00000000");
    qjsp_buffer_fini(&buf);
    JS_FreeValue(r.ctx, exports);
    JS_FreeValue(r.ctx, done);
    realm_close(&r);
}

/* ---- limits ---- */

static const char deep[] = "(n => { let o = 1; for (let i = 0; i < n; i++)"
                           " o = i % 2 ? [o] : new Map([[1, o]]); return o })";

static const struct {
    const char *name;
    const char *source;
    qjsp__clone_limits limits;
    size_t max_bytes;
    qjsp_status want;
} limit_cases[] = {
    { "as deep as allowed", "[[[1]]]", { .max_depth = 3 }, 0, QJSP_OK },
    { "one too deep", "[[[1]]]", { .max_depth = 2 }, 0, QJSP_ERR_LIMIT },
    { "one too deep, though empty", "[[[]]]", { .max_depth = 2 }, 0, QJSP_ERR_LIMIT },
    { "leaves have no depth", "[new Date(0)]", { .max_depth = 1 }, 0, QJSP_OK },
    { "as many nodes as allowed", "[1, 2, 3]", { .max_nodes = 4 }, 0, QJSP_OK },
    { "one node too many", "[1, 2, 3, 4]", { .max_nodes = 4 }, 0, QJSP_ERR_LIMIT },
    { "keys count", "({ a: 1, b: 2 })", { .max_nodes = 4 }, 0, QJSP_ERR_LIMIT },
    { "nodes inside", "[[1], [2]]", { .max_nodes = 4 }, 0, QJSP_ERR_LIMIT },
    { "holes count", "new Array(60)", { .max_nodes = 50 }, 0, QJSP_ERR_LIMIT },
    { "as many bytes as allowed", "'abc'", { 0 }, 4, QJSP_OK },
    { "one byte too many", "'abcd'", { 0 }, 4, QJSP_ERR_LIMIT },
    { "bytes in a container", "['abcd']", { 0 }, 5, QJSP_ERR_LIMIT },
    { "bytes of a scalar", "1e100", { 0 }, 5, QJSP_ERR_LIMIT },
    { "bytes of marks", "{ const o = {}; [o, o] }", { 0 }, 9, QJSP_ERR_LIMIT },
};

static void test_limits(void **state)
{
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(limit_cases); i++) {
        JSValue value = realm_eval(&r, limit_cases[i].source);
        qjsp_buffer buf;

        qjsp_buffer_init(&buf, &r.alloc, limit_cases[i].max_bytes);
        CHECK_STATUS(limit_cases[i].name,
                     qjsp__encode(r.ctx, r.in, value, "x", &limit_cases[i].limits, &buf),
                     limit_cases[i].want);
        CHECK_TRUE(limit_cases[i].name, !JS_HasException(r.ctx));
        CHECK_TRUE(limit_cases[i].name, limit_cases[i].want == QJSP_OK || buf.len == 0);
        JS_FreeValue(r.ctx, value);
        qjsp_buffer_fini(&buf);
    }
    realm_close(&r);
}

/* Makes, encodes and decodes a value n containers deep. */
static qjsp_status go_deep(realm *r, int32_t n, qjsp_buffer *buf)
{
    JSValue make = realm_eval(r, deep), depth = JS_NewInt32(r->ctx, n);
    JSValue value = JS_Call(r->ctx, make, JS_UNDEFINED, 1, &depth);
    qjsp_status st;

    assert_false(JS_IsException(value));
    qjsp_buffer_init(buf, &r->alloc, 0);
    st = qjsp__encode(r->ctx, r->in, value, "x", &r->limits, buf);
    JS_FreeValue(r->ctx, value);
    JS_FreeValue(r->ctx, make);
    return st;
}

static void test_depth_uses_no_stack(void **state)
{
    qjsp_buffer buf;
    JSValue value;
    realm r;

    (void)state;
    realm_open(&r);
    JS_SetMaxStackSize(r.rt, 64 * 1024);
    assert_int_equal(go_deep(&r, 1000000, &buf), QJSP_ERR_LIMIT);
    qjsp_buffer_fini(&buf);
    r.limits.max_depth = 100000;
    assert_int_equal(go_deep(&r, 100000, &buf), QJSP_OK);
    value = realm_decode(&r, qjsp_buffer_peek(&buf));
    assert_false(JS_IsException(value));
    JS_FreeValue(r.ctx, value);
    r.limits.max_depth = 99999;
    assert_true(JS_IsException(realm_decode(&r, qjsp_buffer_peek(&buf))));
    assert_string_equal(realm_take_exception(&r),
                        "TypeError: cannot decode value: too deeply nested item at byte 299998");
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

static bool count_down(void *ud)
{
    int *left = ud;

    return --*left < 0;
}

static void test_interruption(void **state)
{
    int left = 2;
    qjsp_buffer buf;
    JSValue value;
    realm r;

    (void)state;
    realm_open(&r);
    assert_int_equal(realm_encode(&r, "Array(5000).fill('a')", &buf), QJSP_OK);
    r.limits.interrupted = count_down;
    r.limits.ud = &left;
    value = realm_decode(&r, qjsp_buffer_peek(&buf));
    assert_true(JS_IsException(value));
    value = JS_GetException(r.ctx);
    assert_true(JS_IsUncatchableError(value));
    assert_true(
        realm_test(&r, "e => e instanceof InternalError && e.message == 'interrupted'", value));
    qjsp_buffer_fini(&buf);
    left = 2;
    assert_int_equal(realm_encode(&r, "Array(5000).fill('a')", &buf), QJSP_ERR_TIMEOUT);
    assert_int_equal(buf.len, 0);
    assert_false(JS_HasException(r.ctx));
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

/* ---- bytes that are no value ---- */

static const struct {
    const char *name;
    const char *hex;
    const char *error; /* after "TypeError: cannot decode value: " */
} bad[] = {
    { "nothing", "", "unexpected end at byte 0" },
    { "two values", "0000", "more than one value at byte 1" },
    { "cut text", "6361", "unexpected end at byte 0" },
    { "cut array", "8201", "unexpected end at byte 0" },
    { "a cut array in an array", "8301820203", "unexpected end at byte 5" },
    { "a count beyond the input", "9bffffffffffffffff", "unexpected end at byte 0" },
    { "indefinite length", "9fff", "malformed item at byte 0" },
    { "invalid UTF-8", "62c328", "malformed item at byte 0" },
    { "a hole alone", "f8e0", "hole outside an array at byte 0" },
    { "a hole in an object", "a16161f8e0", "hole outside an array at byte 5" },
    { "a hole in a Map", "d90103a1f8e001", "hole outside an array at byte 6" },
    { "a hole in a Set", "d9010281f8e0", "hole outside an array at byte 6" },
    { "a number as key", "a10102", "key that is no text at byte 1" },
    { "an unknown tag", "d8ff00", "unknown tag at byte 0" },
    { "a reference to nothing", "81d81d00", "reference to nothing at byte 3" },
    { "a negative reference", "81d81d20", "reference to nothing at byte 3" },
    { "a reference to itself", "d81cd81d00", "tag 28 on what is no object at byte 2" },
    { "a typed array in its own buffer", "d81cd840d81d00",
      "reference to an incomplete value at byte 6" },
    { "tag 28 twice", "d81cd81c80", "unknown tag at byte 2" },
    { "tag 28 on a number", "d81c01", "tag 28 on what is no object at byte 2" },
    { "tag 28 on a hole", "81d81cf8e0", "tag 28 on what is no object at byte 3" },
    { "a date of text", "c16161", "expected a number at byte 1" },
    { "a bigint of text", "c26161", "expected the bytes of a bigint at byte 1" },
    { "a Map of an array", "d9010380", "item of the wrong type at byte 3" },
    { "a Set of a map", "d90102a0", "item of the wrong type at byte 3" },
    { "an invalid RegExp", "d9524a82612860", "invalid regular expression at byte 0" },
    { "invalid RegExp flags", "d9524a826161617a", "invalid regular expression at byte 0" },
    { "a RegExp of three", "d9524a8361616060", "wrong number of arguments at byte 3" },
    { "half an element", "d84543000000", "typed array with half an element at byte 0" },
    { "a typed array of text", "d8406161", "expected the bytes of a buffer at byte 2" },
    { "a view of an object", "82d81ca0d81b846a55696e74384172726179d81d000000",
      "view of what is no ArrayBuffer at byte 6" },
    { "a view outside", "d81b846a55696e7438417272617941000200",
      "view outside its buffer at byte 2" },
    { "a long view", "d81b846a55696e7438417272617941000002", "view outside its buffer at byte 2" },
    { "a misaligned view", "d81b846b55696e743136417272617944000000000101",
      "view outside its buffer at byte 2" },
    { "a view of size -1", "d81b8468446174615669657741000020",
      "invalid size of a view at byte 15" },
    { "a class without a name", "d81b80", "object without a class at byte 2" },
    { "a class of a number", "d81b820101", "item of the wrong type at byte 3" },
    { "an unknown class", "d81b8263466f6f01", "unknown class at byte 3" },
    { "two numbers", "d81b83664e756d6265720101", "wrong number of arguments at byte 2" },
    { "a Number of text", "d81b82664e756d6265726161", "expected a number at byte 10" },
    { "a BigInt of a number", "d81b8266426967496e7401", "item of the wrong type at byte 10" },
    { "an Error of text", "d81b82654572726f726161", "item of the wrong type at byte 9" },
    { "an Error called 1", "d81b82654572726f72a1646e616d6501",
      "wrong field of an Error at byte 16" },
    { "errors that are no array", "d81b82654572726f72a1666572726f727301",
      "wrong field of an Error at byte 18" },
    { "an array of length -1", "d81b8365417272617920a0", "invalid array length at byte 9" },
    { "an array that is too long", "d81b836541727261791b0000000100000000a0",
      "invalid array length at byte 9" },
    { "an array's length as a key", "d81b8365417272617901a1666c656e67746800",
      "key that cannot be set at byte 19" },
};

static void test_bad_bytes(void **state)
{
    static const char prefix[] = "TypeError: cannot decode value: ";
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(bad); i++) {
        qjsp_buffer bytes;
        const char *error;

        hex_read(bad[i].hex, &bytes);
        CHECK_TRUE(bad[i].name, JS_IsException(realm_decode(&r, qjsp_buffer_peek(&bytes))));
        error = realm_take_exception(&r);
        CHECK_TRUE(bad[i].name, strncmp(error, prefix, strlen(prefix)) == 0);
        CHECK_STR(bad[i].name, error + strlen(prefix), bad[i].error);
        qjsp_buffer_fini(&bytes);
    }
    realm_close(&r);
}

/* Each proper beginning of a value is refused, and each changed byte survived. */
static void test_damaged_bytes(void **state)
{
    qjsp_buffer buf;
    JSValue value;
    realm r;

    (void)state;
    realm_open(&r);
    JS_SetMemoryLimit(r.rt, 8 << 20);
    assert_int_equal(
        realm_encode(&r,
                     "{ const o = { a: [1, , 'x'], m: new Map([[1, 2]]), s: new Set([3]),"
                     " e: new TypeError('t'), d: new Date(1), r: /a/g, n: -(2n ** 70n),"
                     " v: new Uint16Array(2), b: Object(1) };"
                     " o.o = o; o.w = new DataView(o.v.buffer, 1); o }",
                     &buf),
        QJSP_OK);
    for (size_t len = 0; len < buf.len; len++) {
        assert_true(JS_IsException(realm_decode(&r, (qjsp_bytes){ buf.data, len })));
        realm_take_exception(&r);
    }
    for (size_t i = 0; i < 8 * buf.len; i++) {
        buf.data[i / 8] ^= (uint8_t)(1 << i % 8);
        value = realm_decode(&r, qjsp_buffer_peek(&buf));
        if (JS_IsException(value))
            realm_take_exception(&r);
        JS_FreeValue(r.ctx, value);
        buf.data[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    qjsp_buffer_fini(&buf);
    realm_close(&r);
}

/* Forms that only other writers make. */
static const struct {
    const char *name;
    const char *hex;
    const char *is;
} foreign[] = {
    { "a bigint with leading zeros", "c24400000001", "x => x === 1n" },
    { "a long negative bigint with zeros", "c34a00008000000000000000",
      "x => x === -(2n ** 63n) - 1n" },
    { "an integer beyond 2^53", "1bffffffffffffffff", "x => x === 2 ** 64" },
    { "a short reference", "82d81c80d81d00", "x => x[0] === x[1]" },
    { "a key twice", "a2616101616102", "x => x.a === 2 && Object.keys(x).length === 1" },
    { "a Map's key twice", "d90103a201010102", "x => x.size === 1 && x.get(1) === 2" },
    { "-0 as a Map's key", "d90103a1f9800001", "x => Object.is([...x.keys()][0], 0)" },
    { "a wrong length of a sparse array", "d81b8365417272617900a1613501", "x => x.length === 6" },
    { "an Error without a name", "d81b82654572726f72a0",
      "x => x instanceof Error && !Object.hasOwn(x, 'message') && x.stack === undefined" },
    { "fields of an Error that are unknown",
      "82d81b82654572726f72a26178d81c80676d6573736167656161d81d00",
      "x => x[0].message === 'a' && !('x' in x[0]) && x[1].length === 0" },
    { "a date of 1e300", "c1fb7e37e43c8800759c", "x => isNaN(x)" },
    { "a cause before the name",
      "d81b82654572726f72a265636175736501646e616d656a52616e67654572726f72",
      "x => x instanceof RangeError && x.cause === 1" },
};

static void test_foreign_bytes(void **state)
{
    realm r;

    (void)state;
    realm_open(&r);
    for (size_t i = 0; i < QJSP_COUNTOF(foreign); i++) {
        qjsp_buffer bytes;
        JSValue value;

        hex_read(foreign[i].hex, &bytes);
        value = realm_decode(&r, qjsp_buffer_peek(&bytes));
        if (JS_IsException(value))
            CHECK_FAIL(foreign[i].name, __FILE__, __LINE__, "  threw: %s\n",
                       realm_take_exception(&r));
        CHECK_TRUE(foreign[i].name, realm_test(&r, foreign[i].is, value));
        qjsp_buffer_fini(&bytes);
    }
    realm_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_vanishing_keys_shrink_a_long_head),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_a_refusal_is_a_dom_exception_with_a_short_path),
        cmocka_unit_test(test_a_failure_cuts_the_buffer_back),
        cmocka_unit_test(test_patched_prototypes_change_nothing),
        cmocka_unit_test(test_a_module_namespace_is_an_object_of_its_exports),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_depth_uses_no_stack),
        cmocka_unit_test(test_interruption),
        cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_damaged_bytes),
        cmocka_unit_test(test_foreign_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
