// SPDX-License-Identifier: MIT
// Shows a comparison: two bars to scale, and one sentence that says what they say.
import { tasksOf, type Comparison, type Phase } from "../engine/compare.js";
import type { TaskRecord } from "../engine/task-record.js";
import { el, type Child } from "../dom.js";
import { duration, plural } from "../text.js";
import { preview } from "../value/preview.js";
import { valueTree } from "../value/tree.js";
import { errorView, type Navigate } from "./error-view.js";
import { outcomes } from "./outcome.js";

/** Below this many milliseconds the time is that of messages, not of the code. */
const MIN_PHASE_MS = 20;

export function comparisonView(comparison: Comparison, navigate: Navigate): HTMLElement {
  const { sequential, parallel } = comparison;
  const failed = tasksOf(comparison).find((task) => task.outcome !== "ok");
  const card = el(
    "article",
    { class: "card comparison", tabindex: -1 },
    el(
      "header",
      {},
      el("span", { class: "badge" }, "⇉ compared"),
      el("strong", { class: "verdict" }, verdict(comparison)),
    ),
  );
  const longest = Math.max(sequential.ms, parallel?.ms ?? 0);
  card.append(phaseView("one after the other", sequential, longest));
  if (parallel !== null) card.append(phaseView("all at once", parallel, longest));
  if (failed?.error) card.append(errorView(failed.error, navigate));
  card.append(advice(comparison), valuesView(parallel ?? sequential));
  return card;
}

/** The times in words. */
export function verdict({
  sequential,
  parallel,
  parts,
  workers,
  isMultiThreaded,
}: Comparison): string {
  if (parallel === null) return "A task did not end with a value: there is nothing to compare.";
  const tasks = plural(parts, "task");
  const change = `${duration(sequential.ms)} → ${duration(parallel.ms)}`;
  if (!isMultiThreaded)
    return `${tasks} on the page's own thread: ${change}. Without workers nothing is parallel.`;
  const ratio = (sequential.ms / parallel.ms).toFixed(1);
  return `${ratio}× as fast: ${change}, ${tasks} on ${plural(workers, "worker")}`;
}

function phaseView(title: string, phase: Phase, longest: number): HTMLElement {
  const bar = el("span", { class: "meter-bar" });
  bar.style.setProperty("--part", String(phase.ms / longest));
  return el(
    "div",
    { class: "meter", "data-phase": phase.name },
    el("span", { class: "meter-name" }, title),
    el("span", { class: "meter-track", "aria-hidden": "true" }, bar),
    el("span", { class: "meter-time" }, duration(phase.ms)),
  );
}

function advice({ sequential, parallel }: Comparison): Child & HTMLElement {
  const isShort = parallel !== null && sequential.ms < MIN_PHASE_MS;
  const text = isShort
    ? "The tasks are too short to tell: what counts here is the way to the worker and back. Try the prime sieve."
    : "Each task finds its number in the globals part and parts. The speed-up ends at the number of processors.";
  return el("p", { class: "hint" }, text);
}

function valuesView(phase: Phase): HTMLElement {
  const details = el(
    "details",
    { class: "v-branch" },
    el("summary", {}, `The ${plural(phase.tasks.length, "result")}`),
  );
  const fill = (): void =>
    details.append(el("ul", { class: "v-rows" }, ...phase.tasks.map(resultRow)));
  details.addEventListener("toggle", fill, { once: true });
  return details;
}

function resultRow(task: TaskRecord): HTMLElement {
  const key = el("span", { class: "v-key" }, `${task.note}: `);
  if (task.outcome !== "ok") {
    const what = task.error === null ? "" : ` ${preview(task.error.message)}`;
    return el(
      "li",
      {},
      el("div", { class: "v-line" }, key, `${outcomes[task.outcome].word}${what}`),
    );
  }
  return el("li", {}, el("div", { class: "v-line" }, key, valueTree(task.value)));
}
