// SPDX-License-Identifier: MIT
// lib/live-workers.ts for pages: no event tells of workers, so their class is replaced, before the
// package makes one. A worker that closed itself counts until its owner gives it up.
import type { LiveWorker } from "../lib/live-workers.js";

export type { LiveWorker };

const alive = new Set<Worker>();
/** All there ever were, oldest first. */
export const allWorkers: Worker[] = [];

class SeenWorker extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    alive.add(this);
    allWorkers.push(this);
  }

  override terminate(): void {
    alive.delete(this);
    super.terminate();
  }
}

globalThis.Worker = SeenWorker;

export function liveWorkers(): LiveWorker[] {
  return [...alive];
}
