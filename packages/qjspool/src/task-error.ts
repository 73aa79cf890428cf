// SPDX-License-Identifier: MIT
// Failures of tasks: from the wire's error record to plain data, and from there to exceptions.
// A record was written next to a guest: its fields are checked, and what else it has is dropped.
import { WorkerCrashError, WorkerTaskCancelledError, WorkerTaskTimeoutError } from "./errors.js";
import { Status } from "./protocol.js";
import type { WorkerTaskError } from "./types.js";

/** What ran, the task or what must run before any, exceeded `ms`. */
export function timeoutError(ms: number, what: "task" | "bootstrap code" = "task"): WorkerTaskError {
  const message = `the ${what} was stopped by its time limit after ${shortMs(ms)} ms`;
  return { name: "TimeoutError", message, isTimeout: true };
}

/** The task was still waiting after `ms`. */
export function queueTimeoutError(ms: number): WorkerTaskError {
  const message = `the task waited longer than ${shortMs(ms)} ms in the queue`;
  return { name: "TimeoutError", message, isTimeout: true };
}

/** The task was cancelled, by whatever means. */
export function cancelledError(message = "the task was cancelled"): WorkerTaskError {
  return { name: "CancelledError", message, isCancelled: true };
}

/** The worker died under the task. */
export function crashError(reason?: string): WorkerTaskError {
  const message = "the worker of this task died" + (reason ? `: ${reason}` : "");
  return { name: "WorkerCrashError", message, isWorkerCrash: true };
}

/** Any failure without a record, by its status. */
function errorFromStatus(status: number): WorkerTaskError {
  switch (status) {
    case Status.timeout:
      return { name: "TimeoutError", message: "the task took too long", isTimeout: true };
    case Status.canceled:
      return cancelledError();
    case Status.crashed:
      return crashError();
    case Status.closed:
      return { name: "PoolDisposedError", message: "the pool was disposed of" };
    default:
      return { name: "Error", message: "" };
  }
}

/**
 * The task error for a decoded error record and the status that came with it. The flags follow
 * the status alone: a guest can name its errors as it likes.
 */
export function taskErrorFromRecord(record: unknown, status: number): WorkerTaskError {
  const error = errorFromStatus(status);
  if (typeof record !== "object" || record === null) return error;
  const fields = record as Record<string, unknown>;
  const name = own(fields, "name");
  const message = own(fields, "message");
  const stack = own(fields, "stack");
  const errors = own(fields, "errors");
  if (typeof name === "string" && !isFlagged(error)) error.name = name;
  if (typeof message === "string") error.message = message;
  if (typeof stack === "string") error.stack = stack;
  if (Object.hasOwn(fields, "cause")) error.cause = fields["cause"];
  if (Array.isArray(errors)) error.errors = errors;
  if (Object.hasOwn(fields, "value")) error.value = fields["value"];
  return error;
}

const STANDARD_CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ["Error", Error],
  ["EvalError", EvalError],
  ["RangeError", RangeError],
  ["ReferenceError", ReferenceError],
  ["SyntaxError", SyntaxError],
  ["TypeError", TypeError],
  ["URIError", URIError],
]);

/**
 * A real Error for a task error: of the standard class of its name, or the pool's class for a
 * flag. Its `cause` is the guest's, its stack has the guest's frames and then, after "Host:",
 * where it was made; `taskError` is the argument.
 */
export function toException(error: WorkerTaskError): Error {
  const exception = newException(error);
  if (!isFlagged(error) && exception.name !== error.name) define(exception, "name", error.name);
  if (error.stack !== undefined) {
    const head = error.message === "" ? error.name : `${error.name}: ${error.message}`;
    const host = exception.stack === undefined ? "" : `\nHost: ${exception.stack}`;
    define(exception, "stack", `${head}\n${error.stack.trimEnd()}${host}`);
  }
  define(exception, "taskError", error);
  return exception;
}

function newException(error: WorkerTaskError): Error {
  const options = Object.hasOwn(error, "cause") ? { cause: error.cause } : undefined;
  if (error.isTimeout) return new WorkerTaskTimeoutError(error.message, options);
  if (error.isCancelled) return new WorkerTaskCancelledError(error.message, options);
  if (error.isWorkerCrash) return new WorkerCrashError(error.message, options);
  if (error.name === "AggregateError") {
    return new AggregateError(error.errors ?? [], error.message, options);
  }
  const standardClass = STANDARD_CLASSES.get(error.name) ?? Error;
  return new standardClass(error.message, options);
}

function isFlagged(error: WorkerTaskError): boolean {
  return Boolean(error.isTimeout || error.isCancelled || error.isWorkerCrash);
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** As a class would have it: there, but not listed. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, configurable: true, writable: true });
}

function shortMs(ms: number): string {
  return String(Math.round(ms * 100) / 100);
}
