// SPDX-License-Identifier: MIT
// Waits for the first workers of a pool, and says what became of them.

import { MultiThreadingNotSupportedError } from "../errors.js";
import { toException } from "../task-error.js";
import type { WorkerTaskError } from "../types.js";
import type { DriverEvents } from "./driver.js";

export class Startup implements DriverEvents {
  private nready = 0;
  private nup = 0;
  private failure: Error | null = null;
  private wanted = -1;
  private resolve: () => void = () => {};
  private reject: (error: Error) => void = () => {};

  /**
   * Resolves when `nup` workers take tasks; 0: when one has an isolate, whatever its bootstrap
   * code does. Rejects with what the bootstrap code threw, or MultiThreadingNotSupportedError for
   * a worker that did not even get that far.
   */
  wait(nup: number): Promise<void> {
    this.wanted = nup;
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.look();
    });
  }

  onWorkerReady(): void {
    this.nready++;
    this.look();
  }

  onWorkerUp(): void {
    this.nup++;
    this.look();
  }

  onWorkerFailed(reason: string, error: WorkerTaskError | null): void {
    this.failure ??= error === null ? new MultiThreadingNotSupportedError(reason) : toException(error);
    this.look();
  }

  private look(): void {
    if (this.wanted < 0) return;
    if (this.wanted === 0 ? this.nready > 0 : this.nup >= this.wanted) this.resolve();
    else if (this.failure !== null) this.reject(this.failure);
  }
}
