// SPDX-License-Identifier: MIT
// Workers that were told to end, or were given up, and have not gone yet. What they still say is
// for others to ignore.

import { startIdleTimer } from "./idle-timer.js";
import type { WorkerHandle } from "./worker-handle.js";

/** From an interrupt to the worker's replacement, and from stop to its end by force. */
export const GRACE_MS = 100;
/** Some hosts cannot end a worker that loops (Bun, in Wasm): nobody waits for those for ever. */
const GIVE_UP_MS = 2000;

export class Leaving {
  private readonly workers = new Set<WorkerHandle>();
  private onEmpty: (() => void) | null = null;

  /** Asks a worker to end, and makes it if it does not. */
  dismiss(worker: WorkerHandle): void {
    this.workers.add(worker);
    worker.stop();
    startIdleTimer(GRACE_MS, () => {
      if (this.workers.has(worker)) worker.terminate();
    });
  }

  /** Makes a worker end. */
  terminate(worker: WorkerHandle): void {
    this.workers.add(worker);
    worker.terminate();
  }

  /** It has gone; false: it was not to leave. */
  remove(worker: WorkerHandle): boolean {
    const wasHere = this.workers.delete(worker);
    if (wasHere && this.workers.size === 0) this.onEmpty?.();
    return wasHere;
  }

  /** Resolves when the last is gone, or cannot be made to go. */
  empty(): Promise<void> {
    if (this.workers.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const giveUp = startIdleTimer(GIVE_UP_MS, resolve);
      this.onEmpty = () => {
        clearTimeout(giveUp);
        resolve();
      };
    });
  }
}
