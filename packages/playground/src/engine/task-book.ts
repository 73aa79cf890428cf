// SPDX-License-Identifier: MIT
// Keeps a record of each task: what the pool tells of it (onTrace, onConsole), put together with
// what the page knows. Starts nothing; runner.ts does. Pools name their tasks alike, so only the newest
// pool's are found by name.
import type { ConsoleLevel, TraceEvent, WorkerTaskResult } from "qjspool";
import { Emitter } from "./emitter.js";
import { isPending, outcomeOf, type Origin, type TaskRecord } from "./task-record.js";

/** A task that began before the page knew of it: a pool may start one while it takes it. */
interface Begun {
  readonly id: string;
  readonly workerId: number;
  readonly at: number;
}

export interface NewTask {
  readonly origin: Origin;
  readonly note: string;
  readonly cancel: () => void;
  /** "": its session's worker will tell. */
  readonly id: string;
  /** null: any. */
  readonly workerId: number | null;
  readonly submittedAt: number;
}

export class TaskBook {
  readonly added = new Emitter<TaskRecord>();
  /** Any field of it may have changed. */
  readonly changed = new Emitter<TaskRecord>();
  /** Workers that are there, or about to be. */
  readonly workers = new Set<number>();

  private named = new Map<string, TaskRecord>();
  private begun: Begun | null = null;
  private readonly pending = new Set<TaskRecord>();

  /** A new pool: what follows is of its tasks. */
  forgetNames(): void {
    this.named = new Map();
    this.begun = null;
    this.workers.clear();
  }

  get pendingTasks(): readonly TaskRecord[] {
    return [...this.pending];
  }

  add(task: NewTask): TaskRecord {
    const record: TaskRecord = {
      ...task,
      console: [],
      outcome: "waiting",
      startedAt: null,
      endedAt: null,
      value: undefined,
      error: null,
    };
    if (record.id !== "") this.named.set(record.id, record);
    this.pending.add(record);
    if (this.begun !== null && isOf(this.begun, record)) this.begin(record, this.begun);
    this.begun = null;
    this.added.emit(record);
    return record;
  }

  // ---- what the pool says ----

  trace({ ph, name, tid, ts }: TraceEvent): void {
    const at = ts / 1000;
    if (ph === "B") this.taskBegun({ id: name, workerId: tid, at });
    else if (ph === "E") this.taskAnswered(name, at);
    else if (ph === "i" && name === "started") this.workers.add(tid);
    else if (ph === "i" && (name === "ended" || name === "lost")) this.workers.delete(tid);
  }

  private taskBegun(begun: Begun): void {
    const record = this.named.get(begun.id) ?? this.nextOfSession(begun.workerId);
    if (record === undefined) {
      this.begun = begun;
      return;
    }
    this.begin(record, begun);
    this.changed.emit(record);
  }

  /** A session's calls run one after the other: what its worker begins is the first that waits. */
  private nextOfSession(workerId: number): TaskRecord | undefined {
    for (const record of this.pending) {
      if (record.id === "" && record.workerId === workerId) return record;
    }
    return undefined;
  }

  private begin(record: TaskRecord, { id, workerId, at }: Begun): void {
    record.id = id;
    this.named.set(id, record);
    if (!isPending(record)) return;
    record.workerId = workerId;
    record.startedAt = Math.max(at, record.submittedAt);
    record.outcome = "running";
  }

  /** Its promise settles next, if it has not. */
  private taskAnswered(id: string, at: number): void {
    const record = this.named.get(id);
    if (record !== undefined && isPending(record)) record.endedAt = at;
  }

  printed(id: string, level: ConsoleLevel, args: unknown[]): void {
    const record = this.named.get(id);
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

  /** Nobody looks at it any more; the timeline may still know the task. */
  dropValue(record: TaskRecord): void {
    record.value = undefined;
    record.error = null;
    record.console.length = 0;
  }
}

function isOf(begun: Begun, record: TaskRecord): boolean {
  return record.id === "" ? record.workerId === begun.workerId : record.id === begun.id;
}
