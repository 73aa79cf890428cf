// SPDX-License-Identifier: MIT
// What an onTrace handler may do to its pool: anything. trace.test.ts has what it is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, type QuickJSWorkerPool, type TaskHandle, type WorkerTaskResult } from "qjspool";
import { errorOf, modes } from "./lib/pools.js";

for (const mode of modes) {
  test(`${mode.name}: a handler submits a task whenever one begins`, async () => {
    const more: Promise<WorkerTaskResult>[] = [];
    const begin = (): void => {
      if (pool !== undefined && more.length < 50) more.push(pool.evalCode(String(more.length)));
    };
    let pool: QuickJSWorkerPool | undefined;
    pool = await newWorkerPool({
      ...mode.options,
      poolSize: 2,
      onTrace: (event) => event.ph === "B" && begin(),
    });
    const tasks = Array.from({ length: 60 }, (_, i) => pool.evalCode(String(1000 + i)));
    for (const [i, task] of tasks.entries()) assert.deepEqual(await task, { value: 1000 + i });
    for (const [i, task] of more.entries()) assert.deepEqual(await task, { value: i });
    assert.equal(more.length, 50);
    await pool.close();
  });

  test(`${mode.name}: a handler cancels each task that begins`, async () => {
    const handles = new Map<string, TaskHandle>();
    using pool = await newWorkerPool({
      ...mode.options,
      poolSize: 1,
      onTrace: (event) => event.ph === "B" && handles.get(event.name)?.cancel(),
    });
    for (let i = 0; i < 10; i++) {
      const handle = pool.submit({ code: "await new Promise(r => setTimeout(r, 1e6))" });
      handles.set(handle.taskId, handle);
      if (i === 0) handle.cancel(); // it may have begun before its handle was there
    }
    for (const { promise } of handles.values()) errorOf(await promise, "CancelledError");
    assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  });

  test(`${mode.name}: a handler disposes of the pool at any event`, async () => {
    for (let nth = 1; nth <= 12; nth++) {
      let count = 0;
      let pool: QuickJSWorkerPool | undefined;
      pool = await newWorkerPool({
        ...mode.options,
        poolSize: 2,
        onTrace: () => pool !== undefined && ++count === nth && pool.dispose(),
      });
      const tasks = ["1", "2", "3", "4"].map((code) => pool.evalCode(code));
      for (const [i, outcome] of (await Promise.allSettled(tasks)).entries()) {
        if (outcome.status === "fulfilled") assert.deepEqual(outcome.value, { value: i + 1 });
        else assert.equal(outcome.reason.name, "PoolDisposedError");
      }
      await pool.close();
    }
  });
}
