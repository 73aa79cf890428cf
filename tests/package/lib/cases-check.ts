// SPDX-License-Identifier: MIT
// The checks of a case's step that need no pool: error, stack, console. Each returns what is wrong,
// or nothing.
import type { WorkerTaskResult } from "qjspool";
import type { CaseStep } from "./case-file.js";

export function checkError(result: WorkerTaskResult, want: string): string | undefined {
  if (!result.error) return `a value instead of ${want}`;
  const colon = want.indexOf(":");
  const name = colon < 0 ? want : want.slice(0, colon);
  const message = colon < 0 ? "" : want.slice(colon + 1).replace(/^ /, "");
  // A lone surrogate is the replacement character in the case's own text.
  const got = result.error.message.replace(/\p{Cs}/gu, "\ufffd");

  if (result.error.name === name && got.includes(message)) return undefined;
  return `${result.error.name}: ${got} instead of ${want}`;
}

export function checkStack(result: WorkerTaskResult, kind: string, text: string): string | undefined {
  if (!result.error) return undefined;
  const stack = result.error.stack ?? "(no stack)";
  if (stack.includes(text) === (kind === "@")) return undefined;
  return `${text} ${kind === "@" ? "is not" : "must not be"} in the stack:\n${stack}`;
}

export function checkConsole(step: CaseStep, printed: string[]): string | undefined {
  const wanted = step.checks.filter((check) => check.kind === "#").map((check) => check.text);

  if (wanted.length === 0) return undefined;
  const want = wanted.filter((text) => text !== "none").join("\n");
  const got = printed.join("\n");
  return got === want ? undefined : `console:\n${got}\ninstead of\n${want}`;
}
