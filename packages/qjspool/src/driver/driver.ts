// SPDX-License-Identifier: MIT
// The loop around the scheduler: events in, actions out and carried out. It owns tasks, workers and
// sessions by their ids, and settles promises. Which thread a worker runs on it does not know
// (Spawner), nor what a caller's arguments looked like (pool.ts).

import { decode, type Cut } from "../codec/decode.js";
import { Action, Scheduler, type SchedulerStats } from "../core/sched.js";
import { PoolDisposedError, usageError } from "../errors.js";
import type { Logger, PoolLoad } from "../logger.js";
import type { ResolvedOptions } from "../options.js";
import { Status } from "../protocol.js";
import type { KeepAlive, WorkerPort } from "../runtime/port.js";
import { taskErrorFromRecord, timeoutError } from "../task-error.js";
import type { WorkerTaskError } from "../types.js";
import { DeadlineTimer } from "./deadline-timer.js";
import { HostCalls } from "./host-calls.js";
import { Leaving } from "./leaving.js";
import { errorOf, refusal, sessionRefusal, toOutcome } from "./outcomes.js";
import type { Outcome, Task } from "./task.js";
import { Tracer } from "./tracer.js";
import { WorkerHandle, type WorkerEvents } from "./worker-handle.js";

/** Starts workers; throws where that fails at once. */
export interface Spawner {
  spawn(): { port: WorkerPort; shared: SharedArrayBuffer | null };
}

/** A session as the driver knows it. */
export interface SessionEvents {
  onOpened(workerId: number): void;
  onFailed(error: unknown): void;
  onDead(): void;
}

/** What became of workers, for who makes the pool. */
export interface DriverEvents {
  onWorkerReady(): void;
  onWorkerUp(): void;
  /** It never came up. `result`: what the bootstrap code threw; null: it did not get that far. */
  onWorkerFailed(reason: string, error: WorkerTaskError | null): void;
}

export class Driver implements WorkerEvents {
  /** Nothing new is taken. */
  isClosed = false;
  isDisposed = false;

  private readonly options: ResolvedOptions;
  private readonly sched: Scheduler;
  private readonly spawner: Spawner;
  private readonly events: DriverEvents;
  private readonly logger: Logger | null;
  private readonly tracer: Tracer | null;
  private readonly keepAlive: KeepAlive;
  private readonly hostCalls: HostCalls;
  private readonly timer: DeadlineTimer;

  private readonly tasks = new Map<number, Task>();
  private readonly workers = new Map<number, WorkerHandle>();
  private readonly sessions = new Map<number, SessionEvents>();
  private readonly leaving = new Leaving();
  /** What the scheduler is told once its actions are drained. */
  private readonly failedSpawns: number[] = [];
  private readonly recalled: { worker: number; task: number }[] = [];
  private bootFailure: Outcome | null = null;
  private lostBecause = "";
  private nholds = 0;
  private onDrained: (() => void) | null = null;

  constructor(
    options: ResolvedOptions,
    sched: Scheduler,
    spawner: Spawner,
    events: DriverEvents,
    logger: Logger | null,
    keepAlive: KeepAlive,
  ) {
    this.options = options;
    this.sched = sched;
    this.spawner = spawner;
    this.events = events;
    this.logger = logger;
    this.tracer = options.onTrace === null ? null : new Tracer(options.onTrace);
    this.keepAlive = keepAlive;
    this.hostCalls = new HostCalls(options);
    this.timer = new DeadlineTimer(() => this.elapse());
  }

  // ---- tasks ----

  /** Throws PoolDisposedError, QueueFullError; then the task is nobody's. */
  submit(task: Task): void {
    const { options } = task;
    this.tasks.set(task.id, task);
    const status = this.sched.submit(
      task.id,
      task.session,
      options.priority,
      options.timeoutMs,
      options.queueTimeoutMs,
    );
    if (status !== Status.ok) {
      this.tasks.delete(task.id);
      this.drainActions();
      throw refusal(status, this.options);
    }
    if (this.tasks.size === 1) this.hold();
    this.logger?.executing(task.name, task.code, this.load);
    this.drainActions();
  }

  /** False: it was settled before. */
  cancel(task: Task): boolean {
    if (task.isSettled) return false;
    this.sched.cancel(task.id);
    this.drainActions();
    return task.isSettled;
  }

  // ---- sessions ----

  openSession(id: number, events: SessionEvents): void {
    this.sessions.set(id, events);
    this.hold();
    const status = this.sched.openSession(id);
    if (status !== Status.ok) {
      this.sessions.delete(id);
      this.release();
      events.onFailed(sessionRefusal(status, this.options));
    }
    this.drainActions();
  }

  closeSession(id: number): void {
    this.sched.closeSession(id);
    this.sessions.delete(id);
    this.drainActions();
  }

  // ---- the pool ----

  prewarm(count: number): void {
    this.sched.prewarm(count);
    this.drainActions();
  }

  /** Takes nothing new; resolves when all that ran and waited has ended. */
  close(): Promise<void> {
    this.isClosed = true;
    this.hold();
    return new Promise((resolve) => {
      this.onDrained = () => {
        this.release();
        resolve();
      };
      this.sched.close();
      this.drainActions();
    });
  }

  /** Ends everything now; resolves when the last worker is gone, or cannot be made to go. */
  dispose(): Promise<void> {
    this.isClosed = true;
    this.isDisposed = true;
    this.sched.abort();
    this.drainActions();
    for (const worker of this.workers.values()) this.leaving.dismiss(worker);
    this.workers.clear();
    this.timer.stop();
    this.tellDrained(); // nobody is left to drain: who waits in close() need not
    return this.leaving.empty();
  }

  private tellDrained(): void {
    this.onDrained?.();
    this.onDrained = null;
  }

  getStats(): SchedulerStats {
    return this.sched.getStats();
  }

  /** Workers that neither run a task nor could take any but their session's. */
  get pinnedIdleWorkers(): number {
    const { workers, busyWorkers, idleWorkers } = this.sched.getStats();
    let nstarting = 0;
    for (const worker of this.workers.values()) if (!worker.isUp) nstarting++;
    return Math.max(0, workers - busyWorkers - idleWorkers - nstarting);
  }

  get load(): PoolLoad {
    const { busyWorkers, queuedTasks } = this.sched.getStats();
    return { poolSize: this.options.poolSize, busyWorkers, queuedTasks };
  }

  /** The process is to live on: a task, a session being opened, a pool being made or closed. */
  hold(): void {
    if (this.nholds++ === 0) this.keepAlive.hold();
  }

  release(): void {
    if (--this.nholds === 0) this.keepAlive.release();
  }

  // ---- actions ----

  private elapse(): void {
    // answers that are there count as in time
    for (const worker of this.workers.values()) worker.drain();
    this.sched.elapse();
    this.drainActions();
  }

  private drainActions(): void {
    do {
      while (this.sched.next()) this.perform();
    } while (this.tellNext());
    this.timer.arm(this.sched.deadlineMs);
    this.tracer?.flush();
  }

  /** Reports one answer to an action; false: there is none. */
  private tellNext(): boolean {
    const back = this.recalled.shift();
    if (back !== undefined) {
      this.sched.recalled(back.worker, back.task);
      return true;
    }
    const failed = this.failedSpawns.shift();
    if (failed === undefined) return false;
    this.sched.workerFailed(failed, Status.crashed);
    return true;
  }

  private perform(): void {
    const { sched } = this;
    switch (sched.kind) {
      case Action.run:
        this.run(this.workers.get(sched.worker), this.tasks.get(sched.task));
        break;
      case Action.settle:
        this.settle(sched.task, sched.status, sched.runMs);
        break;
      case Action.spawn:
        this.spawn(sched.worker);
        break;
      case Action.interrupt:
        this.interrupt(this.workers.get(sched.worker), sched.task, sched.status);
        break;
      case Action.recall:
        this.recall(this.workers.get(sched.worker), sched.task);
        break;
      case Action.replace:
        this.replace(sched.worker, sched.newWorker);
        break;
      case Action.stop:
        this.stop(sched.worker);
        break;
      case Action.sessionOpened:
        this.release();
        this.sessions.get(sched.session)?.onOpened(sched.worker);
        break;
      case Action.sessionFailed:
        this.failSession(sched.session, sched.status);
        break;
      case Action.sessionDead:
        this.sessions.get(sched.session)?.onDead();
        break;
      case Action.endSession:
        this.workers.get(sched.worker)?.endSession();
        break;
      case Action.drained:
        this.tellDrained();
        break;
    }
  }

  private run(worker: WorkerHandle | undefined, task: Task | undefined): void {
    if (worker === undefined || task === undefined) return;
    this.logger?.taskStarting(worker.id, task.name);
    this.tracer?.taskGiven(worker.id, task);
    worker.run(task);
  }

  /** A task that was settled may still be the worker's: it is told all the same. */
  private interrupt(worker: WorkerHandle | undefined, id: number, status: number): void {
    if (worker === undefined) return;
    const told = status === Status.closed ? Status.canceled : status;
    this.tracer?.taskStopping(worker.id, id, told);
    worker.interrupt(id, told);
  }

  private recall(worker: WorkerHandle | undefined, id: number): void {
    if (worker !== undefined && worker.recall(id)) {
      this.recalled.push({ worker: worker.id, task: id });
    }
  }

  private spawn(id: number): void {
    const started = this.workers.size + 1;
    this.logger?.creatingWorker(id, "lazy init", started, this.options.poolSize);
    try {
      this.logger?.workerSpawning(id);
      this.tracer?.workerStarted(id);
      const { port, shared } = this.spawner.spawn();
      this.workers.set(id, new WorkerHandle(id, port, shared, this));
    } catch (error) {
      this.failedSpawns.push(id);
      this.events.onWorkerFailed(error instanceof Error ? error.message : String(error), null);
    }
  }

  private replace(id: number, newId: number): void {
    const worker = this.workers.get(id);
    if (worker !== undefined) {
      this.noteLost(id, "it did not stop in time");
      this.workers.delete(id);
      this.leaving.terminate(worker);
    }
    if (newId !== 0) this.spawn(newId);
  }

  private stop(id: number): void {
    const worker = this.workers.get(id);
    if (worker === undefined) return;
    this.workers.delete(id);
    this.leaving.dismiss(worker);
  }

  private failSession(id: number, status: number): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    this.release();
    if (status === Status.closed || this.isClosed) {
      session.onFailed(new PoolDisposedError());
      return;
    }
    const boot = this.takeBootFailure(status);
    const reason = boot?.result.error;
    session.onFailed(
      usageError(
        "ERR_QJSPOOL_SESSION_FAILED",
        reason === undefined
          ? "the worker of the session could not be started"
          : `the bootstrap code failed: ${reason.name}: ${reason.message}`,
      ),
    );
  }

  // ---- ends of tasks ----

  private settle(id: number, status: number, runMs: number): void {
    const task = this.tasks.get(id);
    if (task === undefined) return;
    this.tasks.delete(id);
    if (this.tasks.size === 0) this.release();
    const boot = task.outcome === null ? this.takeBootFailure(status) : null;
    const outcome = task.outcome ?? boot;
    if (status === Status.closed) {
      task.fail(new PoolDisposedError());
      return;
    }
    // a time limit is told as the caller gave it, whoever saw it pass
    const isOwn =
      outcome !== null && outcome.status === status && (status !== Status.timeout || boot !== null);
    const result = isOwn ? outcome.result : { error: errorOf(task, status, runMs, this.lostBecause) };
    this.logger?.taskSettled(task.name, runMs, result);
    task.settle(result);
  }

  private takeBootFailure(status: number): Outcome | null {
    const failure = this.bootFailure;
    if (failure === null || failure.status !== status) return null;
    this.bootFailure = null;
    return failure;
  }

  // ---- what workers say ----

  onReady(worker: WorkerHandle): void {
    this.logger?.workerReady(worker.id);
    this.tracer?.workerReady(worker.id);
    this.events.onWorkerReady();
    this.tracer?.flush();
  }

  onUp(worker: WorkerHandle, isFirst: boolean): void {
    this.sched.workerUp(worker.id);
    if (isFirst) this.events.onWorkerUp();
    this.drainActions();
  }

  onRenewing(worker: WorkerHandle, taskId: number): void {
    this.sched.workerRenewing(worker.id, taskId);
    this.drainActions();
  }

  onFailed(worker: WorkerHandle, status: number, record: Uint8Array): void {
    if (!this.workers.delete(worker.id)) return;
    this.leaving.dismiss(worker);
    const error = this.bootError(status, record);
    const reason = error === null ? `status ${status}` : `${error.name}: ${error.message}`;
    if (worker.isUp) {
      this.reportDown(worker, reason);
      return;
    }
    this.noteFailed(worker.id, reason);
    // a task whose wait is over by now is not the one that this ends
    this.sched.elapse();
    this.drainActions();
    this.bootFailure = error === null ? null : { status, result: { error } };
    this.events.onWorkerFailed(reason, error);
    this.sched.workerFailed(worker.id, status);
    this.drainActions();
    this.bootFailure = null;
  }

  /** null: there is nothing to tell but the status. */
  private bootError(status: number, record: Uint8Array): WorkerTaskError | null {
    if (status === Status.timeout) return timeoutError(this.options.defaultTask.timeoutMs, "bootstrap code");
    return record.length === 0 ? null : taskErrorFromRecord(decode(record), status);
  }

  onDone(
    worker: WorkerHandle,
    task: Task,
    status: number,
    value: Uint8Array,
    cuts: readonly Cut[] | undefined,
  ): void {
    let told = status;
    if (!task.isSettled) {
      task.outcome = toOutcome(status, value, cuts);
      told = task.outcome.status;
    }
    this.logger?.taskAnswered(worker.id, task.name, told === Status.ok);
    this.tracer?.taskAnswered(worker.id, told, worker.nextTask);
    this.sched.workerDone(worker.id, task.id, told);
    this.drainActions();
  }

  onCall(
    worker: WorkerHandle,
    seq: number,
    callId: number,
    index: number,
    args: Uint8Array,
  ): void {
    this.hostCalls.call(index, args, (isRejected, value) =>
      worker.resolve(seq, callId, isRejected, value),
    );
  }

  onBlockingCall(worker: WorkerHandle, callSeq: number, index: number, args: Uint8Array): void {
    this.hostCalls.call(index, args, (isRejected, value) =>
      worker.reply(callSeq, isRejected ? Status.exception : Status.ok, value),
    );
  }

  onConsole(worker: WorkerHandle, task: Task | null, level: number, args: Uint8Array): void {
    const taskId = task === null ? "bootstrap" : task.name;
    this.hostCalls.console(level, args, { taskId, workerId: worker.id });
  }

  onModule(worker: WorkerHandle, callSeq: number, specifier: string, importer: string): void {
    this.hostCalls.findModule(specifier, importer, (status, source) =>
      worker.reply(callSeq, status, source),
    );
  }

  onTyped(worker: WorkerHandle, callSeq: number, filename: string, source: string): void {
    this.hostCalls.stripTypes(filename, source, (status, text) => worker.reply(callSeq, status, text));
  }

  onLost(worker: WorkerHandle, reason: string): void {
    if (this.leaving.remove(worker)) {
      this.logger?.workerStopped(worker.id);
      this.tracer?.workerEnded(worker.id);
      this.tracer?.flush();
    }
    if (!this.workers.delete(worker.id)) return;
    if (worker.isUp) {
      this.reportDown(worker, reason);
      return;
    }
    this.noteFailed(worker.id, reason);
    this.events.onWorkerFailed(reason, null);
    this.lostBecause = reason;
    this.sched.workerFailed(worker.id, Status.crashed);
    this.drainActions();
    this.lostBecause = "";
  }

  private reportDown(worker: WorkerHandle, reason: string): void {
    this.noteLost(worker.id, reason);
    this.lostBecause = reason;
    this.sched.workerDown(worker.id);
    this.drainActions();
    this.lostBecause = "";
  }

  // ---- telling ----

  /** It never came up. */
  private noteFailed(id: number, reason: string): void {
    this.logger?.workerFailed(id, reason);
    this.tracer?.workerLost(id, reason);
  }

  private noteLost(id: number, reason: string): void {
    this.logger?.workerLost(id, reason);
    this.tracer?.workerLost(id, reason);
  }
}
