// SPDX-License-Identifier: MIT
// What a caller can say about one task, wherever it runs. Types only; options/eval-options.ts
// checks them.

/** What of an `AbortSignal` is used: anything of this shape will do. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * Options of one task. All are optional; what is left out, or `undefined`, has the pool's default.
 */
export interface EvalOptions {
  /**
   * Milliseconds that the task may run, from when a worker takes it, awaiting included. Finite,
   * from 0, fractions allowed. `0`: no limit, even if the pool has one. Default: the pool's
   * `defaultTimeout`. A task that exceeds it ends with an error that is called
   * `"TimeoutError"` and has `isTimeout`.
   */
  timeout?: number;
  /**
   * Milliseconds that the task may wait for a worker. Finite, from 0. `0`: no limit, even if the
   * pool has one. Default: the pool's `defaultQueueTimeout`. Ends as `timeout` does.
   */
  queueTimeout?: number;
  /**
   * The name of the source in stack traces and of the importing module. Default `"eval.js"`. No NUL
   * character.
   */
  filename?: string;
  /**
   * Of the tasks that wait, higher ones are taken first, and equal ones in the order they came.
   * An integer of 32 bits. Default 0. Within a session it has no effect. What is lined up on a
   * busy worker already (short tasks, up to 24 each, for some 2 ms) is not overtaken.
   */
  priority?: number;
  /**
   * Aborting it is `handle.cancel()`. If it is aborted already, the task never runs; either way
   * the result is a `CancelledError`, and nothing rejects.
   */
  signal?: AbortSignalLike;
  /**
   * Values put on `globalThis` before the source runs, cloned; over the pool's of the same name.
   */
  globals?: Record<string, unknown>;
  /**
   * Bytes of memory that the isolate may use. An integer from 1 MiB to the pool's limit, which is
   * the default.
   */
  memoryLimitBytes?: number;
}

/** Source to evaluate, with options. */
export interface WorkerEvalTask extends EvalOptions {
  /** A script with top-level `await`, or a module if it has `import` or `export` declarations. */
  code: string;
  call?: undefined;
  args?: undefined;
}

/** A function to call in the guest, with options: `pool.call` with a handle. */
export interface WorkerCallTask extends EvalOptions {
  code?: undefined;
  /**
   * A function that uses nothing of its surroundings, or the source of one. It runs in the guest.
   */
  call: GuestFunction | string;
  /** Its arguments, cloned. Default none. */
  args?: readonly unknown[];
}

/**
 * What `submit` and `evalCodeBatch` take.
 *
 * @example
 * ```ts
 * pool.submit({ code: "1 + 1", timeout: 1000 });
 * pool.submit({ call: (a: number, b: number) => a + b, args: [1, 2], priority: 5 });
 * ```
 */
export type WorkerTask = WorkerEvalTask | WorkerCallTask;

/** A function whose source is sent to the guest. */
export type GuestFunction = (...args: never[]) => unknown;

/** Options of `context.evalCodeAsync`. */
export interface WorkerPoolEvalOptions extends EvalOptions {}

/**
 * Options of `session.evalCode`. Tasks of a session run one after the other, in the order they
 * came.
 */
export interface SessionEvalOptions extends Omit<EvalOptions, "priority"> {}
