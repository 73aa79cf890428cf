// SPDX-License-Identifier: MIT
// onTrace: a row for each worker, a bar for each task, and that it never troubles the pool.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, type TraceEvent, type WorkerPoolOptions } from "qjspool";
import { modes, until } from "./lib/pools.js";

/** What each row holds must be begun and ended in turn. Returns `name outcome` in order of ends. */
function barsOf(events: readonly TraceEvent[]): string[] {
  const open = new Map<number, TraceEvent>();
  const bars: string[] = [];
  let last = 0;
  for (const event of events) {
    assert.ok(event.ts >= last, "time goes forward");
    last = event.ts;
    assert.equal(event.pid, 1);
    if (event.cat !== "task") continue;
    if (event.ph === "B") {
      assert.equal(open.get(event.tid), undefined, "one task at a time");
      open.set(event.tid, event);
      continue;
    }
    assert.equal(open.get(event.tid)?.name, event.name);
    open.delete(event.tid);
    bars.push(`${event.name} ${event.args?.outcome}`);
  }
  assert.equal(open.size, 0, "all have ended");
  return bars;
}

for (const mode of modes) {
  const make = async (options: WorkerPoolOptions = {}) => {
    const events: TraceEvent[] = [];
    const onTrace = (event: TraceEvent) => void events.push(event);
    const pool = await newWorkerPool({ poolSize: 1, ...mode.options, onTrace, ...options });
    return { pool, events };
  };

  test(`${mode.name}: a bar says which code ran where, and how it ended`, async () => {
    const { pool, events } = await make();
    await pool.evalCode("1 + 1");
    await pool.evalCode("throw 1");
    await pool.evalCode("for (;;) {}", { timeout: 30 });
    const handle = pool.submit({ code: "await new Promise(() => setTimeout(() => {}, 1e6))" });
    await until(() => pool.busyWorkers === 1, "it runs");
    handle.cancel();
    await pool.close();
    assert.deepEqual(barsOf(events), [
      "task-1 ok",
      "task-2 error",
      "task-3 timeout",
      "task-4 cancelled",
    ]);
    const first = events.find((event) => event.ph === "B");
    assert.deepEqual(first?.args, { code: '"1 + 1"' });
    const row = events.find((event) => event.ph === "M");
    assert.equal(row?.args?.name, `worker ${first?.tid}`);
  });

  test(`${mode.name}: tasks that wait in line begin when the one before has ended`, async () => {
    const { pool, events } = await make();
    const codes = Array.from({ length: 60 }, (_, i) => `${i}`);
    await pool.evalCodeBatch(codes);
    await pool.close();
    assert.deepEqual(barsOf(events), codes.map((_, i) => `task-${i + 1} ok`));
  });

  test(`${mode.name}: disposing ends what runs`, async () => {
    const { pool, events } = await make();
    const task = pool.evalCode("await new Promise(() => setTimeout(() => {}, 1e6))");
    await until(() => pool.busyWorkers === 1, "it runs");
    pool.dispose();
    await assert.rejects(task);
    await until(() => events.some(({ ph }) => ph === "E"), "its bar has ended");
    assert.deepEqual(barsOf(events), ["task-1 cancelled"]);
  });

  test(`${mode.name}: a handler that throws is not heard of`, async () => {
    const { pool } = await make({
      onTrace() {
        throw new Error("handler");
      },
    });
    assert.deepEqual(await pool.evalCode("2"), { value: 2 });
    await pool.close();
  });
}
