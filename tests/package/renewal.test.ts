// SPDX-License-Identifier: MIT
// Workers that make their isolate anew between two tasks, as after one that made the memory grow:
// the bootstrap code runs again, and nobody's time is spent on it. Here it waits for the test.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, type QuickJSWorkerPool, type WorkerPoolOptions } from "qjspool";
import { deferred, errorOf, modes, sleep, until } from "./lib/pools.js";

/** More than an instance may grow by. */
const GROW = "new Uint8Array(20 * 2 ** 20).fill(1).length";
const GROWN = { value: 20 * 2 ** 20 };

interface Renewals {
  pool: QuickJSWorkerPool;
  /** Bootstraps that have begun. */
  readonly count: number;
  /** Lets all bootstraps end from now on; until then only the pool's first ones do. */
  release(): void;
}

async function makePool(options: WorkerPoolOptions, poolSize = 1): Promise<Renewals> {
  const gate = deferred();
  let count = 0;
  const pool = await newWorkerPool({
    ...options,
    poolSize,
    hostFunctions: { boot: () => (++count > poolSize ? gate.promise : undefined) },
    bootstrapCode: "await boot(); globalThis.isBooted = true",
  });
  return {
    pool,
    get count() {
      return count;
    },
    release: gate.resolve,
  };
}

for (const mode of modes) {
  const make = (poolSize?: number): Promise<Renewals> => makePool(mode.options, poolSize);

  /** The pool's one worker renews. */
  const begin = async (): Promise<Renewals> => {
    const renewals = await make();
    assert.deepEqual(await renewals.pool.evalCode(GROW), GROWN);
    await until(() => renewals.count === 2, "the worker renews");
    return renewals;
  };

  test(`${mode.name}: the time of a task does not run while its worker renews`, async () => {
    const renewals = await make();
    using pool = renewals.pool;
    const tasks = [pool.evalCode(GROW), pool.evalCode("isBooted", { timeout: 300 })];
    await until(() => renewals.count === 2, "the worker renews");
    tasks.push(pool.evalCode("isBooted", { timeout: 300 }));
    await sleep(800);
    renewals.release();
    assert.deepEqual(await Promise.all(tasks), [GROWN, { value: true }, { value: true }]);
    assert.equal(pool.getStats().workerRestarts, 0);
  });

  test(`${mode.name}: nor while its bootstrap code keeps the worker's thread`, async () => {
    using pool = await newWorkerPool({
      ...mode.options,
      poolSize: 1,
      bootstrapCode: "for (const end = Date.now() + 500; Date.now() < end; );",
    });
    const tasks = [GROW, "1", "2"].map((code, i) =>
      pool.evalCode(code, { timeout: i === 0 ? 30_000 : 250 }),
    );
    assert.deepEqual(await Promise.all(tasks), [GROWN, { value: 1 }, { value: 2 }]);
    const grown = pool.evalCode(GROW);
    assert.deepEqual(await grown, GROWN);
    assert.deepEqual(await pool.evalCode("3", { timeout: 250 }), { value: 3 });
    assert.equal(pool.getStats().workerRestarts, 0);
  });

  test(`${mode.name}: a worker that renews is busy`, async () => {
    const renewals = await begin();
    using pool = renewals.pool;
    const waiting = pool.evalCode("1");
    const { busyWorkers, availableWorkers, queuedTasks } = pool.getStats();
    assert.deepEqual([busyWorkers, availableWorkers, queuedTasks], [1, 0, 1]);
    renewals.release();
    assert.deepEqual(await waiting, { value: 1 });
  });

  test(`${mode.name}: waiting for a renewal is waiting in the queue`, async () => {
    const renewals = await begin();
    using pool = renewals.pool;
    const { message } = errorOf(await pool.evalCode("1", { queueTimeout: 20 }), "TimeoutError");
    assert.match(message, /waited longer than 20 ms/);
    const handle = pool.submit({ code: "1" });
    assert.equal(handle.cancel(), true);
    errorOf(await handle.promise, "CancelledError");
    renewals.release();
    assert.deepEqual(await pool.evalCode("2"), { value: 2 });
    assert.equal(pool.getStats().workerRestarts, 0);
  });

  test(`${mode.name}: a session waits for a worker that renews`, async () => {
    const renewals = await begin();
    using pool = renewals.pool;
    const opening = pool.createSession();
    renewals.release();
    const session = await opening;
    assert.deepEqual(await session.evalCode("isBooted"), { value: true });
    await session.release();
  });

  test(`${mode.name}: close waits for what waits for a renewal`, async () => {
    const renewals = await begin();
    const waiting = renewals.pool.evalCode("isBooted");
    const closed = renewals.pool.close();
    renewals.release();
    assert.deepEqual(await waiting, { value: true });
    await closed;
  });

  test(`${mode.name}: dispose does not wait for a renewal`, async () => {
    const { pool } = await begin();
    const waiting = pool.evalCode("1");
    pool.dispose();
    await assert.rejects(waiting, { name: "PoolDisposedError" });
  });

  test(`${mode.name}: what waits goes on when bootstrap code fails in a renewal`, async () => {
    let count = 0;
    using pool = await newWorkerPool({
      ...mode.options,
      poolSize: 1,
      hostFunctions: {
        boot: () => {
          if (++count === 2) throw new Error("not again");
        },
      },
      bootstrapCode: "await boot()",
    });
    const tasks = [GROW, "1"].map((code) => pool.evalCode(code));
    assert.deepEqual(await Promise.all(tasks), [GROWN, { value: 1 }]);
    assert.equal(count, 3);
    assert.equal(pool.getStats().workerRestarts, 1);
  });
}

for (const mode of modes.filter((m) => m.isThreaded)) {
  test(`${mode.name}: other workers get what waits behind a renewal`, async () => {
    const renewals = await makePool(mode.options, 2);
    using pool = renewals.pool;
    const grown = pool.evalCode(GROW);
    const tasks = Array.from({ length: 20 }, (_, i) => pool.evalCode(String(i)));
    assert.deepEqual(await grown, GROWN);
    assert.deepEqual(
      await Promise.all(tasks),
      tasks.map((_, i) => ({ value: i })),
    );
    await until(() => renewals.count === 3, "the worker renews");
    const more = Array.from({ length: 20 }, (_, i) => pool.evalCode(String(i)));
    assert.deepEqual(
      await Promise.all(more),
      more.map((_, i) => ({ value: i })),
    );
    renewals.release();
  });
}
