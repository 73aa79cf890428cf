// SPDX-License-Identifier: MIT
// lib/live-workers.ts for pages: no event tells of workers, so their class is replaced, before the
// package makes one. A worker that closed itself counts until its owner gives it up.
import type { LiveWorker } from "../lib/live-workers.js";

export type { LiveWorker };

/** Only these: whoever keeps a worker keeps its pool, with memories that a page has few of. */
const alive = new Set<Worker>();
let onStart: (worker: Worker) => void = () => {};

class SeenWorker extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    alive.add(this);
    onStart(this);
  }

  override terminate(): void {
    alive.delete(this);
    super.terminate();
  }
}

globalThis.Worker = SeenWorker;

/** `fn` gets every worker from now on. */
export function watchWorkers(fn: (worker: Worker) => void): void {
  onStart = fn;
}

export function liveWorkers(): LiveWorker[] {
  return [...alive];
}
