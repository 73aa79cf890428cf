// SPDX-License-Identifier: MIT
// tinypool with as many threads as ours, started beforehand.

export const load = () => import("tinypool");

export async function open({ Tinypool }, { size = 2 } = {}) {
  const filename = new URL("vm-worker.mjs", import.meta.url).href;
  const pool = new Tinypool({ filename, minThreads: size, maxThreads: size });
  return {
    evaluate: (task) => pool.run(task.script),
    noop: () => pool.run(null, { name: "noop" }),
    close: () => pool.destroy(),
  };
}
