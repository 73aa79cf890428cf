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

export function checkStack(
  result: WorkerTaskResult,
  kind: string,
  text: string,
): string | undefined {
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

/**
 * The host's stack may end before the guest's limit: such a task fails with the same RangeError,
 * which the guest cannot catch (js-api.md). With much stack the frames of Wasm also reach depths
 * that native ones do not. Node's workers alone get a stack that fits the usual limit.
 */
export function endedByHostStack(step: CaseStep, result: WorkerTaskResult): boolean {
  const [check] = step.checks;
  const wantsOverflow = check!.text.startsWith("RangeError: Maximum call stack");
  if (check!.kind === ">") return result.error?.name === "RangeError";
  return wantsOverflow && !result.error;
}
