// SPDX-License-Identifier: MIT
// What is in the frame that stands for a process: it runs one module, and keeps what that printed,
// reported, and left uncaught.
import { consoleText } from "../lib/console-text.js";
import type { ReportingResult } from "../lib/child.js";
import { dropFallbackWarnings } from "./fallback-warning.js";
import { watchWorkers } from "./live-workers.js";
import { textOfError } from "./node-test.js";

/** Of the frame's window, for browser/child.ts. */
export interface ChildWindow {
  /** Runs `source`, an ES module, to its end. */
  runModule(source: string, place: string): Promise<ReportingResult>;
}

let stdout = "";
let stderr = "";
let report: string | undefined;
const lost: string[] = [];
const workers: Worker[] = [];

/** The tools of lib/child.ts. */
const tools = {
  lost,
  workers,
  report(text: string): void {
    report = text;
  },
  deliver(worker: Worker, type: string, data: unknown): void {
    worker.dispatchEvent(eventOf(type, data));
  },
};

function eventOf(type: string, data: unknown): Event {
  if (type !== "error") return new MessageEvent(type, { data });
  return new ErrorEvent(type, { message: String(data), cancelable: true });
}

function keepConsole(): void {
  for (const level of ["log", "info", "debug"] as const) {
    console[level] = (...args: unknown[]) => void (stdout += `${consoleText(args)}\n`);
  }
  for (const level of ["warn", "error"] as const) {
    console[level] = (...args: unknown[]) => void (stderr += `${consoleText(args)}\n`);
  }
}

function keepLost(): void {
  addEventListener("error", (event) => {
    event.preventDefault();
    lost.push(`uncaught: ${textOfError(event.error ?? event.message)}`);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    lost.push(`unhandled rejection: ${textOfError(event.reason)}`);
  });
}

async function runModule(source: string, place: string): Promise<ReportingResult> {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));

  keepConsole();
  keepLost();
  watchWorkers((worker) => workers.push(worker));
  if (place === "inline") dropFallbackWarnings();
  try {
    await import(url);
  } catch (error) {
    lost.push(`uncaught: ${textOfError(error)}`);
  }
  URL.revokeObjectURL(url);
  const isFine = lost.length === 0;
  return { code: isFine ? 0 : 1, signal: null, stdout, stderr: stderr + lost.join("\n"), report };
}

Object.assign(globalThis, { tools, runModule });
