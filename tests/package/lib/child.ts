// SPDX-License-Identifier: MIT
// Runs a module in a process of its own, in the runtime that the test runs in, beside the installed
// package. For what ends, blocks or crashes a process, and for what happens when one ends.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFolder, command } from "./env.js";

export interface ChildOptions {
  /** After this many ms the child is killed, and `signal` says so. Default 20,000. */
  timeoutMs?: number;
  /** What the child finds from `process.argv[2]` on. */
  args?: readonly string[];
  /** Over the environment of the test. */
  env?: Record<string, string>;
}

export interface ChildResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** From start to end, start-up of the runtime included. */
  ms: number;
}

let count = 0;

/** Runs `source`, an ES module. */
export async function runModule(source: string, options: ChildOptions = {}): Promise<ChildResult> {
  const path = join(buildFolder, `child-${process.pid}-${++count}.mjs`);
  writeFileSync(path, source);
  try {
    return await runFile(path, options);
  } finally {
    rmSync(path, { force: true });
  }
}

/** Runs the file at `path`. */
export function runFile(path: string, options: ChildOptions = {}): Promise<ChildResult> {
  const start = performance.now();
  const child = spawn(command[0]!, [...command.slice(1), path, ...(options.args ?? [])], {
    cwd: buildFolder,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs ?? 20_000);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, stdout, stderr, ms: performance.now() - start });
    });
  });
}
