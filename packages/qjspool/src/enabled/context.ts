// SPDX-License-Identifier: MIT
// WorkerEnabledContext: handles of a local context, evaluation on the workers of a pool.

import type { ContextEvalOptions, QuickJSAsyncContext, QuickJSHandle } from "quickjs-emscripten-core";
import { WorkerPoolContext } from "../context.js";
import { disposeSymbol } from "../dispose.js";
import type { EncodedGlobals } from "../encoded-globals.js";
import { usageError } from "../errors.js";
import type { QuickJSWorkerPool } from "../pool.js";
import type {
  WorkerEnabledContextResult,
  WorkerPoolEvalOptions,
  WorkerSession,
  WorkerTask,
  WorkerTaskResult,
} from "../types.js";
import { GETTERS, METHODS, type Delegated } from "./delegated.js";
import { CannotCarry, type Local } from "./local.js";

/** @internal What newWorkerEnabledContext has made ready. */
export interface EnabledParts {
  pool: QuickJSWorkerPool;
  session: WorkerSession | null;
  local: Local | null;
  strategy: "workers" | "local" | "auto";
  bootstrapCode: string;
}

type Members = Record<string, (...args: unknown[]) => unknown>;

/** As the core's contexts have them, to be passed as functions: `handle.consume(ctx.getString)`. */
const BOUND = ["dump", "getString", "getNumber", "resolvePromise"] as const;

/** What `evalCodeAsync` resolves to: handles, as quickjs-emscripten has them. */
export type EnabledResult = WorkerEnabledContextResult<QuickJSHandle>;

// What is passed on has its types from the core.
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export interface WorkerEnabledContext extends Pick<QuickJSAsyncContext, Delegated> {}

/**
 * A `QuickJSAsyncContext` whose evaluations run on the workers of a pool. Made by
 * {@link newWorkerEnabledContext}.
 *
 * Handles are the local context's. What is put on its global object is there for evaluations on workers
 * too: data as clones, functions as functions that call back into the local context (and block the
 * worker where it can, else return a promise). What comes back is a handle of a clone.
 */
export class WorkerEnabledContext {
  readonly #parts: EnabledParts;
  readonly #raw: WorkerPoolContext;
  #hasBooted = false;
  #isDisposed = false;

  /** @internal */
  constructor(parts: EnabledParts) {
    this.#parts = parts;
    this.#raw = new WorkerPoolContext(parts.pool);
    for (const name of BOUND) {
      const value = (this as unknown as Members)[name]!.bind(this);
      Object.defineProperty(this, name, { value, configurable: true, writable: true });
    }
  }

  // ---- what there is ----

  /** The local context; null with `workerOnly`. */
  get localContext(): QuickJSAsyncContext | null {
    return this.#parts.local?.context ?? null;
  }

  /** The pool behind it; it is disposed of with the context. */
  get pool(): QuickJSWorkerPool {
    return this.#parts.pool;
  }

  /** The session of `useSession`; null otherwise. */
  get session(): WorkerSession | null {
    return this.#parts.session;
  }

  /** Whether there is a pool that takes evaluations. */
  get hasWorkerPool(): boolean {
    return this.#parts.pool.alive;
  }

  /** Whether the pool has real workers. */
  get isMultiThreaded(): boolean {
    return this.#parts.pool.isMultiThreaded;
  }

  get usesSession(): boolean {
    return this.#parts.session !== null;
  }

  /** `true` until `dispose()`. */
  get alive(): boolean {
    return !this.#isDisposed;
  }

  // ---- evaluating ----

  /**
   * Evaluates `code` where the strategy says: on a worker, in a clean realm or the session, or locally.
   * With `options` as the core's (its third argument) it runs locally: only there are they of any meaning.
   *
   * @returns handles, the caller's to dispose of; with `workerOnly` the values themselves.
   */
  async evalCodeAsync(
    code: string,
    filenameOrOptions?: string | WorkerPoolEvalOptions,
    options?: number | ContextEvalOptions,
  ): Promise<EnabledResult> {
    this.#checkAlive();
    const own = typeof filenameOrOptions === "string" ? { filename: filenameOrOptions } : filenameOrOptions;
    const { local, strategy } = this.#parts;
    if (local === null) return (await this.#evaluate(code, own, null)) as unknown as EnabledResult;
    if (strategy === "local" || options !== undefined) return this.#evaluateLocally(local, code, own, options);
    let globals: EncodedGlobals | null;
    try {
      globals = this.#globals(local);
    } catch (error) {
      if (!(error instanceof CannotCarry)) throw error;
      if (strategy !== "auto") return local.fail(error.handle);
      error.handle.dispose();
      return this.#evaluateLocally(local, code, own, options);
    }
    return this.#toHandles(local, await this.#evaluate(code, own, globals));
  }

  /** Evaluates all on workers, in parallel; results stand in the order of the tasks. */
  async evalCodeBatch(tasks: readonly (string | WorkerTask)[]): Promise<EnabledResult[]> {
    this.#checkAlive();
    if (!Array.isArray(tasks)) throw new TypeError("evalCodeBatch: tasks must be an array");
    const { local } = this.#parts;
    let globals: EncodedGlobals | null = null;
    try {
      globals = local === null ? null : local.globals();
    } catch (error) {
      if (!(error instanceof CannotCarry)) throw error;
      return tasks.map(() => local!.fail(error.handle.dup()));
    }
    const results = await this.#parts.pool.evalCodeBatch(
      tasks.map((task: string | WorkerTask) => withGlobals(task, globals)),
    );
    return results.map((result) =>
      local === null ? (result as unknown as EnabledResult) : this.#toHandles(local, result),
    );
  }

  /** Evaluates on workers alone: a value, not a handle; nothing of the local context is there. */
  async evalCodeOnWorkers<T = unknown>(
    code: string,
    filenameOrOptions?: string | WorkerPoolEvalOptions,
  ): Promise<WorkerTaskResult<T>> {
    this.#checkAlive();
    return this.#raw.evalCodeAsync<T>(code, filenameOrOptions);
  }

  #evaluate(
    code: string,
    options: WorkerPoolEvalOptions | undefined,
    globals: EncodedGlobals | null,
  ): Promise<WorkerTaskResult> {
    const { pool, session } = this.#parts;
    const full = globals === null ? options : { ...options, globals: globals as unknown as Record<string, unknown> };
    return session === null ? pool.evalCode(code, full) : session.evalCode(code, full);
  }

  /** A session keeps what it was given. */
  #globals(local: Local): EncodedGlobals | null {
    return this.#parts.session !== null && !local.hasChanged ? null : local.globals();
  }

  async #evaluateLocally(
    local: Local,
    code: string,
    options: WorkerPoolEvalOptions | undefined,
    flags: number | ContextEvalOptions | undefined,
  ): Promise<EnabledResult> {
    if (!this.#hasBooted) await local.boot(this.#parts.bootstrapCode);
    this.#hasBooted = true;
    return (await local.context.evalCodeAsync(code, options?.filename, flags)) as EnabledResult;
  }

  #toHandles(local: Local, result: WorkerTaskResult): EnabledResult {
    if (result.error === undefined) return local.success(local.toHandle(result.value));
    return local.fail(local.toErrorHandle(result.error));
  }

  // ---- reading ----

  /** The value of a handle, as the core dumps it; with `workerOnly` the value itself. */
  dump(handle: QuickJSHandle): unknown {
    const { local } = this.#parts;
    return local === null ? handle : local.context.dump(handle);
  }

  /** The value of a result. Throws an Error if there is none. */
  unwrapResult<T>(result: { value?: T; error?: unknown }): T {
    const { local } = this.#parts;
    if (local === null) return this.#raw.unwrapResult(result as WorkerTaskResult<T>);
    return local.context.unwrapResult(result as never);
  }

  // ---- ending ----

  /** Ends the local context, the session and the pool. Handles must be disposed of before. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const { pool, session, local } = this.#parts;
    session?.release();
    pool.dispose();
    local?.dispose();
  }

  /** `dispose()`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  #checkAlive(): void {
    if (this.#isDisposed) throw usageError("ERR_QJSPOOL_CONTEXT_DISPOSED", "the context was disposed of");
  }

  /** @internal For what is passed on. */
  static localOf(context: WorkerEnabledContext, name: string): QuickJSAsyncContext {
    context.#checkAlive();
    const { local } = context.#parts;
    if (local !== null) return local.context;
    throw usageError("ERR_QJSPOOL_NO_LOCAL_CONTEXT", `${name}: there is no local context (workerOnly)`);
  }
}

function withGlobals(task: string | WorkerTask, globals: EncodedGlobals | null): string | WorkerTask {
  if (globals === null) return task;
  const carried = globals as unknown as Record<string, unknown>;
  return typeof task === "string" ? { code: task, globals: carried } : { ...task, globals: carried };
}

for (const name of GETTERS) {
  Object.defineProperty(WorkerEnabledContext.prototype, name, {
    configurable: true,
    get(this: WorkerEnabledContext) {
      return WorkerEnabledContext.localOf(this, name)[name];
    },
  });
}
for (const name of METHODS) {
  Object.defineProperty(WorkerEnabledContext.prototype, name, {
    configurable: true,
    writable: true,
    value(this: WorkerEnabledContext, ...args: unknown[]) {
      const local = WorkerEnabledContext.localOf(this, name);
      return (local as unknown as Members)[name]!(...args);
    },
  });
}
