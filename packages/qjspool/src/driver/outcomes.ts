// SPDX-License-Identifier: MIT
// From statuses of the core, and bytes of workers, to what callers see: results and errors. Knows
// no worker and no scheduler.

import { decode, type Cut } from "../codec/decode.js";
import { PoolDisposedError, QueueFullError, usageError } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import { Status } from "../protocol.js";
import {
  cancelledError,
  crashError,
  queueTimeoutError,
  taskErrorFromRecord,
  timeoutError,
} from "../task-error.js";
import type { WorkerTaskError } from "../types.js";
import type { Outcome, Task } from "./task.js";

/** Why a task was not taken. */
export function refusal(status: number, options: ResolvedOptions): Error {
  switch (status) {
    case Status.closed:
      return new PoolDisposedError();
    case Status.limit:
      return new QueueFullError(`the queue is full: ${options.maxQueueSize} tasks wait`);
    case Status.invalid:
      return usageError("ERR_QJSPOOL_SESSION_RELEASED", "the session was released");
    default:
      return new Error("the scheduler has no memory for the task");
  }
}

/** Why a session was not opened. */
export function sessionRefusal(status: number, options: ResolvedOptions): Error {
  if (status === Status.closed) return new PoolDisposedError();
  return usageError(
    "ERR_QJSPOOL_NO_FREE_WORKER",
    `every one of the ${options.poolSize} workers is pinned by a session; release one first`,
  );
}

/** The error of a task that the scheduler ended. `runMs` 0: it had not begun. */
export function errorOf(
  task: Task,
  status: number,
  runMs: number,
  lostBecause: string,
): WorkerTaskError {
  switch (status) {
    case Status.timeout:
      if (runMs > 0) return timeoutError(task.options.timeoutMs);
      return queueTimeoutError(task.options.queueTimeoutMs);
    case Status.canceled:
      return cancelledError();
    case Status.crashed:
      return crashError(lostBecause === "" ? undefined : lostBecause);
    default:
      return taskErrorFromRecord(null, status);
  }
}

/**
 * What a worker's answer comes to. A value that this host cannot have (a Float16Array or a RegExp
 * that it does not know, a chain of causes too deep) is the task's failure, and nobody else's.
 */
export function toOutcome(status: number, value: Uint8Array, cuts: readonly Cut[] | undefined): Outcome {
  let decoded: unknown;
  try {
    decoded = decode(value, cuts);
  } catch (error) {
    const message = `result: ${error instanceof Error ? error.message : "it cannot be read"}`;
    return { status: Status.exception, result: { error: { name: "DataCloneError", message } } };
  }
  const result =
    status === Status.ok ? { value: decoded } : { error: taskErrorFromRecord(decoded, status) };
  return { status, result };
}
