// SPDX-License-Identifier: MIT
// The scheduler in its own small Wasm: which task runs on which worker, and what is overdue. It
// decides and never acts; pool.ts carries the actions out. Times are milliseconds here and
// microseconds there. Knows only ids.
//
// ORDER qjsp_wasm_sched: src/wasm/sched_exports.c and include/qjspool/scheduler.h are the other side.

interface Exports {
  memory: WebAssembly.Memory;
  _initialize?(): void;
  qjsp_wasm_sched_new(
    maxWorkers: number,
    minWorkers: number,
    queueLimit: number,
    holdLimit: number,
    idleUs: number,
    graceUs: number,
    holdUs: number,
  ): number;
  qjsp_wasm_sched_event(
    sched: number,
    kind: number,
    worker: number,
    task: number,
    session: number,
    priority: number,
    runUs: number,
    queueUs: number,
    status: number,
    nowUs: number,
  ): number;
  qjsp_wasm_sched_deadline(sched: number, nowUs: number): void;
  qjsp_wasm_sched_next_action(sched: number): number;
  qjsp_wasm_sched_next_deadline(sched: number): number;
  qjsp_wasm_sched_stats(sched: number): number;
}

/** ORDER qjsp_event_kind */
const Event = {
  submit: 0,
  cancel: 1,
  workerUp: 2,
  workerFailed: 3,
  workerDone: 4,
  workerDown: 5,
  sessionOpen: 6,
  sessionClose: 7,
  close: 8,
  abort: 9,
  prewarm: 10,
  recalled: 11,
  workerRenewing: 12,
} as const;

/** ORDER qjsp_action_kind */
export const Action = {
  spawn: 0,
  run: 1,
  interrupt: 2,
  replace: 3,
  stop: 4,
  settle: 5,
  sessionOpened: 6,
  sessionFailed: 7,
  sessionDead: 8,
  endSession: 9,
  drained: 10,
  recall: 11,
} as const;

export interface SchedulerOptions {
  maxWorkers: number;
  minWorkers: number;
  /** 0: no limit. */
  queueLimit: number;
  /** Tasks that may be lined up on a busy worker. */
  holdLimit: number;
  /** 0: never. */
  idleMs: number;
  /** From an interrupt to the worker's replacement. */
  graceMs: number;
  /** How long a task may run before what is lined up behind it is called back. */
  holdMs: number;
}

export interface SchedulerTimes {
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface SchedulerStats {
  workers: number;
  busyWorkers: number;
  idleWorkers: number;
  sessions: number;
  queuedTasks: number;
  submittedTasks: number;
  completedTasks: number;
  failedTasks: number;
  timedOutTasks: number;
  cancelledTasks: number;
  crashedTasks: number;
  workerRestarts: number;
  /** Milliseconds. */
  wait: SchedulerTimes;
  run: SchedulerTimes;
}

const US_PER_MS = 1000;

export class Scheduler {
  /** The action that `next` found. Fields that its kind does not name are 0. */
  kind = 0;
  worker = 0;
  newWorker = 0;
  status = 0;
  task = 0;
  session = 0;
  runMs = 0;

  private readonly exports: Exports;
  private readonly handle: number;
  private words!: Int32Array;
  private floats!: Float64Array;

  constructor(module: WebAssembly.Module, options: SchedulerOptions) {
    const instance = new WebAssembly.Instance(module, {});
    this.exports = instance.exports as unknown as Exports;
    this.exports._initialize?.();
    this.handle = this.exports.qjsp_wasm_sched_new(
      options.maxWorkers,
      options.minWorkers,
      options.queueLimit,
      options.holdLimit,
      options.idleMs * US_PER_MS,
      options.graceMs * US_PER_MS,
      options.holdMs * US_PER_MS,
    );
    if (this.handle === 0) throw new Error("no memory for the scheduler");
    this.refresh();
  }

  // ---- events: the status, 0 unless it says so ----

  /** -7 closed, -3 the queue is full, -1 no memory, -2 no such session. */
  submit(
    task: number,
    session: number,
    priority: number,
    runMs: number,
    queueMs: number,
  ): number {
    return this.event(Event.submit, 0, task, session, priority, runMs, queueMs, 0);
  }

  cancel(task: number): void {
    this.event(Event.cancel, 0, task, 0, 0, 0, 0, 0);
  }

  workerUp(worker: number): void {
    this.event(Event.workerUp, worker, 0, 0, 0, 0, 0, 0);
  }

  workerFailed(worker: number, status: number): void {
    this.event(Event.workerFailed, worker, 0, 0, 0, 0, 0, status);
  }

  workerDone(worker: number, task: number, status: number): void {
    this.event(Event.workerDone, worker, task, 0, 0, 0, 0, status);
  }

  workerDown(worker: number): void {
    this.event(Event.workerDown, worker, 0, 0, 0, 0, 0, 0);
  }

  /** Once it has answered `task`; 0: it has answered all that it began. */
  workerRenewing(worker: number, task: number): void {
    this.event(Event.workerRenewing, worker, task, 0, 0, 0, 0, 0);
  }

  recalled(worker: number, task: number): void {
    this.event(Event.recalled, worker, task, 0, 0, 0, 0, 0);
  }

  /** -7 closed, -3 every worker is pinned, -1 no memory. */
  openSession(session: number): number {
    return this.event(Event.sessionOpen, 0, 0, session, 0, 0, 0, 0);
  }

  closeSession(session: number): void {
    this.event(Event.sessionClose, 0, 0, session, 0, 0, 0, 0);
  }

  close(): void {
    this.event(Event.close, 0, 0, 0, 0, 0, 0, 0);
  }

  abort(): void {
    this.event(Event.abort, 0, 0, 0, 0, 0, 0, 0);
  }

  prewarm(workers: number): void {
    this.event(Event.prewarm, workers, 0, 0, 0, 0, 0, 0);
  }

  /** Time has passed. */
  elapse(): void {
    this.exports.qjsp_wasm_sched_deadline(this.handle, performance.now() * US_PER_MS);
  }

  // ---- actions ----

  /** Puts the next action into the fields; false: there is none. */
  next(): boolean {
    const at = this.exports.qjsp_wasm_sched_next_action(this.handle);
    if (at === 0) return false;
    if (this.words.buffer !== this.exports.memory.buffer) this.refresh();
    const word = at >> 2;
    const float = at >> 3;
    this.kind = this.words[word]!;
    this.worker = this.words[word + 1]!;
    this.newWorker = this.words[word + 2]!;
    this.status = this.words[word + 3]!;
    this.task = this.floats[float + 2]!;
    this.session = this.floats[float + 3]!;
    this.runMs = this.floats[float + 5]! / US_PER_MS;
    return true;
  }

  /** When `elapse` is to be called, on the clock of performance.now(); Infinity: never. */
  get deadlineMs(): number {
    return this.exports.qjsp_wasm_sched_next_deadline(this.handle) / US_PER_MS;
  }

  getStats(): SchedulerStats {
    const at = this.exports.qjsp_wasm_sched_stats(this.handle);
    this.refresh();
    const [workers, busyWorkers, idleWorkers, sessions, queuedTasks, submittedTasks, ...rest] =
      this.floats.subarray(at >> 3, (at >> 3) + 22) as unknown as number[] & { length: 22 };
    const [completedTasks, failedTasks, timedOutTasks, cancelledTasks, crashedTasks, ...more] =
      rest;
    const [workerRestarts, ...times] = more;
    return {
      workers: workers!,
      busyWorkers: busyWorkers!,
      idleWorkers: idleWorkers!,
      sessions: sessions!,
      queuedTasks: queuedTasks!,
      submittedTasks: submittedTasks!,
      completedTasks: completedTasks!,
      failedTasks: failedTasks!,
      timedOutTasks: timedOutTasks!,
      cancelledTasks: cancelledTasks!,
      crashedTasks: crashedTasks!,
      workerRestarts: workerRestarts!,
      wait: toTimes(times),
      run: toTimes(times.slice(5)),
    };
  }

  private refresh(): void {
    this.words = new Int32Array(this.exports.memory.buffer);
    this.floats = new Float64Array(this.exports.memory.buffer);
  }

  private event(
    kind: number,
    worker: number,
    task: number,
    session: number,
    priority: number,
    runMs: number,
    queueMs: number,
    status: number,
  ): number {
    return this.exports.qjsp_wasm_sched_event(
      this.handle,
      kind,
      worker,
      task,
      session,
      priority,
      runMs * US_PER_MS,
      queueMs * US_PER_MS,
      status,
      performance.now() * US_PER_MS,
    );
  }
}

function toTimes(us: number[]): SchedulerTimes {
  const [mean, p50, p95, p99, max] = us.map((value) => value / US_PER_MS);
  return { mean: mean!, p50: p50!, p95: p95!, p99: p99!, max: max! };
}
