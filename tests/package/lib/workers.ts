// SPDX-License-Identifier: MIT
// Every worker thread that this process starts, for tests that kill one from outside, talk to it
// out of turn, or count that none is left. The package is not asked: the runtime's own event
// ("worker" of process, in Node, Bun and Deno) tells.
import type { Worker } from "node:worker_threads";
import { until } from "./pools.js";

const alive = new Set<Worker>();

process.on("worker", (worker: Worker) => {
  alive.add(worker);
  worker.once("exit", () => alive.delete(worker));
});

/** Those that have started and not exited, oldest first. */
export function liveWorkers(): Worker[] {
  return [...alive];
}

/** Waits until no worker is left that was not in `before`. */
export async function untilGone(before: readonly Worker[] = []): Promise<void> {
  const isLeft = (worker: Worker): boolean => !before.includes(worker);
  await until(() => !liveWorkers().some(isLeft), "workers have exited");
}
