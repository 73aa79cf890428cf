// SPDX-License-Identifier: MIT
// A task as its pool holds it, from submit to the one settling of its promise.

import type { ResolvedTask } from "../options.js";
import type { WorkerTaskResult } from "../types.js";
import { unwatchSignal, watchSignal } from "./signals.js";

/** How a worker says that it ended, before the scheduler has agreed. */
export interface Outcome {
  status: number;
  result: WorkerTaskResult;
}

export class Task {
  readonly id: number;
  /** 0: none. */
  readonly session: number;
  readonly options: ResolvedTask;
  /** A source, or that of the function to call. */
  readonly code: string;
  /** Encoded arguments of a call; null: an evaluation. */
  readonly args: Uint8Array | null;
  readonly globals: Uint8Array | null;
  /** The same bytes come with other tasks: a worker keeps them. */
  readonly isCarried: boolean;
  readonly promise: Promise<WorkerTaskResult>;

  outcome: Outcome | null = null;
  isSettled = false;
  private resolve!: (result: WorkerTaskResult) => void;
  private reject!: (error: unknown) => void;
  private onAbort: (() => void) | null = null;

  constructor(
    id: number,
    session: number,
    options: ResolvedTask,
    code: string,
    args: Uint8Array | null,
    globals: Uint8Array | null,
    isCarried: boolean,
  ) {
    this.id = id;
    this.session = session;
    this.options = options;
    this.code = code;
    this.args = args;
    this.globals = globals;
    this.isCarried = isCarried;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  get name(): string {
    return `task-${this.id}`;
  }

  /** Calls `cancel` when the caller's signal aborts before the task is settled. */
  watchSignal(cancel: () => void): void {
    if (this.isSettled) return;
    this.onAbort = cancel;
    watchSignal(this.options.signal!, cancel);
  }

  settle(result: WorkerTaskResult): void {
    this.end();
    this.resolve(result);
  }

  fail(error: unknown): void {
    this.end();
    this.reject(error);
  }

  private end(): void {
    this.isSettled = true;
    this.outcome = null;
    if (this.onAbort !== null) unwatchSignal(this.options.signal!, this.onAbort);
    this.onAbort = null;
  }
}
