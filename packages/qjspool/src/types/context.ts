// SPDX-License-Identifier: MIT
// Results and options of the two contexts that look like quickjs-emscripten's. Types only.
import type { WorkerPoolOptions } from "./options.js";
import type { WorkerTaskResult } from "./result.js";

/** What `context.evalCodeAsync` resolves to. */
export type WorkerPoolContextResult<T = unknown> = WorkerTaskResult<T>;

/** What of quickjs-emscripten's `QuickJSHandle` a caller needs to give it back. */
export interface DisposableHandle {
  readonly alive: boolean;
  dispose(): void;
}

/** Options of `newWorkerEnabledContext`: those of a pool, and how evaluation is routed. */
export interface WorkerEnabledContextOptions extends WorkerPoolOptions {
  /** Keep one session, so that state persists from call to call. Default `false`. */
  useSession?: boolean;
  /**
   * Where `evalCodeAsync` runs: on workers (default), in the local context, or wherever is best.
   */
  evalStrategy?: "workers" | "local" | "auto";
  /** Make no local context; handles cannot be used then. Default `false`. */
  workerOnly?: boolean;
}

/** What `evalCodeAsync` of a worker-enabled context resolves to: handles of the local context. */
export type WorkerEnabledContextResult<Handle extends DisposableHandle = DisposableHandle> =
  | { value: Handle; error?: undefined }
  | { value?: undefined; error: Handle };
