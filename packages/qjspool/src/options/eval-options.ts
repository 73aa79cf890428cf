// SPDX-License-Identifier: MIT
// Options of one task, resolved against those of its pool. On the path of every task: without
// options there is nothing to do and nothing to allocate.
import { EncodedGlobals } from "../encoded-globals.js";
import type { AbortSignalLike, EvalOptions, WorkerTask } from "../types.js";
import {
  badOption,
  describe,
  toBag,
  toInteger,
  toMilliseconds,
  toPlainObject,
  toText,
  unknownOption,
} from "./checks.js";

export const MIN_MEMORY_BYTES = 2 ** 20;

/** Options of one task, complete. Always of this shape, with fields in this order. */
export interface ResolvedTask {
  /** 0: none. */
  readonly timeoutMs: number;
  /** 0: none. */
  readonly queueTimeoutMs: number;
  readonly filename: string;
  readonly priority: number;
  readonly signal: AbortSignalLike | null;
  readonly globals: Record<string, unknown> | EncodedGlobals | null;
  /** 0: the pool's. */
  readonly memoryLimitBytes: number;
}

/** What of a pool's options the tasks' depend on. */
export interface TaskDefaults {
  readonly defaultTask: ResolvedTask;
  readonly memoryLimitBytes: number;
}

const EVAL_KEYS: readonly string[] = [
  "timeout",
  "queueTimeout",
  "filename",
  "priority",
  "signal",
  "globals",
  "memoryLimitBytes",
];
const TASK_KEYS: readonly string[] = ["code", "call", "args", ...EVAL_KEYS];

/** The task of a pool whose caller says nothing. */
export function newDefaultTask(timeoutMs: number, queueTimeoutMs: number): ResolvedTask {
  return Object.freeze({
    timeoutMs,
    queueTimeoutMs,
    filename: "eval.js",
    priority: 0,
    signal: null,
    globals: null,
    memoryLimitBytes: 0,
  });
}

/** Options of `evalCode`; throws a TypeError that names the option. */
export function resolveEvalOptions(
  options: EvalOptions | undefined,
  pool: TaskDefaults,
): ResolvedTask {
  if (options === undefined) return pool.defaultTask;
  toBag(options, "options");
  return resolve(options, pool, false);
}

/** Checks what `submit` was given, and resolves its options; throws a TypeError. */
export function resolveTask(task: WorkerTask, pool: TaskDefaults): ResolvedTask {
  toBag(task, "task");
  checkWork(task);
  return resolve(task, pool, true);
}

/** Throws unless `code` is a source. */
export function checkCode(code: unknown): asserts code is string {
  if (typeof code !== "string") {
    throw new TypeError(`code must be a string; got ${describe(code)}`);
  }
}

function checkWork(task: WorkerTask): void {
  if (task.call === undefined) {
    if (task.args !== undefined) throw new TypeError('task has "args" without "call"');
    checkCode(task.code);
    return;
  }
  if (task.code !== undefined) throw new TypeError('task has both "code" and "call"');
  if (typeof task.call !== "function" && typeof task.call !== "string") {
    throw badOption("call", "a function or the source of one", task.call);
  }
  if (task.args !== undefined && !Array.isArray(task.args)) {
    throw badOption("args", "an array", task.args);
  }
}

function resolve(options: EvalOptions, pool: TaskDefaults, isTask: boolean): ResolvedTask {
  if (!hasOptions(options, isTask)) return pool.defaultTask;
  const defaults = pool.defaultTask;
  return {
    timeoutMs: toMilliseconds(options.timeout, "timeout", defaults.timeoutMs),
    queueTimeoutMs: toMilliseconds(options.queueTimeout, "queueTimeout", defaults.queueTimeoutMs),
    filename: toText(options.filename, "filename", defaults.filename),
    priority: toInteger(options.priority, "priority", 0, -(2 ** 31), 2 ** 31 - 1),
    signal: toSignal(options.signal),
    globals: toGlobals(options.globals),
    memoryLimitBytes: toMemoryLimit(options.memoryLimitBytes, pool.memoryLimitBytes),
  };
}

/** Whether any option is there; throws for an own name that is none (others may be anybody's). */
function hasOptions(options: object, isTask: boolean): boolean {
  let isAny = false;
  for (const key in options) {
    switch (key) {
      case "code":
      case "call":
      case "args":
        if (!isTask && Object.hasOwn(options, key)) throw unknownOption(key, EVAL_KEYS);
        break;
      case "timeout":
      case "queueTimeout":
      case "filename":
      case "priority":
      case "signal":
      case "globals":
      case "memoryLimitBytes":
        isAny = true;
        break;
      default:
        if (!Object.hasOwn(options, key)) break;
        throw unknownOption(key, isTask ? TASK_KEYS : EVAL_KEYS);
    }
  }
  return isAny;
}

function toGlobals(value: unknown): ResolvedTask["globals"] {
  return value instanceof EncodedGlobals ? value : toPlainObject(value, "globals");
}

function toSignal(value: AbortSignalLike | undefined): AbortSignalLike | null {
  if (value === undefined) return null;
  if (
    typeof value !== "object" ||
    value === null ||
    typeof value.aborted !== "boolean" ||
    typeof value.addEventListener !== "function" ||
    typeof value.removeEventListener !== "function"
  ) {
    throw badOption("signal", "an AbortSignal", value);
  }
  return value;
}

function toMemoryLimit(value: number | undefined, poolLimit: number): number {
  if (value === undefined) return 0;
  const expected = `an integer from ${MIN_MEMORY_BYTES} to the pool's ${poolLimit}`;
  if (!Number.isInteger(value) || value < MIN_MEMORY_BYTES || value > poolLimit) {
    throw badOption("memoryLimitBytes", expected, value);
  }
  return value;
}
