// SPDX-License-Identifier: MIT
// The error classes of the package. Those that a misused pool throws, and those that
// `unwrapResult` throws for a task that the pool stopped. task-error.ts has task errors as data.
import type { WorkerTaskError } from "./types.js";

/** Keeps a class's name through minifiers, on the prototype as the built-in classes have it. */
function nameClass(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, "name", {
    value: name,
    configurable: true,
    writable: true,
  });
}

/** Thrown by `unwrapResult` for a task that ran, or waited, too long. */
export class WorkerTaskTimeoutError extends Error {
  readonly code = "ERR_QJSPOOL_TASK_TIMEOUT";
  /** The error as the result had it. */
  declare readonly taskError?: WorkerTaskError;
  static {
    nameClass(this, "WorkerTaskTimeoutError");
  }
}

/** Thrown by `unwrapResult` for a task that was cancelled. */
export class WorkerTaskCancelledError extends Error {
  readonly code = "ERR_QJSPOOL_TASK_CANCELLED";
  /** The error as the result had it. */
  declare readonly taskError?: WorkerTaskError;
  static {
    nameClass(this, "WorkerTaskCancelledError");
  }
}

/** Thrown by `unwrapResult` for a task whose worker died. */
export class WorkerCrashError extends Error {
  readonly code = "ERR_QJSPOOL_WORKER_CRASH";
  /** The error as the result had it. */
  declare readonly taskError?: WorkerTaskError;
  static {
    nameClass(this, "WorkerCrashError");
  }
}

/**
 * The pool was disposed of, or is closing: it takes nothing new, and what ran or waited has no
 * result.
 */
export class PoolDisposedError extends Error {
  readonly code = "ERR_QJSPOOL_DISPOSED";
  static {
    nameClass(this, "PoolDisposedError");
  }
  constructor(message = "the pool was disposed of", options?: ErrorOptions) {
    super(message, options);
  }
}

/** `maxQueueSize` tasks wait already. The refused one was not queued. */
export class QueueFullError extends Error {
  readonly code = "ERR_QJSPOOL_QUEUE_FULL";
  static {
    nameClass(this, "QueueFullError");
  }
  constructor(message = "the queue is full", options?: ErrorOptions) {
    super(message, options);
  }
}

/** Workers were demanded where they cannot run; the message names the reason. */
export class MultiThreadingNotSupportedError extends Error {
  readonly code = "ERR_QJSPOOL_NO_WORKERS";
  static {
    nameClass(this, "MultiThreadingNotSupportedError");
  }
  constructor(message = "workers cannot run here", options?: ErrorOptions) {
    super(message, options);
  }
}

/** An Error for misuse that has no class of its own, told apart by `code` ("ERR_QJSPOOL_..."). */
export function usageError(code: string, message: string): Error {
  const error = new Error(message);
  Object.defineProperty(error, "code", { value: code, enumerable: true });
  return error;
}
