// SPDX-License-Identifier: MIT
// Attacks run in a process of their own: a script with a pool, after which the next task on the
// same pool must be right, nothing may have been printed, and no promise may have been left to
// reject unheard. All modes share the script.
import assert from "node:assert/strict";
import { runReporting } from "./child.js";
import type { Mode } from "./pools.js";

const PRELUDE = `
import { newWorkerPool, PoolDisposedError, QueueFullError } from "qjspool";
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const check = (isTrue, what) => { if (!isTrue) throw new Error("check failed: " + what) };
const isError = (result, name) =>
  check(result.error?.name === name, name + " expected, got " + JSON.stringify(result.error ?? result)?.slice(0, 300));
const isFine = async (pool) => {
  const { value, error } = await pool.evalCode("[typeof left, [1, 2].map((x) => x * 2), JSON.stringify({ a: [...new Set([1])] })]");
  check(!error, error?.name + ": " + error?.message);
  check(JSON.stringify(value) === '["undefined",[2,4],"{\\\\"a\\\\":[1]}"]', JSON.stringify(value));
};
`;

/**
 * Runs `script`; it may use what PRELUDE has, the tools of children, and of the mode `mode` (its
 * options), `isThreaded` and `canBlock`.
 */
export async function runQuietly(mode: Mode, script: string, timeoutMs = 60_000): Promise<void> {
  const { options, isThreaded, canBlock } = mode;
  const body = `${PRELUDE}
const { mode, isThreaded, canBlock } = ${JSON.stringify({ mode: options, isThreaded, canBlock })};
let outcome = "did not finish";
try {
  ${script}
  await sleep(30);
  outcome = lost.length === 0 ? "fine" : lost.join("\\n");
} catch (error) {
  outcome = String(error) + "\\n" + error?.stack;
}
report(outcome);
`;
  const { report, ...result } = await runReporting(body, { timeoutMs });
  assert.equal(report ?? `ended early: ${JSON.stringify(result)}`, "fine");
  assert.deepEqual(result, { code: 0, signal: null, stdout: "", stderr: "" });
}
