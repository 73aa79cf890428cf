// SPDX-License-Identifier: MIT
// workerpool with as many threads as ours, started beforehand.
import { fileURLToPath } from "node:url";

export async function load() {
  return (await import("workerpool")).default;
}

export async function open(workerpool, { size = 2 } = {}) {
  const script = fileURLToPath(new URL("workerpool-worker.mjs", import.meta.url));
  const pool = workerpool.pool(script, {
    workerType: "thread",
    minWorkers: size,
    maxWorkers: size,
  });
  return {
    evaluate: (task) => pool.exec("evaluate", [task.script]),
    noop: () => pool.exec("noop"),
    close: () => pool.terminate(),
  };
}
