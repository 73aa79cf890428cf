// SPDX-License-Identifier: MIT
// Handles of submitted tasks, and cancelling: a task that waits, awaits, loops, or has ended.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { needs } from "./lib/needs.js";
import { deferred, errorOf, modes, until, valueOf } from "./lib/pools.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 1, ...mode.options, ...options });

  test(`${mode.name}: a handle`, async () => {
    using pool = await make();
    const first = pool.submit<number>({ code: "1 + 1" });
    const second = pool.submit({ code: "throw new Error('x')" });
    assert.equal(first.taskId, "task-1");
    assert.equal(second.taskId, "task-2");
    assert.deepEqual([first.pending, second.pending], [true, true]);
    assert.deepEqual(await first.promise, { value: 2 });
    assert.equal(first.pending, false);
    errorOf(await second.promise, "Error");
    assert.equal(second.pending, false);
    assert.equal(first.promise, first.promise);
  });

  test(`${mode.name}: a waiting task is gone at once`, async () => {
    const gate = deferred();
    let runs = 0;
    const hostFunctions = { gate: () => gate.promise, ran: () => void runs++ };
    using pool = await make({ hostFunctions });
    const busy = pool.submit({ code: "await gate(); 'done'" });
    const waiting = pool.submit({ code: "await ran()" });
    const last = pool.submit({ code: "3" });
    assert.equal(waiting.cancel(), true);
    assert.equal(waiting.pending, false);
    assert.equal(waiting.cancel(), false);
    const error = errorOf(await waiting.promise, "CancelledError");
    assert.equal(error.isCancelled, true);
    assert.equal("isTimeout" in error || "isWorkerCrash" in error, false);
    assert.equal(busy.pending, true);
    gate.resolve();
    assert.deepEqual(await busy.promise, { value: "done" });
    assert.deepEqual(await last.promise, { value: 3 });
    assert.equal(runs, 0);
  });

  test(`${mode.name}: a task that awaits a host function`, async () => {
    const called = deferred();
    const hostFunctions = { never: () => (called.resolve(), new Promise(() => {})) };
    using pool = await make({ hostFunctions });
    const handle = pool.submit({ code: "await never()" });
    await called.promise;
    assert.equal(handle.cancel(), true);
    assert.equal(handle.pending, false);
    assert.equal(errorOf(await handle.promise, "CancelledError").isCancelled, true);
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: a task that awaits a timer`, async () => {
    const started = deferred();
    using pool = await make({ hostFunctions: { started: () => started.resolve() } });
    const handle = pool.submit({
      code: "await started(); await new Promise(r => setTimeout(r, 1e8))",
    });
    await started.promise;
    assert.equal(handle.cancel(), true);
    errorOf(await handle.promise, "CancelledError");
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: the answer of a host function that comes after`, async () => {
    const called = deferred();
    const late = deferred<string>();
    const hostFunctions = { late: () => (called.resolve(), late.promise) };
    using pool = await make({ hostFunctions });
    const handle = pool.submit({ code: "await late(); globalThis.after = 1" });
    await called.promise;
    handle.cancel();
    const next = pool.submit({ code: "await new Promise(r => setTimeout(r, 20)); typeof after" });
    late.resolve("too late");
    errorOf(await handle.promise, "CancelledError");
    assert.deepEqual(await next.promise, { value: "undefined" });
  });

  test(`${mode.name}: a task that has ended cannot be cancelled`, async () => {
    using pool = await make();
    const handle = pool.submit({ code: "5" });
    assert.deepEqual(await handle.promise, { value: 5 });
    assert.equal(handle.cancel(), false);
    assert.deepEqual(await handle.promise, { value: 5 });
    assert.equal(pool.getStats().cancelledTasks, 0);
  });

  test(`${mode.name}: cancelling at once after submitting`, async () => {
    using pool = await make();
    for (let i = 0; i < 20; i++) {
      const handle = pool.submit({ code: `${i}` });
      assert.equal(handle.cancel(), true);
      errorOf(await handle.promise, "CancelledError");
    }
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
    assert.equal(pool.getStats().cancelledTasks, 20);
  });

  test(`${mode.name}: cancelling every other one of many`, async () => {
    using pool = await make({ poolSize: 2 });
    const handles = Array.from({ length: 100 }, (_, i) => pool.submit({ code: `${i}` }));
    const cancelled = handles.map((handle, i) => i % 2 === 1 && handle.cancel());
    const results = await Promise.all(handles.map((handle) => handle.promise));
    results.forEach((result, i) => {
      if (cancelled[i]) errorOf(result, "CancelledError");
      else assert.equal(valueOf(result), i);
    });
    assert.equal(
      handles.some((handle) => handle.pending),
      false,
    );
  });

  test(`${mode.name}: submit of a call, with options`, async () => {
    using pool = await make();
    const handle = pool.submit({
      call: "(a, b) => [a, b, extra]",
      args: [1, "b"],
      globals: { extra: 3 },
    });
    assert.deepEqual(await handle.promise, { value: [1, "b", 3] });
  });
}

const loops = {
  "in a loop": "for (;;) {}",
  "in jobs": "(function f() { Promise.resolve().then(f) })(); await new Promise(() => {})",
  "in a getter of the result": "({ get a() { for (;;) {} } })",
  "in a catch that catches all": "for (;;) { try { for (;;) {} } catch {} }",
};

for (const [where, code] of Object.entries(loops)) {
  test(`a running task is stopped ${where}`, { skip: needs.workers }, async () => {
    const started = deferred();
    using pool = await newWorkerPool({
      poolSize: 1,
      hostFunctions: { started: () => started.resolve() },
    });
    const handle = pool.submit({ code: `await started(); ${code}` });
    await started.promise;
    assert.equal(handle.cancel(), true);
    assert.equal(errorOf(await handle.promise, "CancelledError").isCancelled, true);
    assert.deepEqual(await pool.evalCode("[1, 2].length"), { value: 2 });
  });
}

test("a cancelled task calls nobody any more", async () => {
  let calls = 0;
  using pool = await newWorkerPool({ poolSize: 1, hostFunctions: { tick: () => void calls++ } });
  const code = "for (;;) { await tick() }";
  const handle = pool.submit({ code });
  await until(() => calls > 3, "the guest calls");
  handle.cancel();
  errorOf(await handle.promise, "CancelledError");
  const seen = calls;
  valueOf(await pool.evalCode("await new Promise(r => setTimeout(r, 30))"));
  assert.ok(calls - seen <= 1, `${calls - seen} calls after the end`);
});

test("more tasks cancelled than there are places in a line leave the running one alone", async () => {
  using pool = await newWorkerPool({ poolSize: 1 });
  await pool.evalCode("1");
  for (let round = 0; round < 5; round++) {
    const first = pool.evalCode("'first'");
    for (let i = 0; i < 140; i++) pool.submit({ code: "'never'" }).cancel();
    assert.deepEqual(await first, { value: "first" });
    assert.deepEqual(await pool.evalCode("'next'"), { value: "next" });
  }
});
