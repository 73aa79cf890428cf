// SPDX-License-Identifier: MIT
// The queue: priorities, first come first served within one, its size, and time limits in it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, QueueFullError } from "qjspool";
import { deferred, errorOf, modes, until, valueOf } from "./lib/pools.js";

for (const mode of modes) {
  /** A pool of one worker that is busy until `open` is called. */
  const makeBusy = async (options = {}) => {
    const gate = deferred();
    const log: unknown[] = [];
    const hostFunctions = { gate: () => gate.promise, log: (x: unknown) => void log.push(x) };
    const pool = await newWorkerPool({ poolSize: 1, ...mode.options, hostFunctions, ...options });
    const busy = pool.submit({ code: "await gate(); 'busy'" });
    await until(() => pool.busyWorkers === 1, "the worker is busy");
    return { pool, log, busy, open: gate.resolve };
  };

  test(`${mode.name}: first come, first served`, async () => {
    const { pool, log, open } = await makeBusy();
    const tasks = Array.from({ length: 30 }, (_, i) => pool.evalCode(`await log(${i})`));
    open();
    await Promise.all(tasks);
    assert.deepEqual(
      log,
      Array.from({ length: 30 }, (_, i) => i),
    );
    pool.dispose();
  });

  test(`${mode.name}: higher priorities first, in order within one`, async () => {
    const { pool, log, open } = await makeBusy();
    const priorities = [0, 5, -1, 5, 0, undefined, 2 ** 31 - 1, -(2 ** 31), 1];
    const tasks = priorities.map((priority, i) => pool.evalCode(`await log(${i})`, { priority }));
    // what was lined up behind the busy task is called back after some ms, and sorted then
    await new Promise((resolve) => setTimeout(resolve, 50));
    open();
    await Promise.all(tasks);
    assert.deepEqual(log, [6, 1, 3, 8, 0, 4, 5, 2, 7]);
    pool.dispose();
  });

  test(`${mode.name}: a full queue refuses, and drops nothing`, async () => {
    const { pool, busy, open } = await makeBusy({ maxQueueSize: 3 });
    const waiting = Array.from({ length: 3 }, (_, i) => pool.submit({ code: `${i}` }));
    assert.equal(pool.queuedTasks, 3);
    assert.throws(() => pool.submit({ code: "no" }), QueueFullError);
    await assert.rejects(pool.evalCode("no"), QueueFullError);
    waiting[1]!.cancel();
    const last = pool.submit({ code: "'room again'" });
    assert.throws(() => pool.submit({ code: "no" }), QueueFullError);
    open();
    valueOf(await busy.promise);
    assert.deepEqual(await waiting[0]!.promise, { value: 0 });
    errorOf(await waiting[1]!.promise, "CancelledError");
    assert.deepEqual(await waiting[2]!.promise, { value: 2 });
    assert.deepEqual(await last.promise, { value: "room again" });
    pool.dispose();
  });

  test(`${mode.name}: queueTimeout, the pool's and a task's own`, async () => {
    const { pool, busy, open } = await makeBusy({ defaultQueueTimeout: 30 });
    const late = pool.submit({ code: "1" });
    const own = pool.submit({ code: "2", queueTimeout: 20 });
    const patient = pool.submit({ code: "3", queueTimeout: 0 });
    const error = errorOf(await late.promise, "TimeoutError");
    assert.equal(error.isTimeout, true);
    assert.match(error.message, /queue/);
    errorOf(await own.promise, "TimeoutError");
    assert.equal(late.pending, false);
    open();
    assert.deepEqual(await busy.promise, { value: "busy" });
    assert.deepEqual(await patient.promise, { value: 3 });
    const quick = await pool.evalCode("await new Promise(r => setTimeout(r, 60)); 4");
    assert.deepEqual(quick, { value: 4 });
    pool.dispose();
  });

  test(`${mode.name}: the run time is not the queue's`, async () => {
    const { pool, open } = await makeBusy();
    const task = pool.submit({ code: "for (;;) {}", timeout: 30, queueTimeout: 60_000 });
    setTimeout(open, 40);
    const error = errorOf(await task.promise, "TimeoutError");
    assert.equal(/queue/.test(error.message), false);
    pool.dispose();
  });
}
