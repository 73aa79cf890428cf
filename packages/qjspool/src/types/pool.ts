// SPDX-License-Identifier: MIT
// What a pool tells about itself, and its sessions. Types only.
import type { WorkerTaskResult } from "./result.js";
import type { SessionEvalOptions } from "./task.js";

/**
 * Milliseconds, over all tasks of a pool that ran; percentiles within 4 %. All 0 before the first.
 */
export interface TimingSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A moment's numbers of a pool. Counts are from its creation on. */
export interface PoolStats {
  /** How many workers there can be. */
  readonly poolSize: number;
  /** Workers that run a task now, or bring their isolate back after one. */
  readonly busyWorkers: number;
  /** Workers that could take a task now, those not started yet included. */
  readonly availableWorkers: number;
  /** Tasks that wait for a worker. */
  readonly queuedTasks: number;
  /** Tasks that ended with a value. */
  readonly completedTasks: number;
  /** Tasks that ended with an error, those below included. */
  readonly failedTasks: number;
  /** Of the failed: those that ran, or waited, too long. */
  readonly timedOutTasks: number;
  /** Of the failed: those that were cancelled. */
  readonly cancelledTasks: number;
  /** Workers that died or had to be replaced. */
  readonly workerRestarts: number;
  /** `runMs.mean`. */
  readonly averageExecutionTimeMs: number;
  /** Time in the queue. */
  readonly waitMs: TimingSummary;
  /** Time on a worker, awaiting included. */
  readonly runMs: TimingSummary;
  /** Sessions that are open or opening. */
  readonly sessions: number;
  /** `true` if tasks run on workers, `false` if on the calling thread. */
  readonly isMultiThreaded: boolean;
}

/**
 * A worker set apart for one user: state stays from call to call until `release()`. The next user
 * of the worker sees none of it.
 *
 * @example
 * ```ts
 * using session = await pool.createSession();
 * await session.evalCode("let counter = 1");
 * const result = await session.evalCode("counter + 1"); // { value: 2 }
 * ```
 */
export interface WorkerSession {
  /** Unique within the pool: `"session-1"`, ... */
  readonly sessionId: string;
  /** The number of the pinned worker, from 1. */
  readonly workerId: number;
  /** `false` after `release()`, after the pool was disposed of, and once the worker has died. */
  readonly alive: boolean;
  /**
   * Evaluates `code` in the state that earlier calls left. Calls run one after the other, in
   * order. If the worker has died, each later call resolves to its `WorkerCrashError`.
   *
   * Rejects with `TypeError` for bad arguments, `Error` after `release()`, `PoolDisposedError`
   * and `QueueFullError`.
   */
  evalCode<T = unknown>(code: string, options?: SessionEvalOptions): Promise<WorkerTaskResult<T>>;
  /** Cancels what still runs or waits, and returns the worker to the pool. May be called twice. */
  release(): void;
  /** `release()`. */
  [Symbol.dispose](): void;
}

/** What this platform can do. */
export interface Capabilities {
  /** Workers can be started. */
  readonly workers: boolean;
  /**
   * Memory can be shared with workers: a cancelled task is stopped in place, guests may block on
   * host calls.
   */
  readonly sharedArrayBuffer: boolean;
  /** The page is cross-origin isolated. `false` outside browsers, where it means nothing. */
  readonly crossOriginIsolated: boolean;
  /** The origin private file system is there. */
  readonly opfs: boolean;
  /** WebAssembly can wait for promises (JSPI). */
  readonly jspi: boolean;
}
