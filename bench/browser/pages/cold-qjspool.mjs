// SPDX-License-Identifier: MIT
// A page that shows one result of ours and nothing else, with every default.
import { newWorkerPool } from "qjspool";
import { check, tinyTask } from "../../lib/tasks.mjs";

async function evaluate() {
  const pool = await newWorkerPool();
  await check({ evaluate: async ({ script }) => (await pool.evalCode(script)).value }, tinyTask);
  return performance.now();
}

/** Milliseconds from the start of the page's load. */
export const first = evaluate();
