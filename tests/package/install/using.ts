// SPDX-License-Identifier: MIT
// `using` and `await using`, compiled by esbuild to what Node 20 understands.
import assert from "node:assert/strict";
import { newWorkerPool, type QuickJSWorkerPool } from "qjspool";

let closed: QuickJSWorkerPool;
{
  await using pool = await newWorkerPool({ poolSize: 1 });
  closed = pool;
  const running = pool.evalCode("'let to finish'");
  assert.deepEqual(await running, { value: "let to finish" });
}
await assert.rejects(closed.evalCode("1"), { name: "PoolDisposedError" });
{
  using pool = await newWorkerPool({ poolSize: 1 });
  closed = pool;
}
await assert.rejects(closed.evalCode("1"), { name: "PoolDisposedError" });
