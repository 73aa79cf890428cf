// SPDX-License-Identifier: MIT
// What comes back from a task: the result, the error as data, the handle of a submitted task.
// Types only; errors.ts makes the errors.

/**
 * Why a task failed, as plain data. Guest failures never reject a promise: they arrive like this.
 *
 * At most one of {@link isTimeout}, {@link isCancelled} and {@link isWorkerCrash} is there. They
 * come from the pool alone, so a guest that throws an error of the same name does not set them.
 */
export interface WorkerTaskError {
  /**
   * The name of the guest's error (`"TypeError"`, `"Error"`, ...), or one of the pool's:
   * `"TimeoutError"`, `"CancelledError"`, `"WorkerCrashError"`, `"MemoryLimitError"`,
   * `"ResultTooLargeError"`, `"SourceTooLargeError"`, `"DataCloneError"` (the value cannot cross;
   * the message has its path), `"DeadlockError"` (the awaited promise can never settle).
   */
  name: string;
  /** The message of the error; for a thrown non-Error `String(value)`. */
  message: string;
  /** The guest's frames only, with `filename:line:column` in the caller's source. */
  stack?: string;
  /** What the guest gave as `cause`: any value that can cross, errors as real `Error`s. */
  cause?: unknown;
  /** The errors of an AggregateError. */
  errors?: unknown[];
  /** What was thrown, when it was not an Error; not there otherwise. */
  value?: unknown;
  /** `true` if the task ran, or waited, longer than it was allowed to. */
  isTimeout?: boolean;
  /** `true` if `handle.cancel()`, an `AbortSignal` or `session.release()` ended the task. */
  isCancelled?: boolean;
  /** `true` if the worker died under the task. It may have run in part. */
  isWorkerCrash?: boolean;
}

/**
 * The outcome of a task: `{ value }` or `{ error }`, never both.
 *
 * @typeParam T - what the caller expects the value to be; it is not checked at run time.
 * @example
 * ```ts
 * const result = await pool.evalCode<number>("6 * 7");
 * if (result.error) throw new Error(result.error.message);
 * console.log(result.value + 1); // number
 * ```
 */
export type WorkerTaskResult<T = unknown> =
  | {
      /** The completion value, awaited; for a module, an object with its exports. */
      value: T;
      error?: undefined;
    }
  | {
      value?: undefined;
      /** Why there is no value. */
      error: WorkerTaskError;
    };

/** A task that was submitted, and the means to cancel it. */
export interface TaskHandle<T = unknown> {
  /** Unique within the pool: `"task-1"`, `"task-2"`, ... */
  readonly taskId: string;
  /**
   * Settles when the task ends. Rejects only with `PoolDisposedError`; a failure of the guest, a
   * timeout and a cancellation resolve to `{ error }`.
   */
  readonly promise: Promise<WorkerTaskResult<T>>;
  /** `true` until the task has ended, whether it waits or runs. */
  readonly pending: boolean;
  /**
   * Ends the task: one that waits is gone at once, one that runs is stopped, in place where the
   * platform allows it, else by replacing its worker. `promise` resolves to a `CancelledError`
   * result right away.
   *
   * @returns `false` if the task had ended before, and nothing happened.
   */
  cancel(): boolean;
}
