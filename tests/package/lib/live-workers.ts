// SPDX-License-Identifier: MIT
// Every worker thread that this process starts. The package is not asked: the runtime's own event
// ("worker" of process, in Node, Bun and Deno) tells. In pages browser/live-workers.ts stands for
// this file.
import type { Worker } from "node:worker_threads";

/** As far as tests use one. */
export interface LiveWorker {
  terminate(): unknown;
}

const alive = new Set<Worker>();

process.on("worker", (worker: Worker) => {
  alive.add(worker);
  worker.once("exit", () => alive.delete(worker));
});

/** Those that have started and not exited, oldest first. */
export function liveWorkers(): LiveWorker[] {
  return [...alive];
}
