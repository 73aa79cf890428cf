// SPDX-License-Identifier: MIT
// getStats: the README's fields and those beyond it, after every way that a task can end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { deferred, errorOf, modes, until } from "./lib/pools.js";

const FIELDS = [
  "poolSize",
  "busyWorkers",
  "availableWorkers",
  "queuedTasks",
  "completedTasks",
  "failedTasks",
  "timedOutTasks",
  "cancelledTasks",
  "workerRestarts",
  "averageExecutionTimeMs",
  "waitMs",
  "runMs",
  "sessions",
  "isMultiThreaded",
];

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });

  test(`${mode.name}: before the first task`, async () => {
    using pool = await make();
    const stats = pool.getStats();
    assert.deepEqual(Object.keys(stats).sort(), [...FIELDS].sort());
    const none = { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 };
    assert.deepEqual(stats, {
      poolSize: 2,
      busyWorkers: 0,
      availableWorkers: 2,
      queuedTasks: 0,
      completedTasks: 0,
      failedTasks: 0,
      timedOutTasks: 0,
      cancelledTasks: 0,
      workerRestarts: 0,
      averageExecutionTimeMs: 0,
      waitMs: none,
      runMs: none,
      sessions: 0,
      isMultiThreaded: mode.isThreaded,
    });
  });

  test(`${mode.name}: every way to end is counted once`, async () => {
    const gate = deferred();
    using pool = await make({ poolSize: 1, hostFunctions: { gate: () => gate.promise } });
    for (let i = 0; i < 3; i++) await pool.evalCode("1");
    errorOf(await pool.evalCode("throw 1"));
    errorOf(await pool.evalCode("for (;;) {}", { timeout: 30 }), "TimeoutError");
    const running = pool.submit({ code: "await gate()" });
    const waiting = pool.submit({ code: "1" });
    const late = pool.submit({ code: "1", queueTimeout: 20 });
    waiting.cancel();
    errorOf(await late.promise, "TimeoutError");
    gate.resolve();
    await running.promise;
    const stats = pool.getStats();
    assert.equal(stats.completedTasks, 4);
    assert.equal(stats.failedTasks, 4);
    assert.equal(stats.timedOutTasks, 2);
    assert.equal(stats.cancelledTasks, 1);
    assert.equal(stats.queuedTasks, 0);
    assert.equal(stats.busyWorkers, 0);
  });

  test(`${mode.name}: times`, async () => {
    using pool = await make({ poolSize: 1 });
    const code = "await new Promise(r => setTimeout(r, 30))";
    await Promise.all([pool.evalCode(code), pool.evalCode(code), pool.evalCode("1")]);
    const { runMs, waitMs, averageExecutionTimeMs } = pool.getStats();
    assert.ok(runMs.max >= 28 && runMs.max < 10_000, `${runMs.max}`);
    assert.ok(waitMs.max >= 50, `${waitMs.max}`);
    assert.equal(averageExecutionTimeMs, runMs.mean);
    for (const { mean, p50, p95, p99, max } of [runMs, waitMs]) {
      assert.ok(
        p50 <= p95 && p95 <= p99 && p99 <= max * 1.05 && mean <= max,
        `${p50} ${p95} ${max}`,
      );
    }
  });

  test(`${mode.name}: now: busy, waiting, pinned`, async () => {
    const gate = deferred();
    using pool = await make({ hostFunctions: { gate: () => gate.promise } });
    const session = await pool.createSession();
    const opened = pool.getStats();
    assert.deepEqual([opened.sessions, opened.availableWorkers, opened.busyWorkers], [1, 1, 0]);
    const tasks = Array.from({ length: 5 }, () => pool.evalCode("await gate()"));
    await until(() => pool.busyWorkers === 1, "the other worker is busy");
    const { busyWorkers, availableWorkers, queuedTasks } = pool.getStats();
    assert.deepEqual([busyWorkers, availableWorkers, queuedTasks], [1, 0, 4]);
    assert.deepEqual([pool.busyWorkers, pool.availableWorkers, pool.queuedTasks], [1, 0, 4]);
    gate.resolve();
    await Promise.all(tasks);
    session.release();
    await pool.evalCode("1");
    assert.deepEqual([pool.availableWorkers, pool.getStats().sessions], [2, 0]);
  });

  test(`${mode.name}: what is refused is not counted`, async () => {
    using pool = await make();
    await assert.rejects(pool.evalCode("1", { timeout: -1 }));
    await assert.rejects(pool.evalCode("1", { globals: { f() {} } }));
    const { completedTasks, failedTasks, queuedTasks } = pool.getStats();
    assert.deepEqual([completedTasks, failedTasks, queuedTasks], [0, 0, 0]);
  });
}
