// SPDX-License-Identifier: MIT
// Owns the one pool of the page and the sessions on it. Makes the pool when it is first needed, and
// anew when options want that. Runs no task; runner.ts does.
import {
  newWorkerPool,
  type Mount,
  type QuickJSWorkerPool,
  type WorkerPoolOptions,
  type WorkerSession,
} from "qjspool";
import { needsNewPool, type PoolConfig } from "./config.js";
import { Emitter } from "./emitter.js";
import { MOUNT_PATH, type SharedFiles } from "../files/shared-files.js";
import { hostFunctions } from "./host-functions.js";
import type { TaskBook } from "./task-book.js";

export type PoolState =
  | { readonly kind: "none" }
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly pool: QuickJSWorkerPool }
  | { readonly kind: "failed"; readonly error: Error };

/** Who is told what pools do. */
export type Handlers = Required<Pick<WorkerPoolOptions, "onConsole" | "onTrace">>;

const MIB = 2 ** 20;
const NO_WORKER_LEFT =
  "Each session keeps a worker to itself, and one is left for the pool: " +
  "close another session, or set more workers in the options.";

export class PoolHost {
  state: PoolState = { kind: "none" };
  readonly changed = new Emitter<PoolState>();

  private readonly book: TaskBook;
  private readonly handlers: Handlers;
  private readonly files: SharedFiles;
  private config: PoolConfig | null = null;
  private readonly sessions = new Map<string, WorkerSession>();
  private readonly opening = new Map<string, Promise<WorkerSession>>();
  /** One change at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(book: TaskBook, handlers: Handlers, files: SharedFiles) {
    this.book = book;
    this.handlers = handlers;
    this.files = files;
  }

  /**
   * The pool for `config`: the one that is there, if it suits; else a new one, and whatever ran on
   * the old one ends. Rejects if none can be made.
   */
  get(config: PoolConfig): Promise<QuickJSWorkerPool> {
    const next = this.last.then(() => this.ensure(config));
    this.last = next.catch(() => {});
    return next;
  }

  /**
   * The session of a tab, made if it has none that lives. Waits for a worker that is busy; rejects
   * with a clear error when none is left for the pool.
   */
  session(pool: QuickJSWorkerPool, tab: string): Promise<WorkerSession> {
    const there = this.peekSession(tab);
    if (there !== undefined) return Promise.resolve(there);
    return this.opening.get(tab) ?? this.openSession(pool, tab);
  }

  isOpening(tab: string): boolean {
    return this.opening.has(tab);
  }

  private openSession(pool: QuickJSWorkerPool, tab: string): Promise<WorkerSession> {
    this.releaseSession(tab);
    if (pool.activeSessionCount >= pool.poolSize - 1 && pool.isMultiThreaded) {
      return Promise.reject(new Error(NO_WORKER_LEFT));
    }
    const opening: Promise<WorkerSession> = pool
      .createSession()
      .then((session) => {
        if (this.opening.get(tab) === opening) this.sessions.set(tab, session);
        else session.release(); // its tab was closed meanwhile
        return session;
      })
      .finally(() => {
        if (this.opening.get(tab) === opening) this.opening.delete(tab);
        this.tell();
      });
    this.opening.set(tab, opening);
    this.tell();
    return opening;
  }

  /** The session that a tab has; undefined: none, or it has died. */
  peekSession(tab: string): WorkerSession | undefined {
    const session = this.sessions.get(tab);
    return session?.alive ? session : undefined;
  }

  releaseSession(tab: string): void {
    this.opening.delete(tab);
    this.sessions.get(tab)?.release();
    this.sessions.delete(tab);
    this.tell();
  }

  private async ensure(config: PoolConfig): Promise<QuickJSWorkerPool> {
    const isSame = this.config !== null && !needsNewPool(this.config, config);
    if (this.state.kind === "ready" && isSame) return this.state.pool;
    await this.end();
    this.config = config;
    this.become({ kind: "starting" });
    this.book.forgetNames();
    try {
      const pool = await this.make(config);
      this.become({ kind: "ready", pool });
      return pool;
    } catch (error) {
      this.become({ kind: "failed", error: error as Error });
      throw error;
    }
  }

  /** With files that the page can look into; where workers cannot have such, with others. */
  private async make(config: PoolConfig): Promise<QuickJSWorkerPool> {
    const mount = await this.files.mount();
    try {
      return await newWorkerPool(this.optionsOf(config, mount));
    } catch (error) {
      if (mount.kind !== "opfs") throw error;
      this.files.giveUp((error as Error).message);
    }
    return newWorkerPool(this.optionsOf(config, await this.files.mount()));
  }

  /** Until its last worker is gone, a pool has something to say, which is not the next one's. */
  private async end(): Promise<void> {
    this.sessions.clear();
    this.opening.clear();
    if (this.state.kind !== "ready") return;
    const { pool } = this.state;
    this.become({ kind: "none" });
    pool.dispose();
    await pool.close();
  }

  private optionsOf(config: PoolConfig, mount: Mount): WorkerPoolOptions {
    const options: WorkerPoolOptions = {
      poolSize: config.poolSize,
      preWarm: true,
      isolation: config.isolation,
      memoryLimitBytes: config.memoryMib * MIB,
      bootstrapCode: config.bootstrapCode,
      hostFunctions,
      mounts: { [MOUNT_PATH]: mount },
      ...this.handlers,
    };
    if (config.seed !== "") options.random = Number(config.seed);
    return options;
  }

  private become(state: PoolState): void {
    this.state = state;
    this.tell();
  }

  private tell(): void {
    this.changed.emit(this.state);
  }
}
