// SPDX-License-Identifier: MIT
// A session: one worker, and its state, for one caller. A face on the driver's sessions.

import { disposeSymbol } from "./dispose.js";
import type { Driver, SessionEvents } from "./driver/driver.js";
import { PoolDisposedError, usageError } from "./errors.js";
import type { SessionEvalOptions, WorkerSession, WorkerTaskResult } from "./types.js";

/** Evaluates in a session; rejects for misuse. */
export type SessionEval = (
  session: number,
  code: string,
  options: SessionEvalOptions | undefined,
) => Promise<WorkerTaskResult>;

export class Session implements WorkerSession, SessionEvents {
  readonly sessionId: string;
  workerId = 0;
  private readonly id: number;
  private readonly driver: Driver;
  private readonly evaluate: SessionEval;
  private state: "opening" | "open" | "dead" | "released" = "opening";
  private resolve!: (session: Session) => void;
  private reject!: (error: unknown) => void;
  /** Settles when a worker is pinned, or none can be. */
  readonly opened: Promise<Session>;

  constructor(id: number, driver: Driver, evaluate: SessionEval) {
    this.id = id;
    this.sessionId = `session-${id}`;
    this.driver = driver;
    this.evaluate = evaluate;
    this.opened = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    driver.openSession(id, this);
  }

  get alive(): boolean {
    return this.state === "open" && !this.driver.isClosed;
  }

  evalCode<T = unknown>(code: string, options?: SessionEvalOptions): Promise<WorkerTaskResult<T>> {
    if (this.state === "released") {
      const error = this.driver.isDisposed
        ? new PoolDisposedError()
        : usageError("ERR_QJSPOOL_SESSION_RELEASED", `${this.sessionId} was released`);
      return Promise.reject(error);
    }
    return this.evaluate(this.id, code, options) as Promise<WorkerTaskResult<T>>;
  }

  release(): void {
    if (this.state === "released") return;
    this.state = "released";
    this.driver.closeSession(this.id);
  }

  [disposeSymbol](): void {
    this.release();
  }

  // ---- what the driver says ----

  onOpened(workerId: number): void {
    this.workerId = workerId;
    this.state = "open";
    this.resolve(this);
  }

  onFailed(error: unknown): void {
    this.state = "released";
    this.reject(error);
  }

  onDead(): void {
    if (this.state !== "released") this.state = "dead";
  }
}
