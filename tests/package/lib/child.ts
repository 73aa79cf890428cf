// SPDX-License-Identifier: MIT
// Runs a module in a process of its own, in the runtime that the test runs in, beside the installed
// package. For what ends, blocks or crashes a process, and for what happens when one ends. In
// pages browser/child.ts stands for this file: a frame is the process there.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFolder, command } from "./env.js";

export interface ChildOptions {
  /** After this many ms the child is killed, and `signal` says so. Default 20,000. */
  timeoutMs?: number;
}

export interface ChildResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** Of a child with tools. */
export interface ReportingResult extends ChildResult {
  /** The argument of its last `report(text)`; undefined: there was none. */
  report: string | undefined;
}

/**
 * The tools: `lost`, texts of what was thrown unheard; `workers`, all that were started; `report`;
 * `deliver(worker, type, data)`, as if that event came from the worker.
 */
const TOOLS = `
import { writeFileSync as writeReport } from "node:fs";
const lost = [];
process.on("unhandledRejection", (reason) => lost.push("unhandled rejection: " + (reason?.stack ?? reason)));
process.on("uncaughtException", (error) => lost.push("uncaught: " + (error?.stack ?? error)));
const workers = [];
process.on("worker", (worker) => workers.push(worker));
const report = (text) => writeReport(process.argv[2], text);
const deliver = (worker, type, data) => worker.emit(type, data);
`;

let count = 0;

/** Runs `source`, an ES module. */
export async function runModule(source: string, options: ChildOptions = {}): Promise<ChildResult> {
  return runSource(source, [], options);
}

/** Runs `source` with the tools. */
export async function runReporting(
  source: string,
  options: ChildOptions = {},
): Promise<ReportingResult> {
  const folder = mkdtempSync(join(tmpdir(), "qjspool-"));
  const path = join(folder, "report");

  try {
    const result = await runSource(TOOLS + source, [path], options);
    return { ...result, report: existsSync(path) ? readFileSync(path, "utf8") : undefined };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runSource(
  source: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  const path = join(buildFolder, `child-${process.pid}-${++count}.mjs`);
  writeFileSync(path, source);
  try {
    return await runFile(path, args, options);
  } finally {
    rmSync(path, { force: true });
  }
}

function runFile(
  path: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  const child = spawn(command[0]!, [...command.slice(1), path, ...args], {
    cwd: buildFolder,
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
      done({ code, signal, stdout, stderr });
    });
  });
}
