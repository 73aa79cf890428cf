// SPDX-License-Identifier: MIT
// The pool that a whole program shares. The only state that this package keeps outside pools.
import { usageError } from "./errors.js";
import { PoolHolder } from "./pool-holder.js";
import { newWorkerPool, type QuickJSWorkerPool } from "./pool.js";
import type { WorkerPoolOptions } from "./types.js";

const shared = new PoolHolder<QuickJSWorkerPool>(newWorkerPool);

/**
 * The shared pool. The first call makes it; calls meanwhile wait for the same one. If making it
 * fails, or it was disposed of, the next call makes a new one.
 *
 * @param options - count for the call that makes the pool. A later call may repeat them or leave
 * them out; one that has another string, number, bigint or boolean rejects with a `TypeError`.
 * Objects and functions cannot be compared, and are ignored then.
 */
export function getWorkerPool(options?: WorkerPoolOptions): Promise<QuickJSWorkerPool> {
  return shared.get(options);
}

/**
 * The shared pool, at once.
 *
 * @throws an Error before the first `await getWorkerPool()`, and after the pool was disposed of.
 */
export function getWorkerPoolSync(): QuickJSWorkerPool {
  const pool = shared.peek();
  if (pool === null) {
    throw usageError(
      "ERR_QJSPOOL_NO_SHARED_POOL",
      "there is no shared pool yet: await getWorkerPool() first",
    );
  }
  return pool;
}
