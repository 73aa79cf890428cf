// SPDX-License-Identifier: MIT
// Shows why a task failed: name, message, frames that lead to the line, what came along, and what
// to do about a limit.
import { el, type Child } from "../dom.js";
import { harmless } from "../text.js";
import { valueTree } from "../value/tree.js";
import { parseStack, type Frame, type Position } from "./stack.js";

/** What is shown: a task's error, or one of the pool's. */
export interface ShownError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: unknown;
  readonly errors?: unknown[];
  readonly value?: unknown;
}

/** Leads to a place in a source; undefined: nobody knows that source. */
export type Navigate = (position: Position) => (() => void) | undefined;

const HINTS: Readonly<Record<string, string>> = {
  TimeoutError: "Only this task ended, others go on. The limit is in the options.",
  MemoryLimitError: "The limit is hard, ArrayBuffers included, and only this task was hurt.",
  DeadlockError: "The code awaits a promise, and nothing is left that could settle it.",
  DataCloneError: "Results are cloned, as by structuredClone: without functions and symbols.",
  WorkerCrashError:
    "Other tasks were not touched, and the worker was replaced. Of a session, the next run opens a new one.",
};

export function errorView(error: ShownError, navigate: Navigate): HTMLElement {
  const hint = HINTS[error.name];
  return el(
    "div",
    { class: "error" },
    el("p", { class: "error-head" }, el("strong", {}, harmless(error.name)), messageOf(error)),
    stackView(error.stack ?? "", navigate),
    ...extras(error),
    hint !== undefined && el("p", { class: "hint" }, hint),
  );
}

function messageOf(error: ShownError): Child {
  return error.message === "" ? null : `: ${harmless(error.message)}`;
}

function stackView(stack: string, navigate: Navigate): Child {
  const frames = parseStack(stack);
  if (frames.length === 0) return null;
  return el(
    "ol",
    { class: "stack" },
    ...frames.map((frame) => el("li", {}, frameView(frame, navigate))),
  );
}

function frameView({ text, position }: Frame, navigate: Navigate): Child {
  const go = position === null ? undefined : navigate(position);
  if (position === null || go === undefined) return harmless(text);
  const { filename, line, column } = position;
  const place = `${filename}:${line}:${column}`;
  const at = text.lastIndexOf(place);
  const button = el("button", { type: "button", class: "link", onclick: go }, place);
  button.title = `Go to line ${line}`;
  const span = el("span", {}, harmless(text.slice(0, at)), button, text.slice(at + place.length));
  return span;
}

/** What an error brings along: a cause, the errors of an AggregateError, a value that is none. */
function extras(error: ShownError): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const name of ["cause", "errors", "value"] as const) {
    if (!Object.hasOwn(error, name) || error[name] === undefined) continue;
    const title = name === "value" ? "thrown" : name;
    found.push(
      el(
        "div",
        { class: "extra" },
        el("span", { class: "v-key" }, `${title}: `),
        valueTree(error[name]),
      ),
    );
  }
  return found;
}

/** Something could not even be started: a pool, a session. */
export function failureCard(error: Error, navigate: Navigate): HTMLElement {
  const { name, message, stack = "" } = error;
  const badge = el("span", { class: "badge" }, "✕ not started");
  const view = errorView({ name, message, stack: guestPart(stack) }, navigate);
  const attributes = { class: "card", tabindex: -1, "data-outcome": "error" };
  return el("article", attributes, el("header", {}, badge), view);
}

/** The package puts the host's frames after the guest's, behind a word of its own. */
function guestPart(stack: string): string {
  const at = stack.indexOf("\nHost: ");
  return at < 0 ? "" : stack.slice(0, at);
}
