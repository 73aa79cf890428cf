// SPDX-License-Identifier: MIT
// Attacks run in a process of their own: a script with a pool, after which the next task on the
// same pool must be right, nothing may have been printed, and no promise may have been left to
// reject unheard. Both modes share the script.
import assert from "node:assert/strict";
import { runModule } from "./child.js";
import type { Mode } from "./pools.js";

const PRELUDE = `
import { newWorkerPool, PoolDisposedError, QueueFullError } from "qjspool";
const lost = [];
process.on("unhandledRejection", (reason) => lost.push("unhandled rejection: " + (reason?.stack ?? reason)));
process.on("uncaughtException", (error) => lost.push("uncaught: " + (error?.stack ?? error)));
const workers = [];
process.on("worker", (worker) => workers.push(worker));
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

/** Runs `script`; it may use what PRELUDE has, `mode`, and must call `finish()` at its end. */
export async function runQuietly(mode: Mode, script: string, timeoutMs = 60_000): Promise<void> {
  const body = `${PRELUDE}
const mode = ${JSON.stringify(mode.options)};
let outcome = "did not finish";
try {
  ${script}
  await sleep(30);
  outcome = lost.length === 0 ? "fine" : lost.join("\\n");
} catch (error) {
  outcome = error?.stack ?? String(error);
}
process.exitCode = outcome === "fine" ? 0 : 3;
(await import("node:fs")).writeFileSync(process.argv[2], outcome);
`;
  const { code, signal, stdout, stderr, outcome } = await runWithOutcome(body, timeoutMs);
  assert.equal(outcome, "fine");
  assert.deepEqual(
    { code, signal, stdout, stderr },
    { code: 0, signal: null, stdout: "", stderr: "" },
  );
}

async function runWithOutcome(body: string, timeoutMs: number) {
  const { mkdtempSync, readFileSync, rmSync } = await import("node:fs");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const folder = mkdtempSync(join(tmpdir(), "qjspool-"));
  const path = join(folder, "outcome");

  try {
    const result = await runModule(body, { timeoutMs, args: [path] });
    let outcome = `ended early: ${JSON.stringify(result)}`;
    try {
      outcome = readFileSync(path, "utf8");
    } catch {
      // it never came so far
    }
    return { ...result, outcome };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
