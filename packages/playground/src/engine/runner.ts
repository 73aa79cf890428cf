// SPDX-License-Identifier: MIT
// Runs code: in a clean realm of the pool or in a session, and stops it. What becomes of a task is
// in the book; how it is shown is nobody's business here.
import type { EvalOptions, QuickJSWorkerPool, WorkerSession, WorkerTaskResult } from "qjspool";
import type { Config } from "./config.js";
import type { PoolHost } from "./pool-host.js";
import type { TaskBook } from "./task-book.js";
import type { Origin, TaskRecord } from "./task-record.js";

/**
 * Without workers a task holds the page up while it computes, and only its time limit ends it.
 */
export const MAX_INLINE_MS = 1000;

export interface Started {
  readonly record: TaskRecord;
  /** Settles when it has ended, however; never rejects. */
  readonly done: Promise<TaskRecord>;
}

export interface Job {
  readonly origin: Origin;
  readonly timeoutMs: number;
  readonly note?: string;
  readonly globals?: Record<string, unknown>;
}

/** Nothing was run, because the user stopped everything meanwhile. */
export class StoppedError extends Error {
  override name = "StoppedError";
}

export class Runner {
  private readonly host: PoolHost;
  private readonly book: TaskBook;
  private nstops = 0;

  constructor(host: PoolHost, book: TaskBook) {
    this.host = host;
    this.book = book;
  }

  /** Runs in a clean realm. Rejects where there is no pool to run it. */
  async runInPool(job: Job, config: Config): Promise<Started> {
    const pool = await this.poolFor(config);
    return this.start(job, pool);
  }

  /** Runs in the session of the origin's tab. Rejects also where it can have none. */
  async runInSession(job: Job, config: Config): Promise<Started> {
    const nstops = this.nstops;
    const pool = await this.poolFor(config);
    const session = await this.host.session(pool, job.origin.tab);
    this.throwIfStopped(nstops);
    return this.start(job, pool, session);
  }

  async poolFor(config: Config): Promise<QuickJSWorkerPool> {
    const nstops = this.nstops;
    const pool = await this.host.get(config);
    this.throwIfStopped(nstops);
    return pool;
  }

  /** Starts a task at once. Throws if the pool does not take it. */
  start(job: Job, pool: QuickJSWorkerPool, session?: WorkerSession): Started {
    const controller = new AbortController();
    const { origin } = job;
    const options: EvalOptions = {
      filename: origin.filename,
      timeout: pool.isMultiThreaded ? job.timeoutMs : inlineTimeout(job.timeoutMs),
      signal: controller.signal,
    };
    if (job.globals !== undefined) options.globals = job.globals;
    const submittedAt = performance.now();
    const { id, promise } = submit(origin.code, options, pool, session);
    const record = this.book.add({
      id,
      origin,
      note: job.note ?? "",
      workerId: session?.workerId ?? null,
      submittedAt,
      cancel: () => controller.abort(),
    });
    const done = promise.catch(asResult).then((result) => {
      this.book.ended(record, result);
      return record;
    });
    return { record, done };
  }

  /** Cancels all that runs or waits. */
  stop(): void {
    this.nstops++;
    for (const record of this.book.pendingTasks) record.cancel();
  }

  private throwIfStopped(nstops: number): void {
    if (this.nstops !== nstops) throw new StoppedError("stopped before it began");
  }
}

function submit(
  code: string,
  options: EvalOptions,
  pool: QuickJSWorkerPool,
  session: WorkerSession | undefined,
): { id: string; promise: Promise<WorkerTaskResult> } {
  if (session !== undefined) return { id: "", promise: session.evalCode(code, options) };
  const handle = pool.submit({ code, ...options });
  return { id: handle.taskId, promise: handle.promise };
}

function inlineTimeout(ms: number): number {
  return ms === 0 ? MAX_INLINE_MS : Math.min(ms, MAX_INLINE_MS);
}

/** A pool that was disposed of rejects: here that is one more way to be cancelled. */
function asResult(error: unknown): WorkerTaskResult {
  const { name, message } = error as Error;
  return { error: { name, message, isCancelled: true } };
}
