// SPDX-License-Identifier: MIT
// What the package exports, and nothing else.
export { QuickJSWorkerPool, newWorkerPool } from "./pool.js";
export { getWorkerPool, getWorkerPoolSync } from "./singleton.js";
export { WorkerPoolContext, newWorkerPoolContext } from "./context.js";
export { WorkerEnabledContext } from "./enabled/context.js";
export { newWorkerEnabledContext } from "./enabled/new.js";
export {
  detectPlatform,
  getCapabilities,
  getDefaultPoolSize,
  isMultiThreadingSupported,
} from "./capabilities.js";
export {
  MultiThreadingNotSupportedError,
  PoolDisposedError,
  QueueFullError,
  WorkerCrashError,
  WorkerTaskCancelledError,
  WorkerTaskTimeoutError,
} from "./errors.js";
export { getAsyncifiedWasm, getIsolateWasm } from "./driver/assets.js";
export { hostDirectory, memory, opfs, readOnly } from "./options/mounts.js";
export type * from "./types.js";
