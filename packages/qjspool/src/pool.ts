// SPDX-License-Identifier: MIT
// The pool's face: checks what callers give, turns it into tasks, and hands them to the driver.
import { platform } from "#platform";
import { encode } from "./codec/encode.js";
import { Scheduler } from "./core/sched.js";
import { asyncDisposeSymbol, disposeSymbol } from "./dispose.js";
import { loadAssets, loadFilesWasm, type Assets } from "./driver/assets.js";
import { Driver } from "./driver/driver.js";
import { GRACE_MS } from "./driver/leaving.js";
import { Mounts } from "./driver/mounts.js";
import { newSpawner } from "./driver/spawner.js";
import { Startup } from "./driver/startup.js";
import { Task } from "./driver/task.js";
import { MultiThreadingNotSupportedError, PoolDisposedError } from "./errors.js";
import type { Placement } from "./files/store-host.js";
import { EncodedGlobals } from "./encoded-globals.js";
import { newLogger, warnFallback, type Logger } from "./logger.js";
import {
  checkCode,
  resolveEvalOptions,
  resolveOptions,
  resolveTask,
  type ResolvedOptions,
  type ResolvedTask,
} from "./options.js";
import { Session } from "./session.js";
import { cancelledError } from "./task-error.js";
import type {
  EvalOptions,
  GuestFunction,
  HostFunction,
  PoolStats,
  SessionEvalOptions,
  TaskHandle,
  WorkerPoolOptions,
  WorkerSession,
  WorkerTask,
  WorkerTaskResult,
} from "./types.js";

/** The name of the host function that calls others by number; it is no global of guests. */
const CARRIER = "";
/** Tasks lined up behind a running one, where memory is shared. */
const HOLD_LIMIT = 24;
const HOLD_MS = 2;

/** What {@link newWorkerPool} has made ready for the constructor. */
interface PoolParts {
  options: ResolvedOptions;
  assets: Assets;
  mounts: Mounts;
  place: Placement;
  logger: Logger | null;
}

/**
 * A pool of isolates that evaluate code nobody vouches for. Made by {@link newWorkerPool}.
 *
 * @example
 * ```ts
 * const pool = await newWorkerPool({ poolSize: 4 })
 * const result = await pool.evalCode("1 + 1", { timeout: 1000 })
 * if (result.error) console.log(result.error.message)
 * else console.log(result.value) // 2
 * pool.dispose()
 * ```
 */
export class QuickJSWorkerPool {
  /** Whether tasks run on workers; false: on the calling thread. */
  readonly isMultiThreaded: boolean;

  readonly #options: ResolvedOptions;
  readonly #logger: Logger | null;
  readonly #driver: Driver;
  readonly #startup: Startup;
  readonly #mounts: Mounts;
  #lastTask = 0;
  #lastSession = 0;
  #closing: Promise<void> | null = null;
  #isDisposed = false;

  private constructor(parts: PoolParts) {
    const { options, assets, mounts, place, logger } = parts;
    this.isMultiThreaded = place.isMultiThreaded;
    this.#mounts = mounts;
    this.#options = options;
    this.#logger = logger;
    this.#startup = new Startup();
    const sched = new Scheduler(assets.sched, {
      maxWorkers: options.poolSize,
      minWorkers: options.minWorkers,
      queueLimit: options.maxQueueSize,
      holdLimit: place.isShared ? HOLD_LIMIT : 0,
      idleMs: options.idleTimeoutMs,
      graceMs: GRACE_MS,
      holdMs: HOLD_MS,
    });
    const spawner = newSpawner(options, assets.isolate, place, mounts);
    this.#driver = new Driver(
      options,
      sched,
      spawner,
      this.#startup,
      logger,
      platform.keepAlive(),
    );
  }

  /**
   * @internal For newWorkerPool: resolves when the first workers are there. A pool whose start
   * failed is disposed of.
   */
  static async start(parts: PoolParts): Promise<QuickJSWorkerPool> {
    const pool = new QuickJSWorkerPool(parts);
    try {
      await pool.#startWorkers();
    } catch (error) {
      pool.dispose();
      throw error;
    }
    return pool;
  }

  async #startWorkers(): Promise<void> {
    const { poolSize, minWorkers, preWarm } = this.#options;
    const driver = this.#driver;
    driver.hold();
    try {
      driver.prewarm(preWarm ? poolSize : Math.max(1, minWorkers));
      await this.#startup.wait(preWarm ? poolSize : 0);
    } finally {
      driver.release();
    }
  }

  // ---- evaluating ----

  /**
   * Evaluates `code` in a clean realm, and resolves to its value or its error: what a guest does
   * never rejects. Rejects with a {@link PoolDisposedError}, a {@link QueueFullError}, or a
   * TypeError for arguments that cannot be.
   */
  evalCode<T = unknown>(code: string, options?: EvalOptions): Promise<WorkerTaskResult<T>> {
    try {
      checkCode(code);
      const resolved = resolveEvalOptions(options, this.#options);
      return this.#submit(code, resolved, 0).promise as Promise<WorkerTaskResult<T>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Evaluates all, in parallel; results stand in the order of the tasks. */
  evalCodeBatch<T = unknown>(
    tasks: readonly (string | WorkerTask)[],
  ): Promise<WorkerTaskResult<T>[]> {
    try {
      if (!Array.isArray(tasks)) throw new TypeError("evalCodeBatch: tasks must be an array");
      const batch = tasks.map((task: string | WorkerTask) =>
        typeof task === "string"
          ? this.#newTask(task, null, this.#options.defaultTask, 0)
          : this.#newSubmitted(task),
      );
      this.#submitAll(batch);
      return Promise.all(batch.map((task) => task.promise)) as Promise<WorkerTaskResult<T>[]>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Queues a task and returns a handle that can cancel it. Throws what `evalCode` rejects with.
   */
  submit<T = unknown>(task: WorkerTask): TaskHandle<T> {
    const submitted = this.#start(this.#newSubmitted(task));
    const driver = this.#driver;
    return {
      taskId: submitted.name,
      promise: submitted.promise as Promise<WorkerTaskResult<T>>,
      get pending() {
        return !submitted.isSettled;
      },
      cancel: () => driver.cancel(submitted),
    };
  }

  /**
   * Calls a function in a clean realm, with cloned arguments. The function is taken as its source
   * text: it sees nothing of its surroundings here.
   *
   * @example
   * ```ts
   * const sum = await pool.call((a: number, b: number) => a + b, 1, 2) // { value: 3 }
   * ```
   */
  call<T = unknown>(fn: GuestFunction | string, ...args: unknown[]): Promise<WorkerTaskResult<T>> {
    try {
      return this.#start(this.#newSubmitted({ call: fn, args })).promise as Promise<WorkerTaskResult<T>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** All or none: if one is refused, those before it are cancelled. */
  #submitAll(batch: readonly Task[]): void {
    let nsubmitted = 0;
    try {
      for (; nsubmitted < batch.length; nsubmitted++) this.#start(batch[nsubmitted]!);
    } catch (error) {
      for (const task of batch.slice(0, nsubmitted)) this.#driver.cancel(task);
      throw error;
    }
  }

  #newSubmitted(task: WorkerTask): Task {
    const options = resolveTask(task, this.#options);
    if (task.call === undefined) return this.#newTask(task.code, null, options, 0);
    const args = this.#encode(task.args ?? [], "args");
    return this.#newTask(String(task.call), args, options, 0);
  }

  #encode(value: unknown, root: string): Uint8Array {
    return encode(value, { root, maxBytes: this.#options.resultLimitBytes });
  }

  #newTask(code: string, args: Uint8Array | null, options: ResolvedTask, session: number): Task {
    if (this.#isDisposed) throw new PoolDisposedError();
    const globals = this.#encodeGlobals(options.globals);
    // a session keeps what it was given, and is given it once
    const isCarried = options.globals instanceof EncodedGlobals && session === 0;
    return new Task(++this.#lastTask, session, options, code, args, globals, isCarried);
  }

  #encodeGlobals(globals: ResolvedTask["globals"]): Uint8Array | null {
    if (globals instanceof EncodedGlobals) return globals.bytes;
    return globals === null ? null : this.#encode(globals, "globals");
  }

  #submit(code: string, options: ResolvedTask, session: number): Task {
    return this.#start(this.#newTask(code, null, options, session));
  }

  #start(task: Task): Task {
    const { code, options } = task;
    const { sourceLimitBytes: limit } = this.#options;
    const { signal } = options;
    if (signal !== null && signal.aborted) {
      task.settle({ error: cancelledError() });
    } else if (limit !== 0 && code.length > limit) {
      const message = `the source has at least ${code.length} bytes, the limit is ${limit}`;
      task.settle({ error: { name: "SourceTooLargeError", message } });
    } else {
      this.#driver.submit(task);
      if (signal !== null) task.watchSignal(() => this.#driver.cancel(task));
    }
    return task;
  }

  // ---- sessions ----

  /**
   * Pins a worker: evaluations of the session share its state until `release()`. Waits for a
   * worker that is busy; rejects at once when every worker is pinned.
   */
  async createSession(): Promise<WorkerSession> {
    if (this.#isDisposed) throw new PoolDisposedError();
    const evaluate = (
      session: number,
      code: string,
      options: SessionEvalOptions | undefined,
    ): Promise<WorkerTaskResult> => {
      try {
        checkCode(code);
        const resolved = resolveEvalOptions(options, this.#options);
        return this.#submit(code, resolved, session).promise;
      } catch (error) {
        return Promise.reject(error);
      }
    };
    const session = await new Session(++this.#lastSession, this.#driver, evaluate).opened;
    this.#logger?.sessionCreated(session.sessionId, session.workerId);
    return session;
  }

  // ---- looking ----

  /** False from `close()` or `dispose()` on. */
  get alive(): boolean {
    return !this.#driver.isClosed;
  }

  /** Most workers that there can be. */
  get poolSize(): number {
    return this.#options.poolSize;
  }

  /** Workers that run a task. */
  get busyWorkers(): number {
    return this.#driver.getStats().busyWorkers;
  }

  /** Workers that could take a task at once; those that are not started yet count. */
  get availableWorkers(): number {
    return this.getStats().availableWorkers;
  }

  /** Tasks that wait for a worker. */
  get queuedTasks(): number {
    return this.#driver.getStats().queuedTasks;
  }

  /** Sessions that are open, or wait for a worker. */
  get activeSessionCount(): number {
    return this.#driver.getStats().sessions;
  }

  /** What the pool has done so far. */
  getStats(): PoolStats {
    const { poolSize } = this.#options;
    const stats = this.#driver.getStats();
    const pinned = this.#driver.pinnedIdleWorkers;
    const taken = this.#driver.isClosed ? poolSize : pinned + stats.busyWorkers;
    return {
      poolSize,
      busyWorkers: stats.busyWorkers,
      availableWorkers: Math.max(0, poolSize - taken),
      queuedTasks: stats.queuedTasks,
      completedTasks: stats.completedTasks,
      failedTasks: stats.failedTasks,
      timedOutTasks: stats.timedOutTasks,
      cancelledTasks: stats.cancelledTasks,
      workerRestarts: stats.workerRestarts,
      averageExecutionTimeMs: stats.run.mean,
      waitMs: stats.wait,
      runMs: stats.run,
      sessions: stats.sessions,
      isMultiThreaded: this.isMultiThreaded,
    };
  }

  // ---- ending ----

  /**
   * Takes nothing new, lets what runs and waits finish, then disposes. Resolves when every worker
   * has ended. May be called again: it is the same promise.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (!this.#isDisposed) {
      this.#logger?.poolClosing(this.#driver.load);
      await this.#driver.close();
    }
    this.#driver.hold();
    await this.#dispose();
    this.#driver.release();
  }

  /**
   * Ends the pool at once: what runs or waits rejects with a {@link PoolDisposedError}, and the
   * workers end. May be called twice.
   */
  dispose(): void {
    void this.#dispose();
  }

  #disposing: Promise<void> | null = null;

  #dispose(): Promise<void> {
    if (this.#disposing === null) {
      this.#isDisposed = true;
      this.#disposing = this.#driver.dispose().finally(() => this.#mounts.dispose());
      this.#logger?.poolDisposed();
    }
    return this.#disposing;
  }

  /** `dispose()`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  /** `close()`. */
  [asyncDisposeSymbol](): Promise<void> {
    return this.close();
  }
}

/**
 * Makes a pool. Resolves when its first worker is there (all of them with `preWarm`).
 *
 * Rejects with a TypeError that names the option, with a {@link MultiThreadingNotSupportedError}
 * where `forceMultiThreaded` cannot be, and with the guest's error when `preWarm` is set and
 * `bootstrapCode` throws.
 */
export function newWorkerPool(options?: WorkerPoolOptions): Promise<QuickJSWorkerPool> {
  return makePool(options, null);
}

/**
 * @internal A pool whose guests may have functions among their globals (EncodedGlobals): `carrier` is
 * called with the number of one, and its arguments. They block where they can.
 */
export async function makePool(
  options: WorkerPoolOptions | undefined,
  carrier: HostFunction | null,
): Promise<QuickJSWorkerPool> {
  const resolved = withCarrier(resolveOptions(options), carrier);
  const logger = newLogger(resolved.verbose);
  logger?.creatingPool(options ?? {}, resolved.poolSize);
  const assets = await loadAssets(resolved.wasm);
  const wantsWorkers = !resolved.forceSingleThreaded;
  if (wantsWorkers && !platform.canUseWorkers()) {
    return fallBack(resolved, assets, logger, "there are no workers here");
  }
  if (resolved.hasSyncHostFunctions && !platform.hasSharedMemory()) {
    throw new MultiThreadingNotSupportedError(
      'option "syncHostFunctions" needs SharedArrayBuffer, which is not there',
    );
  }
  const pool = await startPool(resolved, assets, wantsWorkers, logger);
  if (typeof pool !== "string") return pool;
  return fallBack(resolved, assets, logger, pool);
}

function withCarrier(options: ResolvedOptions, carrier: HostFunction | null): ResolvedOptions {
  if (carrier === null) return options;
  const entry = { name: CARRIER, fn: carrier, self: {}, isSync: false };
  return { ...options, hostFunctions: [...options.hostFunctions, entry] };
}

/** The same, where guests can block. */
function withBlocking(options: ResolvedOptions, isShared: boolean): ResolvedOptions {
  if (!isShared) return options;
  const hostFunctions = options.hostFunctions.map((entry) =>
    entry.name === CARRIER ? { ...entry, isSync: true } : entry,
  );
  return { ...options, hostFunctions };
}

/** The pool; or why no worker could be started. */
async function startPool(
  given: ResolvedOptions,
  assets: Assets,
  isMultiThreaded: boolean,
  logger: Logger | null,
): Promise<QuickJSWorkerPool | string> {
  logger?.initializing(isMultiThreaded, given.poolSize);
  const isShared = isMultiThreaded && platform.hasSharedMemory();
  const options = withBlocking(given, isShared);
  const place = { isMultiThreaded, isShared, workerUrl: options.workerUrl };
  const mounts = await Mounts.open(options.mounts, loadFilesWasm, place);
  try {
    const pool = await QuickJSWorkerPool.start({ options, assets, mounts, place, logger });
    mounts.warn(place);
    logger?.poolCreated(isMultiThreaded);
    return pool;
  } catch (error) {
    if (error instanceof MultiThreadingNotSupportedError) return error.message;
    throw error;
  }
}

async function fallBack(
  options: ResolvedOptions,
  assets: Assets,
  logger: Logger | null,
  reason: string,
): Promise<QuickJSWorkerPool> {
  if (options.forceMultiThreaded || options.hasSyncHostFunctions) {
    throw new MultiThreadingNotSupportedError(`workers cannot run here: ${reason}`);
  }
  warnFallback(reason);
  const pool = await startPool(options, assets, false, logger);
  if (typeof pool === "string") throw new Error(pool);
  return pool;
}
