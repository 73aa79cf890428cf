// SPDX-License-Identifier: MIT
// WorkerEnabledContext: handles of a local context, evaluation on workers. What is put on the local
// global object is there, and what comes back is a handle that has kept everything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerEnabledContext, type WorkerEnabledContext, type WorkerEnabledContextOptions } from "qjspool";
import { QuickJSAsyncContext, QuickJSContext, type QuickJSHandle } from "quickjs-emscripten-core";
import { GETTERS, METHODS } from "../../packages/qjspool/src/enabled/delegated.js";
import { hasSharedMemory, hasWorkers } from "./lib/needs.js";
import { modes } from "./lib/pools.js";

type Body = (ctx: WorkerEnabledContext) => Promise<void>;

function onEach(name: string, body: Body, options: WorkerEnabledContextOptions = {}): void {
  for (const mode of modes) {
    test(`${mode.name}: ${name}`, async () => {
      const ctx = await newWorkerEnabledContext({ poolSize: 2, defaultTimeout: 20_000, ...mode.options, ...options });
      try {
        await body(ctx);
      } finally {
        ctx.dispose();
      }
    });
  }
}

/** Puts a value on the local global object, and takes the handle. */
function define(ctx: WorkerEnabledContext, name: string, handle: QuickJSHandle): void {
  handle.consume((value) => ctx.setProp(ctx.global, name, value));
}

async function evaluate(ctx: WorkerEnabledContext, code: string): Promise<unknown> {
  const result = await ctx.evalCodeAsync(code);
  if (result.error !== undefined) {
    const { name, message } = result.error.consume((error) => ctx.dump(error)) as Error;
    throw Object.assign(new Error(message), { name });
  }
  return result.value.consume((value) => ctx.dump(value));
}

/** What the code says of a result that is a handle of the local context. */
async function looked(ctx: WorkerEnabledContext, code: string, look: string): Promise<unknown> {
  const value = ctx.unwrapResult<QuickJSHandle>(await ctx.evalCodeAsync(code));
  const fn = ctx.unwrapResult<QuickJSHandle>(ctx.evalCode(`(${look})`) as never);
  const seen = ctx.unwrapResult<QuickJSHandle>(ctx.callFunction(fn, ctx.undefined, value) as never);
  for (const handle of [fn, value]) handle.dispose();
  return seen.consume((handle) => ctx.dump(handle));
}

test("every member of the core's context is passed on, or is the context's own", () => {
  const own = ["constructor", "alive", "dispose", "dump", "unwrapResult", "evalCodeAsync"];
  const inner = /^(borrowPropertyKey|getFunction|success|fail|isEqual|errorToHandle)$/;
  const names = [QuickJSContext.prototype, QuickJSAsyncContext.prototype]
    .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
    .filter((name) => !own.includes(name) && !inner.test(name));
  assert.deepEqual([...new Set(names)].filter((name) => name !== "runtime").sort(), [...GETTERS, ...METHODS].filter((name) => name !== "runtime").sort());
});

onEach("members that the core binds can be passed on as functions", async (ctx) => {
  const core = ctx.localContext!;
  const bound = Object.keys(core).filter((name) => typeof (core as unknown as Record<string, unknown>)[name] === "function");
  assert.deepEqual(bound.sort(), ["dump", "getNumber", "getString", "resolvePromise"]);
  assert.equal(ctx.newNumber(7).consume(ctx.getNumber), 7);
  assert.equal(ctx.newString("seven").consume(ctx.getString), "seven");
  assert.deepEqual(ctx.newArray().consume(ctx.dump), []);
  const resolved = ctx.true.consume(ctx.resolvePromise);
  ctx.runtime.executePendingJobs();
  const { value } = (await resolved) as { value: QuickJSHandle };
  assert.equal(value.consume(ctx.dump), true);
});

onEach("what is set locally is seen by the workers, and what is changed later", async (ctx) => {
  const object = ctx.newObject();
  ctx.newString("hello").consume((text) => ctx.setProp(object, "greeting", text));
  ctx.setProp(ctx.global, "myObj", object);
  assert.equal(await evaluate(ctx, "myObj.greeting"), "hello");
  ctx.newString("changed").consume((text) => ctx.setProp(object, "greeting", text));
  object.dispose();
  assert.equal(await evaluate(ctx, "myObj.greeting"), "changed");
  assert.equal(await evaluate(ctx, "myObj.greeting = 1; globalThis.left = 2; 0"), 0);
  assert.deepEqual(await evaluate(ctx, "[myObj.greeting, typeof left]"), ["changed", "undefined"]);
  ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("delete globalThis.myObj; globalThis.other = new Map([[1, new Date(5)]])") as never).dispose();
  assert.deepEqual(await evaluate(ctx, "[typeof myObj, other.get(1).getTime()]"), ["undefined", 5]);
});

onEach("results keep what JSON would lose", async (ctx) => {
  const code = `const a = { self: null, map: new Map([[{ k: 1 }, new Set([1n])]]), date: new Date(5), bytes: new Uint16Array([1, 65535]),
    hole: [1, , 3], zero: -0, nan: NaN, none: undefined, re: /x+/gi }; a.self = a; a.twice = [a.date, a.date]; a`;
  const look = `(a) => [a.self === a, [...a.map][0][0].k, [...[...a.map][0][1]][0] === 1n, a.date.getTime(), a.bytes instanceof Uint16Array, a.bytes[1],
    1 in a.hole, Object.is(a.zero, -0), a.nan !== a.nan, "none" in a, a.re.source + a.re.flags, a.twice[0] === a.twice[1], a instanceof Object]`;
  assert.deepEqual(await looked(ctx, code, look), [true, 1, true, 5, true, 65535, false, true, true, true, "x+gi", true, true]);
});

onEach("errors keep name, message, stack and cause; what is no error is itself", async (ctx) => {
  const result = await ctx.evalCodeAsync("throw new RangeError('far', { cause: { n: 1 } })", "far.js");
  assert.ok(result.error);
  const error = result.error.consume((handle) => ctx.dump(handle)) as Error;
  assert.equal(error.name, "RangeError");
  assert.equal(error.message, "far");
  assert.match(error.stack ?? "", /far\.js:1/);
  await assert.rejects(evaluate(ctx, "null.x"), { name: "TypeError" });
  const thrown = await ctx.evalCodeAsync("throw 7");
  assert.equal(thrown.error?.consume((handle) => ctx.dump(handle)), 7);
  assert.throws(() => ctx.unwrapResult({ error: thrown.error } as never));
});

onEach("functions call back into the local context", async (ctx) => {
  const seen: unknown[] = [];
  define(ctx, "add", ctx.newFunction("add", (a, b) => {
    seen.push(ctx.dump(a!));
    return ctx.newNumber(ctx.getNumber(a!) + ctx.getNumber(b!));
  }));
  define(ctx, "boom", ctx.newFunction("boom", () => {
    throw new TypeError("no");
  }));
  assert.deepEqual(await evaluate(ctx, "[await add(1, 2), await add(3, 4), typeof add, add.name]"), [3, 7, "function", "add"]);
  assert.deepEqual(seen, [1, 3]);
  assert.deepEqual(await evaluate(ctx, "try { await boom() } catch (e) { [e.name, e.message, e instanceof TypeError] }"), ["TypeError", "no", true]);
  define(ctx, "nested", ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("({ fns: [(x) => x * 2, async (x) => x + 1] })") as never));
  assert.deepEqual(await evaluate(ctx, "[await nested.fns[0](21), await nested.fns[1](1)]"), [42, 2]);
});

test("functions block the worker where it can", { skip: !hasSharedMemory }, async () => {
  const ctx = await newWorkerEnabledContext({ poolSize: 1 });
  define(ctx, "double", ctx.newFunction("double", (n) => ctx.newNumber(2 * ctx.getNumber(n!))));
  assert.deepEqual(await evaluate(ctx, "[1, 2, 3].map((n) => double(n))"), [2, 4, 6]);
  define(ctx, "later", ctx.newFunction("later", () => {
    const deferred = ctx.newPromise();
    setTimeout(() => {
      ctx.newString("late").consume((text) => deferred.resolve(text));
      ctx.runtime.executePendingJobs();
    }, 5);
    return deferred.handle;
  }));
  assert.equal(await evaluate(ctx, "later()"), "late");
  ctx.dispose();
});

onEach("what cannot be carried is an error that names it", async (ctx) => {
  define(ctx, "fine", ctx.newNumber(1));
  const holder = ctx.newObject();
  ctx.newUniqueSymbol("s").consume((symbol) => ctx.setProp(holder, "inner", symbol));
  define(ctx, "holder", holder);
  await assert.rejects(evaluate(ctx, "fine"), { name: "DataCloneError", message: "globals.holder.inner: a symbol cannot be cloned" });
  const batch = await ctx.evalCodeBatch(["1"]);
  assert.equal((batch[0]!.error!.consume((handle) => ctx.dump(handle)) as Error).name, "DataCloneError");
  ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("delete globalThis.holder") as never).dispose();
  assert.equal(await evaluate(ctx, "fine"), 1);
});

onEach("auto evaluates locally what cannot travel", async (ctx) => {
  define(ctx, "symbol", ctx.newUniqueSymbol("s"));
  assert.equal(await evaluate(ctx, "typeof symbol"), "symbol");
  ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("delete globalThis.symbol") as never).dispose();
  assert.equal(await evaluate(ctx, "typeof setTimeout"), "function"); // workers have one
}, { evalStrategy: "auto" });

onEach("local evaluates in the local context, after the bootstrap code", async (ctx) => {
  assert.equal(await evaluate(ctx, "globalThis.kept = base + 1"), 42);
  assert.equal(await evaluate(ctx, "kept"), 42);
}, { evalStrategy: "local", bootstrapCode: "globalThis.base = 41" });

onEach("a session keeps state, and is given each change once", async (ctx) => {
  assert.equal(ctx.usesSession, true);
  define(ctx, "n", ctx.newNumber(1));
  assert.equal(await evaluate(ctx, "n += 1; n"), 2);
  assert.equal(await evaluate(ctx, "n"), 2);
  define(ctx, "n", ctx.newNumber(10));
  assert.equal(await evaluate(ctx, "n"), 10);
}, { useSession: true });

onEach("workerOnly has values and no handles", async (ctx) => {
  assert.equal(ctx.localContext, null);
  assert.deepEqual(await ctx.evalCodeAsync("({ a: [1] })"), { value: { a: [1] } });
  assert.throws(() => ctx.newObject(), { message: "newObject: there is no local context (workerOnly)" });
  assert.throws(() => ctx.global, { message: "global: there is no local context (workerOnly)" });
  assert.equal(ctx.unwrapResult(await ctx.evalCodeAsync("1") as never), 1);
}, { workerOnly: true });

onEach("evalCodeOnWorkers and evalCodeBatch", async (ctx) => {
  define(ctx, "n", ctx.newNumber(5));
  assert.deepEqual(await ctx.evalCodeOnWorkers("typeof n"), { value: "undefined" });
  const results = await ctx.evalCodeBatch(["n + 1", { code: "null.x" }]);
  assert.equal(results[0]!.value!.consume((handle) => ctx.dump(handle)), 6);
  assert.equal((results[1]!.error!.consume((handle) => ctx.dump(handle)) as Error).name, "TypeError");
});

// A worker that gets the same globals again and again keeps them in its snapshot: nobody may notice.
const MANY = 30;
const CONFIG = "({ list: Array.from({ length: 100 }, (_, i) => ({ i })), text: 'as it was'.repeat(20), count: 1 })";

onEach("what is carried often is the same for each task, whatever one did to it", async (ctx) => {
  define(ctx, "config", ctx.unwrapResult<QuickJSHandle>(ctx.evalCode(CONFIG) as never));
  define(ctx, "twice", ctx.newFunction("twice", (n) => ctx.newNumber(2 * ctx.getNumber(n!))));
  for (let i = 0; i < MANY; i++) {
    const code = `const before = [config.count, config.list.length, config.text.length, typeof twice, await twice(${i})];
      config.count = 99; config.list.length = 0; delete globalThis.twice; delete globalThis.config;
      Object.prototype.count = 5; before`;
    assert.deepEqual(await evaluate(ctx, code), [1, 100, 180, "function", 2 * i]);
  }
});

onEach("what was carried often is changed, added and taken away at once", async (ctx) => {
  define(ctx, "config", ctx.unwrapResult<QuickJSHandle>(ctx.evalCode(CONFIG) as never));
  const look = "[typeof config === 'undefined' ? null : config.count, typeof other]";
  for (let i = 0; i < MANY; i++) assert.deepEqual(await evaluate(ctx, look), [1, "undefined"]);
  ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("config.count = 2; 0") as never).dispose();
  for (let i = 0; i < MANY; i++) assert.deepEqual(await evaluate(ctx, look), [2, "undefined"]);
  define(ctx, "other", ctx.newString("x".repeat(1000)));
  for (let i = 0; i < MANY; i++) assert.deepEqual(await evaluate(ctx, look), [2, "string"]);
  ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("delete globalThis.config; 0") as never).dispose();
  for (let i = 0; i < MANY; i++) assert.deepEqual(await evaluate(ctx, look), [null, "string"]);
});

onEach("what is carried often is nothing to tasks that do not come with it", async (ctx) => {
  define(ctx, "config", ctx.unwrapResult<QuickJSHandle>(ctx.evalCode(CONFIG) as never));
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < MANY; i++) assert.equal(await evaluate(ctx, "config.count"), 1);
    assert.deepEqual(await ctx.evalCodeOnWorkers("typeof config"), { value: "undefined" });
    const session = await ctx.pool.createSession();
    assert.deepEqual(await session.evalCode("typeof config"), { value: "undefined" });
    session.release();
  }
  const results = await Promise.all(
    Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? ctx.evalCodeOnWorkers("typeof config").then((r) => r.value) : evaluate(ctx, "typeof config"))),
  );
  assert.deepEqual(results, results.map((_, i) => (i % 3 === 0 ? "undefined" : "object")));
});

onEach("what is carried often and leaves little memory goes on as it was", async (ctx) => {
  define(ctx, "bytes", ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("new Uint8Array(3 << 20).fill(7)") as never));
  for (let i = 0; i < 12; i++) {
    assert.equal(await evaluate(ctx, "bytes[0] = 1; let sum = 0; for (const b of bytes.subarray(0, 3)) sum += b; sum"), 15);
  }
  await assert.rejects(evaluate(ctx, "const all = [bytes]; for (;;) all.push(bytes.slice())"), { name: "MemoryLimitError" });
  assert.equal(await evaluate(ctx, "bytes.length"), 3 << 20);
}, { memoryLimitBytes: 16 << 20 });

test("evaluations run in parallel", { skip: !hasWorkers }, async () => {
  const ctx = await newWorkerEnabledContext({ poolSize: 2, preWarm: true });
  assert.equal(ctx.isMultiThreaded, true);
  const first = ctx.evalCodeAsync("for (;;) {}", { timeout: 2000 });
  assert.equal(await evaluate(ctx, "1 + 1"), 2); // while the other loops
  const result = await first;
  const error = result.error!.consume((handle) => ctx.dump(handle)) as { name: string; isTimeout: boolean };
  assert.deepEqual([error.name, error.isTimeout], ["TimeoutError", true]);
  ctx.dispose();
});

onEach("hostile results and globals", async (ctx) => {
  // what a guest returns is never run locally
  assert.equal(await looked(ctx, `JSON.parse('{"__proto__": { "polluted": 1 }, "then": 1, "toJSON": 2 }')`, "(a) => Object.getPrototypeOf(a) === Object.prototype && ({}).polluted === undefined && Object.hasOwn(a, '__proto__')"), true);
  await assert.rejects(evaluate(ctx, "(function f() { f() })()"), { name: "RangeError" });
  await assert.rejects(evaluate(ctx, "const hoard = []; for (;;) hoard.push(new Uint8Array(1e6))"), { name: "MemoryLimitError" });
  await assert.rejects(evaluate(ctx, "() => {}"), { name: "DataCloneError" });
  ctx.unwrapResult<QuickJSHandle>(ctx.evalCode("Object.defineProperty(globalThis, 'trap', { get() { throw new Error('a getter of the local global object') }, configurable: true }); 0") as never).dispose();
  await assert.rejects(evaluate(ctx, "1"));
});

test("an ended context says so, and ends with handles left", async () => {
  const ctx = await newWorkerEnabledContext({ poolSize: 1 });
  ctx.newObject();
  await ctx.evalCodeAsync("({})");
  ctx.dispose();
  ctx.dispose();
  assert.equal(ctx.alive, false);
  await assert.rejects(ctx.evalCodeAsync("1"), { message: "the context was disposed of" });
  assert.throws(() => ctx.newNumber(1), { message: "the context was disposed of" });
});

test("options that cannot be", async () => {
  await assert.rejects(newWorkerEnabledContext({ evalStrategy: "never" as never }), TypeError);
  await assert.rejects(newWorkerEnabledContext({ workerOnly: true, evalStrategy: "local" }), TypeError);
  await assert.rejects(newWorkerEnabledContext({ poolSize: 0 }), TypeError);
});

test("a local evaluation that waits is told when its context ends", async () => {
  const ctx = await newWorkerEnabledContext({ poolSize: 1, evalStrategy: "local" });
  let isCalled = (): void => {};
  const called = new Promise<void>((resolve) => (isCalled = resolve));
  define(ctx, "never", ctx.newAsyncifiedFunction("never", () => (isCalled(), new Promise(() => {}))));
  const waiting = assert.rejects(ctx.evalCodeAsync("never()"), /disposed of while a call into it was suspended/);
  await called;
  ctx.dispose();
  await waiting;
});
