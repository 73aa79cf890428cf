// SPDX-License-Identifier: MIT
// Our side: a pool whose workers are up, with every default but what the benchmark is about.

export const load = () => import("qjspool");

export async function open({ newWorkerPool }, { size = 2, isolation = "task", ...options } = {}) {
  const pool = await newWorkerPool({ poolSize: size, isolation, preWarm: true, ...options });
  return {
    pool,
    async evaluate(task) {
      const result = await pool.evalCode(task.script);
      if (result.error) throw new Error(`${result.error.name}: ${result.error.message}`);
      return result.value;
    },
    close: () => pool.dispose(),
  };
}
