// SPDX-License-Identifier: MIT
// What a place can do, and what the package says and does where something is missing: shared
// memory, or workers at all (pages whose policy blocks them).
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  detectPlatform,
  getCapabilities,
  isMultiThreadingSupported,
  MultiThreadingNotSupportedError,
  newWorkerPool,
  type WorkerPoolOptions,
} from "qjspool";
import { page } from "./lib/env.js";
import { hasSharedMemory, hasWorkers, needs } from "./lib/needs.js";
import { errorOf } from "./lib/pools.js";

/** What was printed while `run` ran, and what that returned. */
async function printedBy<T>(run: () => Promise<T>): Promise<{ lines: unknown[][]; result: T }> {
  const { log, warn, error } = console;
  const lines: unknown[][] = [];
  console.log = console.warn = console.error = (...args: unknown[]) => void lines.push(args);
  try {
    return { result: await run(), lines };
  } finally {
    Object.assign(console, { log, warn, error });
  }
}

test("the platform and what it has", () => {
  assert.equal(detectPlatform(), page === "" ? "node" : "browser");
  assert.equal(isMultiThreadingSupported(), true); // a policy shows only when a worker is tried
  const { workers, sharedArrayBuffer, crossOriginIsolated } = getCapabilities();
  assert.deepEqual(
    { workers, sharedArrayBuffer, crossOriginIsolated },
    {
      workers: true,
      sharedArrayBuffer: hasSharedMemory,
      crossOriginIsolated: page === "isolated",
    },
  );
});

test("a pool uses workers where they can run, and says so once where they cannot", async () => {
  const { result: pool, lines } = await printedBy(() => newWorkerPool({ poolSize: 2 }));
  assert.deepEqual(await pool.evalCode("6 * 7"), { value: 42 });
  assert.equal(pool.isMultiThreaded, hasWorkers);
  pool.dispose();
  if (hasWorkers) assert.deepEqual(lines, []);
  else {
    assert.equal(lines.length, 1);
    assert.match(String(lines[0]), /^\[WorkerPool\] Running on the calling thread: .*worker-src/);
  }
});

/** Whether it is made of workers; or the message of the error that says why not. */
async function forced(options: WorkerPoolOptions): Promise<boolean | string> {
  try {
    using pool = await newWorkerPool({ poolSize: 1, ...options });
    assert.deepEqual(await pool.evalCode("6 * 7"), { value: 42 });
    return pool.isMultiThreaded;
  } catch (error) {
    assert.ok(error instanceof MultiThreadingNotSupportedError, String(error));
    return error.message;
  }
}

test("forceMultiThreaded gives workers or an error with the reason", async () => {
  const outcome = await forced({ forceMultiThreaded: true });
  if (hasWorkers) assert.equal(outcome, true);
  else assert.match(String(outcome), /worker-src/);
});

test("syncHostFunctions give workers that can block or an error with the reason", async () => {
  const outcome = await forced({ syncHostFunctions: { f: () => 1 } });
  if (hasSharedMemory) assert.equal(outcome, true);
  else assert.match(String(outcome), /syncHostFunctions.*SharedArrayBuffer/);
});

test("without shared memory, a cancelled worker is replaced", { skip: needs.workers }, async () => {
  using pool = await newWorkerPool({ poolSize: 1 });
  const handle = pool.submit({ code: "for (;;) {}" });
  while (pool.busyWorkers === 0) await new Promise((done) => setTimeout(done, 5));
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(handle.cancel(), true);
  errorOf(await handle.promise, "CancelledError");
  assert.deepEqual(await pool.evalCode("6 * 7"), { value: 42 });
  // with shared memory it is stopped in place, unless the machine is too busy for that
  if (!hasSharedMemory) assert.equal(pool.getStats().workerRestarts, 1);
});
