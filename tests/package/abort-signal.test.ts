// SPDX-License-Identifier: MIT
// The option `signal`: aborting it is cancelling, whenever it happens and however the task came.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { needs } from "./lib/needs.js";
import { deferred, errorOf, modes } from "./lib/pools.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 1, ...mode.options, ...options });

  test(`${mode.name}: a signal that was aborted before`, async () => {
    let runs = 0;
    using pool = await make({ hostFunctions: { ran: () => void runs++ } });
    const signal = AbortSignal.abort();
    assert.equal(
      errorOf(await pool.evalCode("ran()", { signal }), "CancelledError").isCancelled,
      true,
    );
    errorOf(await pool.submit({ call: "() => ran()", signal }).promise, "CancelledError");
    const handle = pool.submit({ code: "ran()", signal });
    assert.equal(handle.cancel(), false);
    errorOf(await handle.promise, "CancelledError");
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
    assert.equal(runs, 0);
  });

  test(`${mode.name}: aborted while it waits`, async () => {
    const gate = deferred();
    using pool = await make({ hostFunctions: { gate: () => gate.promise } });
    const controller = new AbortController();
    const busy = pool.evalCode("await gate(); 1");
    const waiting = pool.submit({ code: "2", signal: controller.signal });
    controller.abort(new Error("the reason is not looked at"));
    assert.equal(waiting.pending, false);
    errorOf(await waiting.promise, "CancelledError");
    gate.resolve();
    assert.deepEqual(await busy, { value: 1 });
  });

  test(`${mode.name}: aborted while it runs`, async () => {
    const called = deferred();
    const hostFunctions = { never: () => (called.resolve(), new Promise(() => {})) };
    using pool = await make({ hostFunctions });
    const controller = new AbortController();
    const running = pool.evalCode("await never()", { signal: controller.signal });
    await called.promise;
    controller.abort();
    errorOf(await running, "CancelledError");
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: aborted after it has ended`, async () => {
    using pool = await make();
    const controller = new AbortController();
    const result = await pool.evalCode("1", { signal: controller.signal });
    controller.abort();
    assert.deepEqual(result, { value: 1 });
    assert.deepEqual(await pool.evalCode("2"), { value: 2 });
    assert.equal(pool.getStats().cancelledTasks, 0);
  });

  test(`${mode.name}: one signal for many tasks`, async () => {
    const gate = deferred();
    using pool = await make({ hostFunctions: { gate: () => gate.promise } });
    const controller = new AbortController();
    const { signal } = controller;
    const tasks = Array.from({ length: 10 }, () => ({ code: "await gate()", signal }));
    const batch = pool.evalCodeBatch(tasks);
    const free = pool.evalCode("'free'");
    controller.abort();
    for (const result of await batch) errorOf(result, "CancelledError");
    assert.deepEqual(await free, { value: "free" });
    gate.resolve();
  });

  test(`${mode.name}: no listener is left behind`, async () => {
    let listeners = 0;
    const signal = {
      aborted: false,
      addEventListener: () => void listeners++,
      removeEventListener: () => void listeners--,
    };
    using pool = await make();
    await Promise.all(Array.from({ length: 5 }, (_, i) => pool.evalCode(`${i}`, { signal })));
    errorOf(await pool.evalCode("throw 1", { signal }));
    pool.submit({ code: "1", signal }).cancel();
    await pool.evalCode("1");
    assert.equal(listeners, 0);
  });

  test(`${mode.name}: in a session`, async () => {
    const called = deferred();
    const hostFunctions = { never: () => (called.resolve(), new Promise(() => {})) };
    using pool = await make({ hostFunctions });
    using session = await pool.createSession();
    const controller = new AbortController();
    const { signal } = controller;
    assert.deepEqual(await session.evalCode("var n = 1", { signal }), { value: undefined });
    const running = session.evalCode("n = 2; await never()", { signal });
    const waiting = session.evalCode("n = 3", { signal });
    const after = session.evalCode("n");
    await called.promise;
    controller.abort();
    errorOf(await running, "CancelledError");
    errorOf(await waiting, "CancelledError");
    assert.deepEqual(await after, { value: 2 });
  });
}

test("aborting stops a loop", { skip: needs.workers }, async () => {
  const started = deferred();
  using pool = await newWorkerPool({
    poolSize: 1,
    hostFunctions: { started: () => started.resolve() },
  });
  const controller = new AbortController();
  const code = "await started(); for (;;) {}";
  const running = pool.evalCode(code, { signal: controller.signal });
  await started.promise;
  controller.abort();
  errorOf(await running, "CancelledError");
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
});

test("AbortSignal.timeout will do", { skip: needs.workers }, async () => {
  using pool = await newWorkerPool({ poolSize: 1 });
  const running = pool.evalCode("for (;;) {}", { signal: AbortSignal.timeout(30) });
  errorOf(await running, "CancelledError");
});
