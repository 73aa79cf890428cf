// SPDX-License-Identifier: MIT
// piscina with as many threads as ours, started beforehand.

export const load = () => import("piscina");

export async function open({ Piscina }, { size = 2 } = {}) {
  const filename = new URL("vm-worker.mjs", import.meta.url).href;
  const pool = new Piscina({ filename, minThreads: size, maxThreads: size });
  return {
    evaluate: (task) => pool.run(task.script),
    noop: () => pool.run(null, { name: "noop" }),
    close: () => pool.destroy(),
  };
}
