// SPDX-License-Identifier: MIT
// A user's CommonJS module, in a program that also imports the ES module.
"use strict";
const assert = require("node:assert/strict");
const qjspool = require("qjspool");

async function main() {
  const esm = await import("qjspool");
  assert.deepEqual(
    Object.keys(esm).filter((name) => name !== "default" && name !== "module.exports").sort(),
    Object.keys(qjspool).filter((name) => name !== "__esModule").sort(),
  );
  const { newWorkerPool, newWorkerPoolContext } = qjspool;
  const pool = await newWorkerPool({ poolSize: 1 });
  const context = newWorkerPoolContext(pool);
  assert.equal(context.unwrapResult(await context.evalCodeAsync("6 * 7")), 42);
  context.dispose();
  pool.dispose();
  assert.ok((await qjspool.getAsyncifiedWasm()) instanceof WebAssembly.Module);
  await assert.rejects(pool.evalCode("1"), (error) => error instanceof qjspool.PoolDisposedError);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
