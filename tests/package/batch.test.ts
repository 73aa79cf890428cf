// SPDX-License-Identifier: MIT
// evalCodeBatch: order, errors in their places, options of each task, and what it refuses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, PoolDisposedError, QueueFullError } from "qjspool";
import { deferred, errorOf, modes, valueOf } from "./lib/pools.js";

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });

  test(`${mode.name}: the README's`, async () => {
    using pool = await make();
    const results = await pool.evalCodeBatch([{ code: "1 + 1" }, { code: "2 + 2", timeout: 1000 }]);
    assert.deepEqual(results, [{ value: 2 }, { value: 4 }]);
    assert.deepEqual(await pool.evalCodeBatch([]), []);
  });

  test(`${mode.name}: results are in order, errors in their places`, async () => {
    using pool = await make();
    const tasks = Array.from({ length: 100 }, (_, i) => ({
      code: i % 10 === 3 ? `throw new Error("${i}")` : `await null; ${i}`,
    }));
    const results = await pool.evalCodeBatch(tasks);
    results.forEach((result, i) => {
      if (i % 10 === 3) assert.equal(errorOf(result, "Error").message, String(i));
      else assert.equal(valueOf(result), i);
    });
  });

  test(`${mode.name}: each task starts clean and has its own options`, async () => {
    using pool = await make({ poolSize: 1 });
    const results = await pool.evalCodeBatch([
      { code: "globalThis.x = 1; x" },
      { code: "typeof x" },
      { code: "for (;;) {}", timeout: 30 },
      { code: "g", globals: { g: 5 } },
      { call: "(a, b) => a + b", args: [1, 2] },
      { code: "null.x", filename: "b.js" },
    ]);
    assert.deepEqual(results.slice(0, 2).map(valueOf), [1, "undefined"]);
    errorOf(results[2]!, "TimeoutError");
    assert.deepEqual(results.slice(3, 5).map(valueOf), [5, 3]);
    assert.match(errorOf(results[5]!, "TypeError").stack ?? "", /b\.js:1/);
  });

  test(`${mode.name}: one bad task rejects all`, async () => {
    using pool = await make();
    const bad: unknown[] = [{ code: 5 }, null, {}, { code: "1", timeout: -1 }, { code: "1", x: 1 }];
    for (const task of bad) {
      const tasks = [{ code: "1" }, task] as { code: string }[];
      await assert.rejects(pool.evalCodeBatch(tasks), TypeError);
    }
    for (const list of [undefined, null, 5, "code", {}]) {
      await assert.rejects(pool.evalCodeBatch(list as unknown as []), TypeError);
    }
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: more than the queue takes rejects, the pool goes on`, async () => {
    const gate = deferred();
    using pool = await make({
      poolSize: 1,
      maxQueueSize: 5,
      hostFunctions: { gate: () => gate.promise },
    });
    const busy = pool.evalCode("await gate()");
    const tasks = Array.from({ length: 10 }, () => ({ code: "1" }));
    const refused = assert.rejects(pool.evalCodeBatch(tasks), QueueFullError);
    gate.resolve();
    await refused;
    await busy;
    assert.deepEqual(await pool.evalCode("2"), { value: 2 });
    assert.equal(pool.queuedTasks, 0);
  });

  test(`${mode.name}: dispose rejects it`, async () => {
    const pool = await make({ hostFunctions: { never: () => new Promise(() => {}) } });
    const tasks = Array.from({ length: 10 }, () => ({ code: "await never()" }));
    const rejected = assert.rejects(pool.evalCodeBatch(tasks), PoolDisposedError);
    pool.dispose();
    await rejected;
  });
}
