// SPDX-License-Identifier: MIT
// Blocking host functions: the guest stands still until they settle, and can be stopped there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, PoolDisposedError } from "qjspool";
import { needs } from "./lib/needs.js";
import { deferred, errorOf, sleep, valueOf } from "./lib/pools.js";
import { assertSame } from "./lib/same.js";

const blocking = { skip: needs.sharedMemory };

const make = (syncHostFunctions: object, options = {}) =>
  newWorkerPool({ poolSize: 1, syncHostFunctions: syncHostFunctions as {}, ...options });

test("the guest blocks until they settle", blocking, async () => {
  using pool = await make({
    add: (a: number, b: number) => a + b,
    db: { find: async (id: string) => (await sleep(5), { id }) },
  });
  assert.deepEqual(await pool.evalCode("add(1, 2)"), { value: 3 });
  assert.deepEqual(await pool.evalCode("db.find('7').id"), { value: "7" });
  const code =
    "let ran = false; Promise.resolve().then(() => { ran = true }); add(1, 1); String(ran)";
  assert.deepEqual(await pool.evalCode(code), { value: "false" });
});

test("every kind of value", blocking, async () => {
  const value = () => {
    const shared = { a: [, -0] };
    return { shared, again: shared, m: new Map([[1n, new Date(3)]]), b: new Float64Array([1.5]) };
  };
  using pool = await make({ echo: (x: unknown) => x, give: value });
  assertSame(valueOf(await pool.evalCode("echo(give())")), value());
  assert.deepEqual(await pool.evalCode("echo()"), { value: undefined });
});

test("what they throw, the guest catches", blocking, async () => {
  using pool = await make({
    now: () => {
      throw new RangeError("now");
    },
    later: async () => {
      throw Object.assign(new Error("later"), { name: "LaterError" });
    },
    bad: () => ({ f() {} }),
  });
  const look = "catch (e) { [e.name, e.message, e instanceof Error] }";
  assert.deepEqual(await pool.evalCode(`try { now() } ${look}`), {
    value: ["RangeError", "now", true],
  });
  assert.deepEqual(await pool.evalCode(`try { later() } ${look}`), {
    value: ["LaterError", "later", true],
  });
  errorOf(await pool.evalCode("bad()"), "DataCloneError");
  assert.match(
    errorOf(await pool.evalCode("bad(() => 1)"), "DataCloneError").message,
    /arguments\[0\]/,
  );
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
});

test("a thousand calls in a loop", blocking, async () => {
  using pool = await make({ inc: (n: number) => n + 1 });
  const code = "let n = 0; for (let i = 0; i < 1000; i++) n = inc(n); n";
  assert.deepEqual(await pool.evalCode(code), { value: 1000 });
});

test("answers larger than any ring", blocking, async () => {
  using pool = await make({ echo: (x: unknown) => x, text: (n: number) => "ä".repeat(n) });
  assert.deepEqual(await pool.evalCode("echo(new Uint8Array(5000000).fill(3))[4999999]"), {
    value: 3,
  });
  assert.deepEqual(await pool.evalCode("text(2000000).length"), { value: 2e6 });
  assert.deepEqual(await pool.evalCode("echo('x'.repeat(3000000)).length"), { value: 3e6 });
});

test("beside asynchronous ones", blocking, async () => {
  using pool = await make(
    { s: (x: number) => x + 1 },
    { hostFunctions: { a: async (x: number) => x * 2 } },
  );
  assert.deepEqual(
    await pool.evalCode("const p = a(5); const n = s(1); [n, await p, s(await a(3))]"),
    {
      value: [2, 10, 7],
    },
  );
});

test("from a getter, a comparator, a module, bootstrap code, a session and a call", blocking, async () => {
  using pool = await make({ s: (x: number) => -x }, { bootstrapCode: "globalThis.boot = s(1)" });
  assert.deepEqual(await pool.evalCode("({ get a() { return s(2) } })"), { value: { a: -2 } });
  assert.deepEqual(await pool.evalCode("[1, 2].sort((a, b) => s(a - b))"), { value: [2, 1] });
  assert.deepEqual(await pool.evalCode("export const m = s(boot)"), { value: { m: 1 } });
  assert.deepEqual(await pool.call("(x) => s(x)", 3), { value: -3 });
  using session = await pool.createSession();
  assert.deepEqual(await session.evalCode("var v = s(4); v"), { value: -4 });
});

test("two workers block at the same time, the host does not", blocking, async () => {
  const arrived: (() => void)[] = [];
  const meet = () =>
    new Promise<void>((resolve) => {
      arrived.push(resolve);
      if (arrived.length === 2) for (const go of arrived) go();
    });
  using pool = await make({ meet }, { poolSize: 2 });
  const both = [pool.evalCode("meet(); 1"), pool.evalCode("meet(); 2")];
  assert.deepEqual((await Promise.all(both)).map(valueOf), [1, 2]);
});

test("a blocked guest is stopped by its timeout", blocking, async () => {
  using pool = await make({ never: () => new Promise(() => {}) });
  errorOf(
    await pool.evalCode("try { never() } catch {} for (;;) {}", { timeout: 50 }),
    "TimeoutError",
  );
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
});

test("a blocked guest is cancelled", blocking, async () => {
  const called = deferred();
  using pool = await make({ never: () => (called.resolve(), new Promise(() => {})) });
  const handle = pool.submit({ code: "never()" });
  await called.promise;
  assert.equal(handle.cancel(), true);
  errorOf(await handle.promise, "CancelledError");
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
});

test("an answer that comes after a timeout is nobody's", blocking, async () => {
  const late = deferred<string>();
  let calls = 0;
  using pool = await make({ f: () => (calls++ === 0 ? late.promise : "second") });
  errorOf(await pool.evalCode("f()", { timeout: 30 }), "TimeoutError");
  late.resolve("first");
  assert.deepEqual(await pool.evalCode("f()"), { value: "second" });
});

test("a pool with a blocked guest can be disposed of", blocking, async () => {
  const called = deferred();
  const pool = await make({ never: () => (called.resolve(), new Promise(() => {})) });
  const rejected = assert.rejects(pool.evalCode("never()"), PoolDisposedError);
  await called.promise;
  pool.dispose();
  await rejected;
});

test("without workers they are refused when the pool is made", async () => {
  const options = { forceSingleThreaded: true, syncHostFunctions: { f: () => 1 } };
  await assert.rejects(newWorkerPool(options), /syncHostFunctions/);
});

test("tasks that block run once each, in whatever order they are lined up", blocking, async () => {
  const counts = new Map<unknown, number>();
  const count = (key: unknown): unknown => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return new Promise((resolve) => setTimeout(resolve, 1, key));
  };
  using pool = await newWorkerPool({ poolSize: 2, syncHostFunctions: { count } });
  for (let round = 0; round < 10; round++) {
    counts.clear();
    const tasks = Array.from({ length: 40 }, (_, i) => pool.evalCode(`count(${i})`, { timeout: 20_000 }));
    assert.deepEqual(await Promise.all(tasks), tasks.map((_, i) => ({ value: i })));
    assert.deepEqual([...counts.values()], tasks.map(() => 1));
  }
});
