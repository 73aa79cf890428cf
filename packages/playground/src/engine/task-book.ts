// SPDX-License-Identifier: MIT
// Keeps a record of each task: what the pool says of it, put together with what the page knows.
// Starts nothing; runner.ts does. Pools name their tasks alike, so only the newest pool's are found
// by name.
import type { ConsoleLevel, WorkerTaskResult } from "qjspool";
import { Emitter } from "./emitter.js";
import { isPending, outcomeOf, type Origin, type TaskRecord } from "./task-record.js";

interface Timing {
  workerId: number | null;
  startedAt: number | null;
}

export interface NewTask {
  readonly origin: Origin;
  readonly note: string;
  readonly cancel: () => void;
}

export class TaskBook {
  readonly added = new Emitter<TaskRecord>();
  /** Any field of it may have changed. */
  readonly changed = new Emitter<TaskRecord>();
  /** Workers that are there, or about to be. */
  readonly workers = new Set<number>();
  /** The task that the pool took last; sessions do not say which is theirs. */
  lastId = "";

  private records = new Map<string, TaskRecord>();
  /** Of tasks that began before the page knew their names: a pool may start one while it takes it. */
  private early = new Map<string, Timing>();
  private readonly pending = new Set<TaskRecord>();

  /** A new pool: what follows is of its tasks. */
  forgetNames(): void {
    this.records = new Map();
    this.early = new Map();
    this.workers.clear();
    this.lastId = "";
  }

  get pendingTasks(): readonly TaskRecord[] {
    return [...this.pending];
  }

  add(id: string, task: NewTask, submittedAt: number): TaskRecord {
    const timing = this.early.get(id);
    this.early.delete(id);
    const record: TaskRecord = {
      id,
      ...task,
      console: [],
      outcome: timing === undefined ? "waiting" : "running",
      workerId: timing?.workerId ?? null,
      submittedAt,
      startedAt: timing?.startedAt ?? null,
      endedAt: null,
      value: undefined,
      error: null,
    };
    this.records.set(id, record);
    this.pending.add(record);
    this.added.emit(record);
    return record;
  }

  // ---- what the pool says ----

  submitted(id: string): void {
    this.lastId = id;
  }

  /** A task may be given to a second worker, if the first did not come to it. */
  started(id: string, workerId: number): void {
    const timing = { workerId, startedAt: performance.now() };
    const record = this.records.get(id);
    if (record === undefined) {
      this.early.set(id, timing);
      return;
    }
    if (!isPending(record)) return;
    Object.assign(record, timing, { outcome: "running" });
    this.changed.emit(record);
  }

  /** `runMs` is more exact than the time since it was given to the worker, where it may have waited. */
  settled(id: string, runMs: number): void {
    const record = this.records.get(id);
    if (record === undefined || !isPending(record)) return;
    record.endedAt = performance.now();
    if (record.startedAt !== null) {
      record.startedAt = Math.max(record.submittedAt, record.endedAt - runMs);
    }
  }

  printed(id: string, level: ConsoleLevel, args: unknown[]): void {
    const record = this.records.get(id);
    if (record === undefined) return;
    record.console.push({ level, args });
    this.changed.emit(record);
  }

  // ---- what the page knows ----

  ended(record: TaskRecord, result: WorkerTaskResult): void {
    record.endedAt ??= performance.now();
    record.value = result.value;
    record.error = result.error ?? null;
    record.outcome = outcomeOf(result.error);
    this.pending.delete(record);
    this.changed.emit(record);
  }
}
