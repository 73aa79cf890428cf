// SPDX-License-Identifier: MIT
// Many tasks, many pools, many sessions: memory stays flat, no thread is left, every answer is
// right. Slow: run with --slow. Bounds are loose; a leak of a kilobyte for each task breaks them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, type QuickJSWorkerPool } from "qjspool";
import { residentBytes, runtime } from "./lib/env.js";
import { needs } from "./lib/needs.js";
import { errorOf, modes, valueOf } from "./lib/pools.js";
import { liveWorkers, untilGone } from "./lib/workers.js";

const MIB = 2 ** 20;
/** 0 where it is not known: then only answers and workers are looked at. */
const residentMib = (): number => (residentBytes() ?? 0) / MIB;

/**
 * Node alone gives memory back soon enough to be held to it: Bun's allocator keeps some hundred MiB,
 * though its heap is flat, and Deno collects memories of Wasm late.
 */
function assertFlat(grownMib: number, limitMib: number): void {
  const limit = runtime === "node" ? limitMib : 4096;
  assert.ok(grownMib < limit, `${grownMib.toFixed(0)} MiB more`);
}

async function runTasks(pool: QuickJSWorkerPool, count: number): Promise<void> {
  const batch = 1000;
  for (let done = 0; done < count; done += batch) {
    const tasks = Array.from({ length: batch }, (_, i) => pool.evalCode<number>(`${done} + ${i}`));
    const results = await Promise.all(tasks);
    results.forEach((result, i) => assert.equal(valueOf(result), done + i));
  }
}

for (const mode of modes) {
  const make = (options = {}) => newWorkerPool({ poolSize: 2, ...mode.options, ...options });

  test(`${mode.name}: 1,000,000 tasks, memory flat`, { timeout: 300_000 }, async () => {
    using pool = await make();
    await runTasks(pool, 200_000);
    const before = residentMib();
    await runTasks(pool, 800_000);
    const grown = residentMib() - before;
    assertFlat(grown, 100);
    const { completedTasks, failedTasks, workerRestarts } = pool.getStats();
    assert.deepEqual([completedTasks, failedTasks, workerRestarts], [1_000_000, 0, 0]);
  });

  test(`${mode.name}: 20,000 at once`, { timeout: 120_000 }, async () => {
    using pool = await make();
    const tasks = Array.from({ length: 20_000 }, (_, i) => pool.evalCode<number>(`${i}`));
    const sum = (await Promise.all(tasks)).reduce((n, result) => n + valueOf(result), 0);
    assert.equal(sum, (20_000 * 19_999) / 2);
  });

  test(`${mode.name}: 2,000 pools, nothing left`, { timeout: 300_000 }, async () => {
    const threads = liveWorkers();
    const round = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const pool = await make({ poolSize: 1, bootstrapCode: "globalThis.n = 1" });
        assert.deepEqual(await pool.evalCode("n + 1"), { value: 2 });
        if (i % 2 === 0) pool.dispose();
        else await pool.close();
      }
      await untilGone(threads);
    };
    await round(200);
    const before = residentMib();
    await round(1800);
    const grown = residentMib() - before;
    assertFlat(grown, 250);
  });

  test(`${mode.name}: 2,000 sessions`, { timeout: 300_000 }, async () => {
    using pool = await make();
    for (let i = 0; i < 2000; i++) {
      using session = await pool.createSession();
      const result = await session.evalCode(`const a = typeof left; var left = ${i}; a`);
      assert.deepEqual(result, { value: "undefined" });
    }
    assert.equal(pool.activeSessionCount, 0);
  });

  test(`${mode.name}: memory bombs in a row, memory flat`, { timeout: 300_000 }, async () => {
    using pool = await make({ memoryLimitBytes: 32 * MIB });
    const bomb = "const a = []; for (;;) a.push(new Uint8Array(1e6))";
    const round = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        errorOf(await pool.evalCode(bomb), "MemoryLimitError");
        assert.deepEqual(await pool.evalCode("1"), { value: 1 });
      }
    };
    await round(30);
    const before = residentMib();
    await round(100);
    const grown = residentMib() - before;
    assertFlat(grown, 200);
  });

  test(`${mode.name}: large values there and back, memory flat`, { timeout: 300_000 }, async () => {
    using pool = await make({ resultLimitBytes: 0, memoryLimitBytes: 128 * MIB });
    const bytes = new Uint8Array(16 * MIB).fill(7);
    const round = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const back = valueOf(await pool.call<Uint8Array>("(x) => x", bytes));
        assert.equal(back.length, bytes.length);
      }
    };
    await round(15);
    const before = residentMib();
    await round(30);
    const grown = residentMib() - before;
    assertFlat(grown, 400);
  });

  test(
    `${mode.name}: host calls, console and timers, 20,000 of each`,
    { timeout: 300_000 },
    async () => {
      let calls = 0;
      let lines = 0;
      using pool = await make({
        hostFunctions: { f: (x: number) => (calls++, x) },
        onConsole: () => void lines++,
      });
      const code = `let sum = 0;
      for (let i = 0; i < 100; i++) { sum += await f(i); console.log(i); await new Promise(r => setTimeout(r, 0)) } sum`;
      for (let round = 0; round < 20; round++) {
        const results = await Promise.all(Array.from({ length: 10 }, () => pool.evalCode(code)));
        for (const result of results) assert.equal(valueOf(result), 4950);
      }
      assert.deepEqual([calls, lines], [20_000, 20_000]);
    },
  );
}

const killing = { skip: needs.workers || needs.deaths, timeout: 300_000 };

test("workers that are killed in a row, nothing left", killing, async () => {
  const threads = liveWorkers();
  const pool = await newWorkerPool({ poolSize: 2, preWarm: true });
  for (let i = 0; i < 100; i++) {
    const mine = liveWorkers().filter((worker) => !threads.includes(worker));
    const task = pool.submit({ code: "await new Promise(r => setTimeout(r, 20)); 1" });
    await mine[i % mine.length]?.terminate();
    const { value, error } = await task.promise;
    assert.ok(value === 1 || error?.isWorkerCrash === true);
  }
  assert.deepEqual(await pool.evalCode("1"), { value: 1 });
  pool.dispose();
  await untilGone(threads);
});
