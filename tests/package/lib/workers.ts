// SPDX-License-Identifier: MIT
// For tests that kill a worker from outside, or count that none is left.
import { liveWorkers, type LiveWorker } from "./live-workers.js";
import { until } from "./pools.js";

export { liveWorkers };

/** Waits until no worker is left that was not in `before`. */
export async function untilGone(before: readonly LiveWorker[] = []): Promise<void> {
  const isLeft = (worker: LiveWorker): boolean => !before.includes(worker);
  await until(() => !liveWorkers().some(isLeft), "workers have exited");
}
