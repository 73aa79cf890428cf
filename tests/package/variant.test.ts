// SPDX-License-Identifier: MIT
// qjspool/variant under quickjs-emscripten-core: every public method of its contexts, runtimes and
// promises, on our engine. variant-reference.host.test.ts holds the same programs to another variant.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isFail,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  Scope,
  shouldInterruptAfterDeadline,
  type QuickJSContext,
  type QuickJSHandle,
} from "quickjs-emscripten-core";
import { RELEASE_SYNC } from "qjspool/variant";
import { dumpOf, names, namesOf, programs } from "./lib/variant-programs.js";

/** A context of a module of its own. Ends with all of its handles disposed of, or fails. */
async function withContext(body: (ctx: QuickJSContext) => void | Promise<void>): Promise<void> {
  const module = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
  const ctx = module.newContext();
  await body(ctx);
  ctx.dispose(); // the engine ends with an error of its own if an object is left
}

const evaluated = (ctx: QuickJSContext, code: string): QuickJSHandle => ctx.unwrapResult(ctx.evalCode(code));

for (const [code, want] of programs) {
  test(`dump of ${code.slice(0, 60)}`, () =>
    withContext((ctx) => {
      assert.deepEqual(dumpOf(ctx, code), want);
    }));
}

for (const [options, want] of names) {
  test(`own property names, ${JSON.stringify(options)}`, () =>
    withContext((ctx) => {
      assert.deepEqual(namesOf(ctx, options), want);
    }));
}

test("values are made and read", () =>
  withContext((ctx) => {
    const read: [QuickJSHandle, (handle: QuickJSHandle) => unknown, unknown][] = [
      [ctx.newNumber(-0.5), ctx.getNumber, -0.5],
      [ctx.newString("é€😀 text"), ctx.getString, "é€😀 text"],
      [ctx.newString("x".repeat(100_000)), (h) => ctx.getString(h).length, 100_000],
      [ctx.newBigInt(-(2n ** 80n)), (h) => ctx.getBigInt(h), -(2n ** 80n)],
      [ctx.newSymbolFor("k"), (h) => ctx.getSymbol(h) === Symbol.for("k"), true],
      [ctx.newUniqueSymbol("u"), (h) => ctx.getSymbol(h).description, "u"],
      [ctx.getWellKnownSymbol("iterator"), (h) => ctx.typeof(h), "symbol"],
      [ctx.newError({ name: "OddError", message: "m" }), (h) => (ctx.dump(h) as Error).name, "OddError"],
      [ctx.newArray(), (h) => ctx.getLength(h), 0],
      [ctx.newArrayBuffer(new Uint8Array([1, 2, 255]).buffer), (h) => ctx.getArrayBuffer(h).consume((b) => [...b.value]), [1, 2, 255]],
    ];
    for (const [handle, get, want] of read) handle.consume((value) => assert.deepEqual(get(value), want));
    assert.deepEqual([ctx.undefined, ctx.null, ctx.true, ctx.false].map((h) => ctx.dump(h)), [undefined, null, true, false]);
  }));

test("properties are got, set, defined and listed", () =>
  withContext((ctx) => {
    Scope.withScope((scope) => {
      const proto = scope.manage(evaluated(ctx, "({ get inherited() { return this.own + 1 } })"));
      const object = scope.manage(ctx.newObject(proto));
      ctx.setProp(object, "own", scope.manage(ctx.newNumber(1)));
      ctx.setProp(object, 7, ctx.true);
      ctx.defineProp(object, "hidden", { value: ctx.null, configurable: true });
      ctx.defineProp(object, "computed", { get: () => ctx.newNumber(42), enumerable: true });
      assert.equal(ctx.getProp(object, "inherited").consume(ctx.dump), 2);
      assert.equal(ctx.getProp(object, 7).consume(ctx.dump), true);
      assert.deepEqual(ctx.dump(object), { 7: true, own: 1, computed: 42 });
      const list = scope.manage(evaluated(ctx, "[1, 2]"));
      assert.equal(ctx.getLength(list), 2);
      const iterator = scope.manage(ctx.unwrapResult(ctx.getIterator(list)));
      const seen = [...iterator].map((item) => ctx.unwrapResult(item).consume(ctx.dump));
      assert.deepEqual(seen, [1, 2]);
      assert.deepEqual([ctx.eq(list, list), ctx.sameValue(object, list), ctx.sameValueZero(ctx.true, ctx.true)], [true, false, true]);
    });
  }));

test("functions of the host are called, and throw", () =>
  withContext((ctx) => {
    const add = ctx.newFunction("add", function (a, b) {
      return ctx.newNumber(ctx.getNumber(a!) + ctx.getNumber(b!) + (ctx.typeof(this) === "object" ? ctx.getProp(this, "n").consume(ctx.getNumber) : 0));
    });
    const boom = ctx.newFunction("boom", () => {
      throw new TypeError("of the host");
    });
    const fail = ctx.newFunction("fail", () => ({ error: ctx.newString("as a result") }));
    const Made = ctx.newConstructorFunction("Made", (value) => {
      const object = ctx.newObject();
      ctx.setProp(object, "value", value!);
      return object;
    });
    for (const [name, fn] of Object.entries({ add, boom, fail, Made })) fn.consume((value) => ctx.setProp(ctx.global, name, value));
    assert.equal(dumpOf(ctx, "({ n: 10, add }).add(1, 2)")[1], 13);
    assert.deepEqual(dumpOf(ctx, "[add.name, add.length, new Made(5).value]")[1], ["add", 2, 5]);
    assert.deepEqual(dumpOf(ctx, "try { boom() } catch (e) { [e.name, e.message] }")[1], ["TypeError", "of the host"]);
    assert.equal(dumpOf(ctx, "try { fail() } catch (e) { e }")[1], "as a result");
    assert.equal(dumpOf(ctx, "try { new add(1, 2) } catch (e) { e.name }")[1], "TypeError");
    const call = ctx.unwrapResult(ctx.callMethod(ctx.global, "add", [ctx.true, ctx.true]));
    assert.equal(Number.isNaN(call.consume(ctx.dump)), true); // the global object has no n
  }));

test("references to the host's objects", () =>
  withContext((ctx) => {
    const object = { secret: 1 };
    const ref = ctx.newHostRef(object);
    ctx.setProp(ctx.global, "ref", ref.handle);
    const back = evaluated(ctx, "ref");
    assert.equal(ctx.unwrapHostRef(back), object);
    ctx.toHostRef(back)!.dispose();
    assert.equal(ctx.toHostRef(ctx.global), undefined);
    for (const one of [back, ref]) one.dispose();
    evaluated(ctx, "delete globalThis.ref; 0").dispose();
  }));

test("promises are made, watched and resolved", () =>
  withContext(async (ctx) => {
    const deferred = ctx.newPromise();
    ctx.setProp(ctx.global, "p", deferred.handle);
    const seen = evaluated(ctx, "globalThis.seen = []; p.then((v) => seen.push(v)); p");
    assert.equal(ctx.getPromiseState(seen).type, "pending");
    const settled = ctx.resolvePromise(seen);
    ctx.newString("done").consume((text) => deferred.resolve(text));
    assert.equal(ctx.runtime.hasPendingJob(), true);
    assert.equal(ctx.unwrapResult(ctx.runtime.executePendingJobs()) > 0, true);
    assert.equal(ctx.unwrapResult(await settled).consume(ctx.dump), "done");
    assert.deepEqual(dumpOf(ctx, "seen")[1], ["done"]);
    await deferred.settled;
    for (const handle of [seen, deferred]) handle.dispose();
    const rejected = evaluated(ctx, "Promise.reject(new Error('no'))");
    const result = await ctx.resolvePromise(rejected).then((r) => (ctx.runtime.executePendingJobs(), r), (e: unknown) => e).constructor;
    assert.ok(result);
    rejected.dispose();
    evaluated(ctx, "delete globalThis.p; delete globalThis.seen; 0").dispose();
  }));

test("modules are loaded and normalized by the host", () =>
  withContext((ctx) => {
    ctx.runtime.setModuleLoader(
      (name) => (name === "gone" ? { error: new Error("no such module") } : `export const name = ${JSON.stringify(name)}; export default 5`),
      (base, name) => (name.startsWith("./") ? `${base}/${name.slice(2)}` : name),
    );
    assert.deepEqual(dumpOf(ctx, "import d, { name } from './x'; export { d, name }")[1], { d: 5, name: "eval.js/x" });
    assert.match(String((dumpOf(ctx, "import 'gone'")[1] as Error).message), /no such module/);
    ctx.runtime.removeModuleLoader();
    assert.equal(dumpOf(ctx, "import 'x'")[0], "error");
  }));

test("limits: time, memory, stack", () =>
  withContext((ctx) => {
    ctx.runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + 50));
    assert.match(String((dumpOf(ctx, "for (;;) {}")[1] as Error).message), /interrupted/);
    ctx.runtime.removeInterruptHandler();
    ctx.runtime.setMemoryLimit(4 << 20);
    assert.equal(dumpOf(ctx, "const hoard = []; for (;;) hoard.push(new Uint8Array(1e5))")[0], "error");
    ctx.runtime.setMemoryLimit(-1);
    assert.equal(dumpOf(ctx, "let n = 0; (function f() { n++; f() })()")[0], "error");
    assert.equal(dumpOf(ctx, "1 + 1")[1], 2);
    ctx.runtime.setMaxStackSize(64 * 1024);
    assert.deepEqual(dumpOf(ctx, "try { (function f() { f() })() } catch (e) { e.name }")[1], "RangeError");
  }));

test("recursion of a thousand levels is fine", () =>
  withContext((ctx) => {
    assert.equal(dumpOf(ctx, "(function f(n) { return n === 0 ? 0 : 1 + f(n - 1) })(1000)")[1], 1000);
  }));

// What recurses in the engine alone, far past what the host's stack holds.
const nested = "let deep = []; for (let i = 0; i < 50000; i++) deep = [deep]; ";
const proxies = "let proxy = {}; for (let i = 0; i < 50000; i++) proxy = new Proxy(proxy, {}); ";
const recursions: [name: string, code: string][] = [
  ["JSON.parse", "JSON.parse('['.repeat(50000) + ']'.repeat(50000))"],
  ["flat", `${nested}deep.flat(Infinity)`],
  ["flat of a cycle", "const cycle = []; cycle[0] = cycle; cycle.flat(Infinity)"],
  ["a property of proxies of proxies", `${proxies}proxy.x`],
  ["parentheses", "eval('('.repeat(50000) + '1' + ')'.repeat(50000))"],
  ["brackets", "eval('['.repeat(50000) + ']'.repeat(50000))"],
  ["conditions", "eval('a?'.repeat(30000) + '1' + ':1'.repeat(30000))"],
  ["operators", "eval('!'.repeat(100000) + '1')"],
  ["templates", "eval('`${'.repeat(20000) + '1' + '}`'.repeat(20000))"],
  ["blocks", "eval('{'.repeat(50000) + '}'.repeat(50000))"],
  ["statements", "eval('if (0) '.repeat(50000) + '1')"],
];
for (const [name, code] of recursions) {
  test(`endless recursion is the guest's error: ${name}`, () =>
    withContext((ctx) => {
      assert.equal(dumpOf(ctx, `let thrown; try { ${code} } catch (e) { thrown = e.name } thrown`)[1], "RangeError");
      assert.equal(dumpOf(ctx, "6 * 7")[1], 42);
    }));
}

test("programs may nest three hundred deep", () =>
  withContext((ctx) => {
    const codes = ["eval('('.repeat(300) + '5' + ')'.repeat(300))", "JSON.parse('['.repeat(3000) + ']'.repeat(3000)); 5"];
    for (const code of codes) assert.equal(dumpOf(ctx, code)[1], 5);
  }));

test("JSON.stringify of a deep value is the guest's error", () =>
  withContext((ctx) => {
    const code = "let deep = []; for (let i = 0; i < 50000; i++) deep = [deep]; let e; try { JSON.stringify(deep) } catch (x) { e = x.name } e";
    assert.equal(evaluated(ctx, code).consume((it) => ctx.dump(it)), "RangeError");
    assert.equal(evaluated(ctx, "JSON.stringify({ a: [1] })").consume((it) => ctx.dump(it)), '{"a":[1]}');
  }));

test("lengths and names are right however much memory the guest takes", () =>
  withContext((ctx) => {
    for (const mib of [1, 10, 30]) {
      evaluated(ctx, `globalThis.big${mib} = new Uint8Array(${mib} << 20); 0`).dispose();
      assert.equal(evaluated(ctx, "[1, 2, 3]").consume((it) => ctx.getLength(it)), 3);
      const names = ctx.unwrapResult(ctx.getOwnPropertyNames(ctx.global, { strings: true }));
      assert.ok(names.map((name) => ctx.getString(name)).includes(`big${mib}`));
      names.dispose();
    }
    const ended = ctx.evalCode("const all = []; for (;;) all.push(new Uint8Array(8 << 20).fill(1))");
    assert.equal(ended.error?.consume((it) => (ctx.dump(it) as Error).message), "out of memory");
    assert.equal(evaluated(ctx, "'goes on'").consume((it) => ctx.dump(it)), "goes on");
  }));

test("what is told of memory", () =>
  withContext((ctx) => {
    const usage = ctx.runtime.computeMemoryUsage().consume(ctx.dump) as Record<string, number>;
    assert.ok(usage["memory_used_size"]! > 10_000 && usage["obj_count"]! > 10);
    assert.match(ctx.runtime.dumpMemoryUsage(), /memory usage/);
  }));

test("binary JSON there and back", () =>
  withContext((ctx) => {
    const value = evaluated(ctx, "({ a: [1, 'x', new Date(5), new Uint8Array([1, 2])] })");
    const bytes = ctx.encodeBinaryJSON(value);
    const back = ctx.decodeBinaryJSON(bytes);
    assert.deepEqual(ctx.dump(back), ctx.dump(value));
    for (const handle of [value, bytes, back]) handle.dispose();
  }));

test("evaluation options", () =>
  withContext((ctx) => {
    const dump = (code: string, options: object): unknown => {
      const result = ctx.evalCode(code, "o.js", options);
      if (isFail(result)) return result.error.consume((e) => (ctx.dump(e) as Error).name);
      return result.value.consume(ctx.dump);
    };
    assert.equal(dump("(function () { return this === undefined })()", { strict: true }), true);
    assert.equal(dump("(function () { return this === undefined })()", { strict: false }), false);
    assert.deepEqual(dump("export const x = 1", { type: "module" }), { x: 1 });
    assert.equal(dump("export const x = 1", { type: "global" }), "SyntaxError");
  }));

test("contexts of one runtime share it, and two runtimes nothing", async () => {
  const module = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
  const runtime = module.newRuntime();
  const [a, b] = [runtime.newContext(), runtime.newContext()];
  a.newNumber(1).consume((n) => a.setProp(a.global, "n", n));
  assert.equal(dumpOf(b, "typeof n")[1], "undefined");
  a.getProp(a.global, "n").consume((n) => b.setProp(b.global, "n", n));
  assert.equal(dumpOf(b, "n")[1], 1);
  for (const one of [a, b, runtime]) one.dispose();
  const [c, d] = [module.newContext(), module.newContext()];
  const foreign = c.newObject();
  assert.throws(() => d.getProp(foreign, "x"), { name: "QuickJSWrongOwner" });
  for (const one of [foreign, c, d]) one.dispose();
});

test("intrinsics can be left out", async () => {
  const module = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
  const runtime = module.newRuntime();
  const ctx = runtime.newContext({ intrinsics: { BaseObjects: true, Eval: true } });
  assert.equal(dumpOf(ctx, "typeof Date + typeof Promise + typeof Array")[1], "undefinedundefinedfunction");
  for (const one of [ctx, runtime]) one.dispose();
});

test("a guest cannot lose objects by its limit of stack traces", async () => {
  const module = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
  const codes = [
    "Error.stackTraceLimit = {}; Error.stackTraceLimit = {}; 0",
    "Error.stackTraceLimit = { valueOf() { Error.stackTraceLimit = 3; return 1 } }; new Error('x'); 0",
    "const own = []; own.push(own); Error.stackTraceLimit = own; 0",
  ];
  for (const code of codes) {
    const ctx = module.newContext();
    assert.equal(dumpOf(ctx, code)[1], 0);
    ctx.dispose();
  }
  const runtime = module.newRuntime();
  const ctx = runtime.newContext();
  runtime.setMemoryLimit(4 << 20);
  const code = "for (let i = 0; i < 200; i++) Error.stackTraceLimit = new Array(10000).fill(i); 'fits'";
  assert.equal(dumpOf(ctx, code)[1], "fits");
  for (const one of [ctx, runtime]) one.dispose();
});

test("a memory and an instance of the caller's", async () => {
  const memory = new WebAssembly.Memory({ initial: 96, maximum: 4096 });
  const module = await newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory: memory }));
  assert.equal(module.getWasmMemory(), memory);
  assert.equal(module.evalCode("1 + 1"), 2);
});

test("what guests patch changes nothing here", () =>
  withContext((ctx) => {
    dumpOf(ctx, "JSON.stringify = Promise.prototype.then = Array.prototype[Symbol.iterator] = () => { throw 1 }; Object.prototype.toJSON = undefined; 0");
    assert.deepEqual(dumpOf(ctx, "({ a: [1] })")[1], { a: [1] });
    assert.equal(dumpOf(ctx, "new Error('m')")[0], "object");
    assert.deepEqual(dumpOf(ctx, "new Proxy({}, { ownKeys() { throw new Error('x') } })")[1], "[object Object]");
  }));
