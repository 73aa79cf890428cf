// SPDX-License-Identifier: MIT
// qjspool/variant where host functions and module loaders answer later: by JavaScript Promise
// Integration, where there is one, and by the Wasm that suspends itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { getAsyncifiedWasm } from "qjspool";
import { newQuickJSAsyncWASMModuleFromVariant, newVariant, type QuickJSAsyncContext } from "quickjs-emscripten-core";
import { RELEASE_ASYNC } from "qjspool/variant";
import { dumpOf, programs } from "./lib/variant-programs.js";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const ways: [string, () => Promise<typeof RELEASE_ASYNC>][] = [
  ["asyncify", async () => newVariant(RELEASE_ASYNC, { wasmModule: (await getAsyncifiedWasm()) as WebAssembly.Module })],
];
if ("Suspending" in WebAssembly) ways.push(["integration", async () => RELEASE_ASYNC]);

/** With `later`, which doubles a number, `fails`, and `now`, which answers at once. */
async function withContext(variant: typeof RELEASE_ASYNC, body: (ctx: QuickJSAsyncContext) => unknown): Promise<void> {
  const module = await newQuickJSAsyncWASMModuleFromVariant(variant);
  const ctx = module.newContext();
  const later = ctx.newAsyncifiedFunction("later", async (value) => {
    const number = value === undefined ? 0 : ctx.getNumber(value);
    await sleep(0);
    return ctx.newNumber(number * 2);
  });
  const fails = ctx.newAsyncifiedFunction("fails", async () => {
    await sleep(0);
    throw new RangeError("of the host");
  });
  const now = ctx.newFunction("now", (value) => ctx.newNumber(ctx.getNumber(value) + 1));
  for (const fn of [later, fails, now]) fn.consume((it) => ctx.setProp(ctx.global, ctx.getProp(it, "name").consume(ctx.getString), it));
  await body(ctx);
  disposeAll(ctx); // the engine ends with an error of its own if an object is left
}

/** The core's asynchronous contexts leave their runtime to whoever made them. */
function disposeAll(ctx: QuickJSAsyncContext): void {
  const { runtime } = ctx;
  ctx.dispose();
  runtime.dispose();
}

function both(name: string, body: (ctx: QuickJSAsyncContext) => unknown): void {
  for (const [way, variant] of ways) test(`${way}: ${name}`, async () => withContext(await variant(), body));
}

/** The value of a result, or the text of its error. */
function told(ctx: QuickJSAsyncContext, result: Awaited<ReturnType<QuickJSAsyncContext["evalCodeAsync"]>>): unknown {
  if (result.error === undefined) return result.value.consume(ctx.dump);
  const { name, message } = result.error.consume(ctx.dump) as Error;
  return `${name}: ${message}`;
}

const evaluate = async (ctx: QuickJSAsyncContext, code: string): Promise<unknown> => told(ctx, await ctx.evalCodeAsync(code));
const evaluateNow = (ctx: QuickJSAsyncContext, code: string): unknown => told(ctx, ctx.evalCode(code));

const REFUSED = "TypeError: the host's answer comes later, and it cannot be waited for here";

// ---- where a guest can wait: below each kind of call that the engine makes ----

const waits: [code: string, want: unknown][] = [
  ["later(21)", 42],
  ["now(later(2)) + later(now(1))", 9],
  ["try { fails() } catch (e) { `${e.name}: ${e.message}` }", "RangeError: of the host"],
  ["[1, 2, 3].map(later)", [2, 4, 6]],
  ["[1, 2, 3].reduce((sum, x) => sum + later(x), 0)", 12],
  ["[3, 1, 2].sort((a, b) => later(a) - later(b))", [1, 2, 3]],
  ["[...new Uint8Array([3, 1, 2]).sort((a, b) => later(a) - later(b))]", [1, 2, 3]],
  ["Array.from({ length: 3 }, (_, i) => later(i))", [0, 2, 4]],
  ["[[1], [2]].flatMap(([x]) => [later(x)])", [2, 4]],
  ["let sum = 0; new Set([1, 2]).forEach((x) => (sum += later(x))); new Map([[3, 4]]).forEach((x) => (sum += later(x))); sum", 14],
  ["JSON.stringify(Object.groupBy([1, 2], (x) => later(x)))", '{"2":[1],"4":[2]}'],
  ["Iterator.from([1, 2]).map(later).filter((x) => later(x) > 4).toArray()", [4]],
  ["new (class { constructor() { this.x = later(3); } })().x", 6],
  ["new (class extends class { constructor() { this.x = later(3); } } { y = later(this.x); })().y", 12],
  ["Reflect.construct(function () { this.x = later(1); }, []).x", 2],
  ["class A { static x = later(1); static { this.y = later(2); } } A.x + A.y", 6],
  ["({ get x() { return later(4); } }).x", 8],
  ["let got; ({ set x(value) { got = later(value); } }).x = 4; got", 8],
  ["({ [`k${later(1)}`]: 1 }).k2", 1],
  ["({ valueOf: () => later(5) }) + 1", 11],
  ["({ valueOf: () => later(1) }) < ({ valueOf: () => later(2) })", true],
  ["({ valueOf: () => later(1) }) == 2", true],
  ["let v = { valueOf: () => later(1) }; v++; -v + ~v + (v << 1) + (v & 3)", -3 - 4 + 6 + 3],
  ["`${{ toString: () => String(later(6)) }}`", "12"],
  ["({ a: 1 })[{ toString: () => (later(1), 'a') }]", 1],
  ["({ [Symbol.toPrimitive]: () => later(1) }) * 3", 6],
  ["BigInt({ valueOf: () => BigInt(later(1)) }) === 2n", true],
  ["new Date({ valueOf: () => later(5) }).getTime()", 10],
  ["Math.max({ valueOf: () => later(5) }, 1)", 10],
  ["'abc'.at({ valueOf: () => later(1) })", "c"],
  ["[] instanceof { [Symbol.hasInstance]: () => later(1) }", true],
  ["[...(function* () { yield later(1); yield later(2); })()]", [2, 4]],
  ["let g = (function* () { try { yield 1; } finally { later(1); } })(); for (const x of g) break; g.next().done", true],
  ["let [a, b] = { *[Symbol.iterator]() { yield later(1); yield later(2); } }; a + b", 6],
  ["let { x = later(2), ...rest } = { get y() { return later(3); } }; x + rest.y", 10],
  ["let out = []; for (const k in new Proxy({}, { ownKeys: () => (later(1), ['k']), getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) })) out.push(k); out", ["k"]],
  ["((...args) => args.length)(...{ *[Symbol.iterator]() { yield later(1); } })", 1],
  ["String.raw`${{ toString: () => `x${later(1)}` }}`", "x2"],
  ["((x = later(1)) => x)()", 2],
  ["later.call(null, 1) + later.apply(null, [2]) + Reflect.apply(later, null, [3]) + later.bind(null, 4)()", 20],
  ["'abc'.replace(/b/g, () => later(7)) + 'abc'.replace('b', () => later(1)) + 'abc'.replaceAll('b', () => later(2))", "a14ca2ca4c"],
  ["class R extends RegExp { exec(s) { later(1); return super.exec(s); } } 'abc'.match(new R('b'))[0]", "b"],
  ["'a-b'.split({ [Symbol.split]: (s) => later(s.length) })", 6],
  ["JSON.stringify({ toJSON: () => later(8) })", "16"],
  ["JSON.stringify([1], (k, v) => (typeof v === 'number' ? later(v) : v))", "[2]"],
  ["JSON.parse('[1]', (k, v) => (typeof v === 'number' ? later(v) : v))", [2]],
  ["eval('later(3)') + (0, eval)('later(4)')", 14],
  ["new Function('return later(4)')()", 8],
  ["new Proxy(function () {}, { apply: () => later(1), construct: () => ({ x: later(2) }) })() + new (new Proxy(function () {}, { construct: () => ({ x: later(2) }) }))().x", 6],
  ["new Proxy({}, { get: () => later(9) }).x", 18],
  ["let seen; new Proxy({}, { set: (t, k, v) => (seen = later(v)) }).x = 2; seen", 4],
  ["'x' in new Proxy({}, { has: () => later(1) })", true],
  ["delete new Proxy({}, { deleteProperty: () => later(1) }).x", true],
  ["Reflect.ownKeys(new Proxy({}, { ownKeys: () => (later(1), ['q']) }))", ["q"]],
  ["Reflect.defineProperty(new Proxy({}, { defineProperty: () => later(1) }), 'x', { value: 1 })", true],
  ["Reflect.getOwnPropertyDescriptor(new Proxy({ x: 1 }, { getOwnPropertyDescriptor: () => (later(1), { value: 1, configurable: true }) }), 'x').value", 1],
  ["Object.getPrototypeOf(new Proxy({}, { getPrototypeOf: () => (later(1), null) }))", null],
  ["Reflect.setPrototypeOf(new Proxy({}, { setPrototypeOf: () => later(1) }), null)", true],
  ["Object.isExtensible(new Proxy({}, { isExtensible: () => later(1) }))", true],
  ["Reflect.preventExtensions(new Proxy({}, { preventExtensions: () => later(0) }))", false],
  ["Object.assign({}, { get x() { return later(1); } }).x", 2],
  ["with ({ get x() { return later(1); } }) x", 2],
  ["let o = { get x() { return later(1); } }; for (let i = 0; i < 200; i++) o = new Proxy(o, {}); o.x", 2],
  ["(async () => { globalThis.sum = later(1); })(); sum", 2],
  ["let r; new Promise((resolve) => (r = later(1))); r", 2],
  ["let t; Promise.resolve({ get then() { t = later(1); } }); t", 2],
  ["{ using d = { [Symbol.dispose]: () => (globalThis.disposed = later(1)) }; } disposed", 2],
  ["(async function* () { globalThis.first = later(1); yield; })().next(); first", 2],
  ["let e; try { try { throw later(1); } finally { later(2); } } catch (x) { e = x; } e", 2],
];

for (const [code, want] of waits) {
  both(`waits in ${code.slice(0, 90)}`, async (ctx) => {
    assert.deepEqual(await evaluate(ctx, code), want);
  });
}

both("a module and what it imports are waited for, and their names", async (ctx) => {
  const asked: string[] = [];
  ctx.runtime.setModuleLoader(
    async (name) => {
      asked.push(name);
      await sleep(0);
      if (name === "./missing") throw new RangeError("no such module");
      return name === "./a" ? "import b from 'b'; export default b + later(1); export * as b from 'b';" : "export default 1;";
    },
    async (_base, name) => {
      await sleep(0);
      return name === "a" ? "./a" : `./${name}`;
    },
  );
  assert.deepEqual(await evaluate(ctx, "import a from 'a'; export const c = a + later(2); export default a;"), { c: 7, default: 3 });
  assert.deepEqual(asked, ["./a", "./b"]);
  assert.equal(await evaluate(ctx, "import a from 'missing'; export {};"), "RangeError: no such module");
});

// ---- where it cannot: an error that guests can catch, and everything goes on ----

const refusals: [code: string, want: unknown][] = [
  ["Error.prepareStackTrace = () => { try { later(1); } catch (e) { return `${e.name}: ${e.message}`; } }; new Error('x').stack", REFUSED],
  ["Error.prepareStackTrace = () => later(1); new Error('x').stack", null],
  ["let said; Error.stackTraceLimit = { valueOf() { try { later(1); } catch (e) { said = String(e); } return 1; } }; new Error('x'); said", REFUSED],
  [
    "let said; Error.captureStackTrace(new Proxy({}, { defineProperty() { try { later(1); } catch (e) { said = String(e); } return true; } })); said",
    REFUSED,
  ],
];

for (const [code, want] of refusals) {
  both(`does not wait in ${code.slice(0, 70)}`, async (ctx) => {
    assert.deepEqual(await evaluate(ctx, code), want);
    await evaluate(ctx, "Error.prepareStackTrace = undefined");
    await sleep(20); // what was refused comes all the same, and until then nothing else is waited for
    assert.equal(await evaluate(ctx, "later(1)"), 2);
  });
}

both("a call that does not wait is refused what comes later", async (ctx) => {
  assert.equal(evaluateNow(ctx, "try { later(1) } catch (e) { String(e) }"), REFUSED);
  await sleep(20);
  assert.equal(evaluateNow(ctx, "now(1)"), 2);
  assert.equal(await evaluate(ctx, "later(1)"), 2);
  // jobs are run by a call that does not wait
  const told = ctx.newFunction("told", (text) => void heard.push(ctx.getString(text)));
  const heard: string[] = [];
  told.consume((fn) => ctx.setProp(ctx.global, "told", fn));
  await evaluate(ctx, "Promise.resolve().then(() => later(1)).catch((e) => told(String(e))); 0");
  ctx.runtime.executePendingJobs();
  assert.deepEqual(heard, [REFUSED]);
  await sleep(20);
});

both("nor waits a dynamic import, which is a job", async (ctx) => {
  ctx.runtime.setModuleLoader(async () => "export default 1");
  await evaluate(ctx, "import('m').catch((e) => (globalThis.said = String(e))); 0");
  ctx.runtime.executePendingJobs();
  assert.equal(await evaluate(ctx, "said"), REFUSED);
  await sleep(20);
});

both("what a host function evaluates does not wait: the host's own frames are below", async (ctx) => {
  let inner: Promise<unknown> | undefined;
  const nested = ctx.newFunction("nested", () => ctx.newString(String(evaluateNow(ctx, "later(1)"))));
  const nestedAsync = ctx.newFunction("nestedAsync", () => void (inner = evaluate(ctx, "later(1)")));
  for (const fn of [nested, nestedAsync]) fn.consume((it) => ctx.setProp(ctx.global, ctx.getProp(it, "name").consume(ctx.getString), it));
  assert.equal(await evaluate(ctx, "nested()"), REFUSED);
  await sleep(20);
  assert.equal(await evaluate(ctx, "nestedAsync(); 7"), 7);
  assert.equal(await inner, REFUSED);
  await sleep(20);
  assert.equal(await evaluate(ctx, "later(1)"), 2);
});

both("while one waits, others run, and a second does not wait", async (ctx) => {
  const first = evaluate(ctx, "let x = later(1); x + [10].map(later)[0]");
  assert.equal(evaluateNow(ctx, "(function f(n) { return n === 0 ? 0 : f(n - 1) + 1; })(200)"), 200);
  assert.equal(evaluateNow(ctx, "now(1)"), 2);
  ctx.newObject().consume((object) => ctx.setProp(ctx.global, "held", object));
  assert.equal(await evaluate(ctx, "later(5)"), REFUSED);
  assert.equal(await evaluate(ctx, "now(6)"), 7);
  assert.equal(await first, 22);
  await sleep(20);
  assert.equal(await evaluate(ctx, "later(1)"), 2);
});

for (const [way, variant] of ways) {
  test(`${way}: what waits in a runtime that is disposed of is told so, and never goes on`, async () => {
    const module = await newQuickJSAsyncWASMModuleFromVariant(await variant());
    for (let i = 0; i < 20; i++) {
      const ctx = module.newContext();
      let answer = (): void => {};
      const waits = ctx.newAsyncifiedFunction("waits", () => new Promise<void>((resolve) => (answer = resolve)) as never);
      waits.consume((fn) => ctx.setProp(ctx.global, "waits", fn));
      const pending = assert.rejects(ctx.evalCodeAsync("waits(); 1"), /disposed of while a call into it was suspended/);
      try {
        disposeAll(ctx);
      } catch {
        // the engine's own: objects were left
      }
      answer();
      await pending;
    }
    await sleep(10);
    const other = module.newContext();
    assert.equal(dumpOf(other, thousand("0"))[1], 1000);
    disposeAll(other);
  });
}

// ---- depth, and what is left behind ----

/** Until optimizing compilers have had their turn. */
async function warmUp(ctx: QuickJSAsyncContext): Promise<void> {
  for (let i = 0; i < 4; i++) {
    evaluateNow(ctx, "function fib(n) { return n < 2 ? 1 : fib(n - 1) + fib(n - 2); } for (let i = 0; i < 6; i++) fib(19); 0");
    await sleep(50);
  }
}

const thousand = (last: string): string => `(function f(n) { return n === 0 ? ${last} : f(n - 1) + 1; })(1000)`;

for (const isWarm of [false, true]) {
  both(`a recursion of a thousand levels is fine, ${isWarm ? "warm" : "cold"}`, async (ctx) => {
    if (isWarm) await warmUp(ctx);
    assert.equal(evaluateNow(ctx, thousand("0")), 1000);
    assert.equal(await evaluate(ctx, thousand("0")), 1000);
    assert.equal(await evaluate(ctx, thousand("later(1)")), 1002);
    assert.equal(await evaluate(ctx, thousand("later(later(1))")), 1004);
    assert.match(String(await evaluate(ctx, "let depth = 0; (function f() { depth++; f(); })()")), /^RangeError: /);
    assert.equal(Number(evaluateNow(ctx, "depth")) > 1000, true);
    assert.equal(await evaluate(ctx, thousand("later(1)")), 1002);
  });
}

const deep: [name: string, code: string][] = [
  ["callbacks", "function f(n) { return n === 0 ? later(0) : [1].map(() => f(n - 1))[0] + 1; } f(150)"],
  ["getters", "function f(n) { return n === 0 ? later(0) : ({ get x() { return f(n - 1); } }).x + 1; } f(150)"],
  ["constructors", "function f(n) { return n === 0 ? later(0) : new (class { constructor() { this.x = f(n - 1); } })().x + 1; } f(150)"],
  ["proxies", "function f(n) { return n === 0 ? later(0) : new Proxy({}, { get: () => f(n - 1) }).x + 1; } f(150)"],
  ["generators", "function f(n) { return n === 0 ? later(0) : [...(function* () { yield f(n - 1); })()][0] + 1; } f(150)"],
  ["conversions", "function f(n) { return n === 0 ? later(0) : { valueOf: () => f(n - 1) } + 1; } f(150)"],
  ["a reviver", "let n = 0; JSON.parse('['.repeat(150) + 1 + ']'.repeat(150), (k, v) => (n += later(0) + 1, v)); n - 1"],
  ["toJSON", "function f(n) { return n === 0 ? later(0) : Number(JSON.stringify({ toJSON: () => f(n - 1) })) + 1; } f(150)"],
];

for (const [name, code] of deep) {
  both(`suspends below 150 ${name}`, async (ctx) => {
    assert.equal(await evaluate(ctx, code), 150);
  });
}

const steep: [name: string, code: string][] = [
  ["nested arrays as JSON", "let a = { toJSON: () => later(1) }; for (let i = 0; i < 1500; i++) a = [a]; JSON.stringify(a).length"],
  ["bound constructors", "let C = function () { this.x = later(1); }; for (let i = 0; i < 1500; i++) C = C.bind(null); new C().x"],
  ["proxies of keys", "let o = new Proxy({}, { ownKeys: () => (later(1), []) }); for (let i = 0; i < 500; i++) o = new Proxy(o, {}); Object.keys(o).length + 1"],
  ["prototypes", "let o = new Proxy({}, { getPrototypeOf: () => (later(1), null) }); for (let i = 0; i < 500; i++) o = new Proxy(o, {}); Object.getPrototypeOf(o) ?? 1"],
];

for (const [name, code] of steep) {
  both(`suspends below ${name}, which have little of the guest's stack`, async (ctx) => {
    assert.notEqual(await evaluate(ctx, code), 0);
    assert.equal(await evaluate(ctx, "later(1)"), 2);
  });
}

both("nothing is left of two thousand suspensions", async (ctx) => {
  const memory = (): number => (ctx.runtime.computeMemoryUsage().consume(ctx.dump) as { malloc_count: number }).malloc_count;
  const work = `(function f(n) { return n === 0 ? later(1) : f(n - 1); })(20)`;
  assert.equal(await evaluate(ctx, `let sum = 0; for (let i = 0; i < 1000; i++) sum += ${work}; sum`), 2000);
  const before = memory();
  for (let i = 0; i < 10; i++) assert.equal(await evaluate(ctx, `let s = 0; for (let i = 0; i < 100; i++) s += ${work}; s`.replace(/\bs\b/g, `s${i}`)), 200);
  assert.equal(memory() - before < 400, true); // ten names and their sources
  assert.equal(await evaluate(ctx, thousand("later(1)")), 1002);
});

// ---- plain calls ----

test("asyncify: programs give what they give in the synchronous variant", async () => {
  await withContext(await ways[0]![1](), (ctx) => {
    for (const [code, want] of programs) assert.deepEqual(dumpOf(ctx, code), want);
  });
});
