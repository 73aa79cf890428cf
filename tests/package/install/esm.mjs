// SPDX-License-Identifier: MIT
// A user's ES module: the named exports are there, a pool works, and is disposed of.
import assert from "node:assert/strict";
import * as qjspool from "qjspool";

const names = [
  "MultiThreadingNotSupportedError",
  "PoolDisposedError",
  "QueueFullError",
  "QuickJSWorkerPool",
  "WorkerCrashError",
  "WorkerEnabledContext",
  "WorkerPoolContext",
  "WorkerTaskCancelledError",
  "WorkerTaskTimeoutError",
  "detectPlatform",
  "getAsyncifiedWasm",
  "getCapabilities",
  "getDefaultPoolSize",
  "getIsolateWasm",
  "getWorkerPool",
  "getWorkerPoolSync",
  "hostDirectory",
  "isMultiThreadingSupported",
  "memory",
  "newWorkerEnabledContext",
  "newWorkerPool",
  "newWorkerPoolContext",
  "opfs",
  "readOnly",
];
assert.deepEqual(Object.keys(qjspool).sort(), names);
assert.equal(qjspool.detectPlatform(), "node");
assert.equal(qjspool.isMultiThreadingSupported(), true);

const pool = await qjspool.newWorkerPool({ poolSize: 2 });
assert.ok(pool instanceof qjspool.QuickJSWorkerPool);
assert.equal(pool.isMultiThreaded, true);
assert.deepEqual(await pool.evalCode("1 + 1"), { value: 2 });
assert.equal((await pool.evalCode("null.x")).error?.name, "TypeError");
pool.dispose();
