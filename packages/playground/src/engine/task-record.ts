// SPDX-License-Identifier: MIT
// One task as the page knows it. Plain data; task-book.ts is the only one to write it.
import type { ConsoleLevel, WorkerTaskError } from "qjspool";

/** How a task ended; or that it has not. */
export type Outcome = "waiting" | "running" | "ok" | "error" | "timeout" | "cancelled" | "crash";

export interface ConsoleLine {
  readonly level: ConsoleLevel;
  readonly args: readonly unknown[];
}

/** Where a task's code came from: what its places in the source refer to. */
export interface Origin {
  /** The id of a tab. */
  readonly tab: string;
  /** As given to the pool, and seen in stacks. */
  readonly filename: string;
  readonly code: string;
}

export interface TaskRecord {
  /** The pool's name for it; "" as long as nobody has said it: sessions do not. */
  id: string;
  readonly origin: Origin;
  /** What sets it apart from others of the same code, which are shown together; "": it is alone. */
  readonly note: string;
  readonly console: ConsoleLine[];
  outcome: Outcome;
  /** Of the worker that has it, or had it last. */
  workerId: number | null;
  /** Milliseconds of performance.now(). */
  readonly submittedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  value: unknown;
  error: WorkerTaskError | null;
  /** Ends it now. */
  readonly cancel: () => void;
}

export function isPending(record: TaskRecord): boolean {
  return record.endedAt === null;
}

export function nameOf(record: TaskRecord): string {
  return record.id === "" ? "session task" : record.id;
}

export function outcomeOf(error: WorkerTaskError | undefined): Outcome {
  if (error === undefined) return "ok";
  if (error.isTimeout) return "timeout";
  if (error.isCancelled) return "cancelled";
  return error.isWorkerCrash ? "crash" : "error";
}

/** How long it waited for a worker, and ran on one, until `now` if that goes on. */
export function times(record: TaskRecord, now: number): { waitMs: number; runMs: number } {
  const end = record.endedAt ?? now;
  const start = record.startedAt ?? end;
  return { waitMs: start - record.submittedAt, runMs: end - start };
}
