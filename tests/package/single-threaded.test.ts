// SPDX-License-Identifier: MIT
// What is particular to the calling thread: fairness to the host, deep recursion on its stack,
// tasks that wait for one another, and that no thread is started.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { deferred, errorOf, inline, valueOf } from "./lib/pools.js";
import { liveWorkers } from "./lib/workers.js";

const make = (options = {}) => newWorkerPool({ poolSize: 2, ...inline.options, ...options });

test("no thread is started", async () => {
  const before = liveWorkers().length;
  using pool = await make({ preWarm: true });
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(pool.isMultiThreaded, false);
  assert.equal(liveWorkers().length, before);
});

test("guest timers leave the thread to the host", async () => {
  using pool = await make();
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  valueOf(
    await pool.evalCode("for (let i = 0; i < 10; i++) await new Promise(r => setTimeout(r, 10))"),
  );
  clearInterval(timer);
  assert.ok(ticks >= 5, `${ticks} ticks`);
});

test("the host gets turns between many tasks", async () => {
  using pool = await make();
  let isTurn = false;
  const all = Promise.all(Array.from({ length: 2000 }, (_, i) => pool.evalCode(`${i}`)));
  setTimeout(() => (isTurn = true), 0);
  const last = (await all).at(-1)!;
  assert.equal(valueOf(last), 1999);
  assert.equal(isTurn, true);
});

test("a task that waits leaves its place to others", async () => {
  const gate = deferred();
  using pool = await make({ hostFunctions: { gate: () => gate.promise } });
  const waiting = pool.evalCode("await gate(); 'waited'");
  for (let i = 0; i < 5; i++) assert.deepEqual(await pool.evalCode(`${i}`), { value: i });
  gate.resolve();
  assert.deepEqual(await waiting, { value: "waited" });
});

test("evalCode never runs the guest before it returns", async () => {
  let calls = 0;
  using pool = await make({ onConsole: () => calls++ });
  await pool.evalCode("1");
  const task = pool.evalCode("console.log(1)");
  assert.equal(calls, 0);
  await task;
  assert.equal(calls, 1);
});

test("deep recursion, however deep the host is already", async () => {
  using pool = await make();
  const recursion = "let d = 0; (function f() { d++; f() })()";
  const nested = async (depth: number): Promise<void> => {
    if (depth > 0) return nested(depth - 1);
    const { error } = await pool.evalCode(recursion);
    assert.equal(error?.name, "RangeError");
  };
  for (const depth of [0, 100, 1000]) await nested(depth);
  assert.deepEqual(await pool.evalCode("1 + 1"), { value: 2 });
});

test("a loop is stopped by its timeout, the thread lives on", async () => {
  using pool = await make({ defaultTimeout: 50 });
  for (let i = 0; i < 3; i++) {
    errorOf(await pool.evalCode("for (;;) {}"), "TimeoutError");
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  }
});

test("a pool within a host function of a pool", async () => {
  using inner = await make();
  using outer = await make({
    hostFunctions: { run: async (code: string) => (await inner.evalCode(code)).value },
  });
  assert.deepEqual(await outer.evalCode("await run('1 + 1') + await run('2')"), { value: 4 });
});

test("several pools side by side", async () => {
  const pools = await Promise.all(Array.from({ length: 5 }, () => make({ poolSize: 1 })));
  const tasks = pools.map((pool, i) => pool.evalCode(`globalThis.x = (globalThis.x ?? ${i}) + 1`));
  assert.deepEqual((await Promise.all(tasks)).map(valueOf), [1, 2, 3, 4, 5]);
  for (const pool of pools) pool.dispose();
});

test("it cannot be forced both ways", async () => {
  await assert.rejects(make({ forceMultiThreaded: true }), TypeError);
});
