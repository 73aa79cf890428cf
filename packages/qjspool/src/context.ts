// SPDX-License-Identifier: MIT
// WorkerPoolContext: a pool behind the evaluation methods of quickjs-emscripten's
// QuickJSAsyncContext. It owns nothing of the pool, and of it knows PoolForContext only.
import { disposeSymbol } from "./dispose.js";
import { usageError } from "./errors.js";
import { toException } from "./task-error.js";
import type {
  EvalOptions,
  WorkerPoolContextResult,
  WorkerPoolEvalOptions,
  WorkerTask,
  WorkerTaskResult,
} from "./types.js";

/** What a context needs of its pool. */
export interface PoolForContext {
  readonly alive: boolean;
  readonly isMultiThreaded: boolean;
  evalCode(code: string, options?: EvalOptions): Promise<WorkerTaskResult>;
  evalCodeBatch(tasks: readonly (string | WorkerTask)[]): Promise<WorkerTaskResult[]>;
}

/**
 * A pool that looks like a `QuickJSAsyncContext`. Calls are spread over the pool's workers, so no
 * state passes from one to the next (see `pool.createSession()` for that).
 *
 * @example
 * ```ts
 * const context = newWorkerPoolContext(pool);
 * const four = context.unwrapResult(await context.evalCodeAsync("2 + 2"));
 * ```
 */
export class WorkerPoolContext {
  readonly #pool: PoolForContext;
  #isDisposed = false;

  /** @param pool - stays the caller's; it must outlive the context to be of use. */
  constructor(pool: PoolForContext) {
    if (typeof pool !== "object" || pool === null || typeof pool.evalCode !== "function") {
      throw new TypeError("newWorkerPoolContext: pool must be a QuickJSWorkerPool");
    }
    this.#pool = pool;
  }

  /** `true` until the context or its pool is disposed of. */
  get alive(): boolean {
    return !this.#isDisposed && this.#pool.alive;
  }

  /** `true` if the pool has real workers. */
  get isMultiThreaded(): boolean {
    return this.#pool.isMultiThreaded;
  }

  /**
   * Evaluates `code`, as `pool.evalCode` does: guest failures resolve to `{ error }`.
   *
   * @param filenameOrOptions - a file name for stack traces, or options.
   * Rejects as `pool.evalCode` does, and with an Error after `dispose()`.
   */
  async evalCodeAsync<T = unknown>(
    code: string,
    filenameOrOptions?: string | WorkerPoolEvalOptions,
  ): Promise<WorkerPoolContextResult<T>> {
    this.#checkAlive();
    const options =
      typeof filenameOrOptions === "string" ? { filename: filenameOrOptions } : filenameOrOptions;
    return this.#pool.evalCode(code, options) as Promise<WorkerPoolContextResult<T>>;
  }

  /**
   * Evaluates all, in parallel; results stand in the order of the tasks. Rejects as `evalCodeAsync`
   * does.
   */
  async evalCodeBatch<T = unknown>(
    tasks: readonly (string | WorkerTask)[],
  ): Promise<WorkerPoolContextResult<T>[]> {
    this.#checkAlive();
    return this.#pool.evalCodeBatch(tasks) as Promise<WorkerPoolContextResult<T>[]>;
  }

  /**
   * The value of a result.
   *
   * @throws a real Error if there is none: of the standard class of the guest's error, or
   * `WorkerTaskTimeoutError`, `WorkerTaskCancelledError`, `WorkerCrashError`. Its `stack` begins
   * with the guest's frames; `taskError` is `result.error` itself.
   */
  unwrapResult<T>(result: WorkerTaskResult<T>): T {
    if (typeof result !== "object" || result === null) {
      throw new TypeError("unwrapResult: result must be what evalCodeAsync resolves to");
    }
    if (result.error !== undefined) throw toException(result.error);
    return result.value as T;
  }

  /** Ends the context, not the pool; what runs goes on. May be called twice. */
  dispose(): void {
    this.#isDisposed = true;
  }

  /** `dispose()`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  #checkAlive(): void {
    if (this.#isDisposed) {
      throw usageError("ERR_QJSPOOL_CONTEXT_DISPOSED", "the context was disposed of");
    }
  }
}

/** Wraps a pool in a {@link WorkerPoolContext}. */
export function newWorkerPoolContext(pool: PoolForContext): WorkerPoolContext {
  return new WorkerPoolContext(pool);
}
