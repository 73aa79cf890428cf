// SPDX-License-Identifier: MIT
// Tells a caller what workers do, as trace events. Which task a worker has begun it works out from
// the order of RUNs and answers, as the scheduler does. A handler may do anything to its pool, so
// it is called by `flush` alone, never while actions are being carried out: their order must stay.

import { Status } from "../protocol.js";
import { quote } from "../preview.js";
import type { TraceEvent, TraceHandler } from "../types.js";
import type { Task } from "./task.js";

type Outcome = NonNullable<NonNullable<TraceEvent["args"]>["outcome"]>;

function outcomeOf(status: number): Outcome {
  switch (status) {
    case Status.ok:
      return "ok";
    case Status.timeout:
      return "timeout";
    case Status.canceled:
      return "cancelled";
    case Status.crashed:
      return "crash";
    default:
      return "error";
  }
}

export class Tracer {
  private readonly handler: TraceHandler;
  /** What each worker has begun, and why it was asked to stop that; 0: it was not. */
  private readonly running = new Map<number, { task: Task; stopStatus: number }>();
  /** Not told yet. */
  private readonly events: TraceEvent[] = [];

  constructor(handler: TraceHandler) {
    this.handler = handler;
  }

  workerStarted(tid: number): void {
    this.tell({ ph: "M", name: "thread_name", cat: "__metadata", tid, args: { name: `worker ${tid}` } });
    this.tell({ ph: "i", name: "started", cat: "worker", tid, s: "t" });
  }

  workerReady(tid: number): void {
    this.tell({ ph: "i", name: "ready", cat: "worker", tid, s: "t" });
  }

  workerEnded(tid: number): void {
    this.end(tid, Status.canceled);
    this.tell({ ph: "i", name: "ended", cat: "worker", tid, s: "t" });
  }

  /** It died, or was given up since it did not stop. */
  workerLost(tid: number, reason: string): void {
    this.end(tid, this.running.get(tid)?.stopStatus || Status.crashed);
    this.tell({ ph: "i", name: "lost", cat: "worker", tid, s: "t", args: { reason } });
  }

  /** The worker has a task, and perhaps others before it. */
  taskGiven(tid: number, task: Task): void {
    if (!this.running.has(tid)) this.begin(tid, task);
  }

  /** The worker is asked to end what it has begun, if that is this task. */
  taskStopping(tid: number, taskId: number, status: number): void {
    const running = this.running.get(tid);
    if (running?.task.id === taskId) running.stopStatus = status;
  }

  /** `next`: what the worker begins now; undefined: nothing. */
  taskAnswered(tid: number, status: number, next: Task | undefined): void {
    this.end(tid, status);
    if (next !== undefined) this.begin(tid, next);
  }

  private begin(tid: number, task: Task): void {
    this.running.set(tid, { task, stopStatus: 0 });
    this.tell({ ph: "B", name: task.name, cat: "task", tid, args: { code: quote(task.code) } });
  }

  private end(tid: number, status: number): void {
    const running = this.running.get(tid);
    if (running === undefined) return;
    this.running.delete(tid);
    const args = { outcome: outcomeOf(status) };
    this.tell({ ph: "E", name: running.task.name, cat: "task", tid, args });
  }

  private tell(event: Omit<TraceEvent, "ts" | "pid">): void {
    this.events.push({ ...event, ts: performance.now() * 1000, pid: 1 });
  }

  /** Tells what has happened so far. What the handler does may come back here. */
  flush(): void {
    for (let event = this.events.shift(); event !== undefined; event = this.events.shift()) {
      try {
        this.handler(event);
      } catch {
        // it must not stop what else happens
      }
    }
  }
}
