// SPDX-License-Identifier: MIT
// A pool put to the test, on a page or in a worker of one.
import { getCapabilities, newWorkerPool } from "qjspool";

/** A little of everything that one does with a pool. ORDER expected, lib/pages.mjs */
async function work(pool, hasSync) {
  const results = [
    await pool.evalCode("6 * 7"),
    await pool.evalCode("for (;;) {}", { timeout: 100 }),
    await pool.evalCode("await add(1, 2)"),
    await pool.call((a, b) => a.length + b, new Uint8Array(100_000), 1),
    await pool.evalCode("new Function('return 8')()"),
  ];
  const session = await pool.createSession();
  results.push(await session.evalCode("globalThis.n = 9"), await session.evalCode("n"));
  session.release();
  if (hasSync) results.push(await pool.evalCode("addAtOnce(2, 2)"));
  return results.map(({ value, error }) => error?.name ?? value);
}

/** What becomes of a pool with these options: its results, or why there is none. */
export async function tryPool(options = {}) {
  const add = (a, b) => a + b;
  const isShared = getCapabilities().sharedArrayBuffer;
  const { withSync = false, ...rest } = options;
  try {
    const pool = await newWorkerPool({
      poolSize: 2,
      hostFunctions: { add },
      ...(withSync && { syncHostFunctions: { addAtOnce: add } }),
      ...rest,
    });
    const { isMultiThreaded } = pool;
    const results = await work(pool, withSync);
    await pool.close();
    return { isMultiThreaded, isShared, results };
  } catch (error) {
    return { name: error.name, message: error.message, code: error.code };
  }
}
