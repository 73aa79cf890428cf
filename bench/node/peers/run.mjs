// SPDX-License-Identifier: MIT
// `run`: a fresh QuickJS context for each call, in a worker thread that it keeps between calls. Its
// README calls run({ source }) just so; the source is a function's body.

export const load = () => import("run");

export async function open({ run }) {
  return {
    async evaluate(task) {
      const result = await run({ source: task.body });
      if (result.status !== "completed") throw new Error(`run: ${result.status}`);
      return result.value;
    },
    close() {},
  };
}
