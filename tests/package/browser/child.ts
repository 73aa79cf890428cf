// SPDX-License-Identifier: MIT
// lib/child.ts for pages: a frame of its own for each child, with its own globals and its own copy
// of the package. It ends when the module has; what still runs in it goes with the frame.
import type { ChildOptions, ChildResult, ReportingResult } from "../lib/child.js";
import type { ChildWindow } from "./child-page.js";
import { page } from "./env.js";

export type { ChildOptions, ChildResult, ReportingResult };

const TOOLS = "const { lost, workers, report, deliver } = globalThis.tools;\n";
const KILLED: ReportingResult = {
  code: null,
  signal: "SIGKILL",
  stdout: "",
  stderr: "",
  report: undefined,
};

export async function runModule(source: string, options: ChildOptions = {}): Promise<ChildResult> {
  const { report: _, ...result } = await runSource(source, options);
  return result;
}

export function runReporting(
  source: string,
  options: ChildOptions = {},
): Promise<ReportingResult> {
  return runSource(TOOLS + source, options);
}

async function runSource(source: string, options: ChildOptions): Promise<ReportingResult> {
  const frame = document.createElement("iframe");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const killed = new Promise<ReportingResult>((resolve) => {
    timer = setTimeout(() => resolve(KILLED), options.timeoutMs ?? 20_000);
  });

  try {
    return await Promise.race([runInFrame(frame, source), killed]);
  } finally {
    clearTimeout(timer);
    frame.remove();
  }
}

async function runInFrame(frame: HTMLIFrameElement, source: string): Promise<ReportingResult> {
  const loaded = new Promise((resolve) => (frame.onload = resolve));
  frame.src = "child.html";
  document.body.append(frame);
  await loaded;
  return (frame.contentWindow as unknown as ChildWindow).runModule(source, page);
}
