// SPDX-License-Identifier: MIT
// One task's card: how it ended, its value or error, what it printed. Follows the task while it
// runs.
import { isPending, nameOf, times, type TaskRecord } from "../engine/task-record.js";
import { el, type Child } from "../dom.js";
import { duration, harmless, shorten } from "../text.js";
import { valueTree } from "../value/tree.js";
import { ConsoleView } from "./console-view.js";
import { errorView, type Navigate } from "./error-view.js";
import { outcomes } from "./outcome.js";

/** Waiting below this is how long messages take; not worth a word. */
const MIN_WAIT_MS = 1;
const MAX_TITLE = 60;

export class Card {
  readonly element = el("article", { class: "card", tabindex: -1 });
  private readonly record: TaskRecord;
  private readonly navigate: Navigate;
  private readonly badge = el("span", { class: "badge" });
  private readonly facts = el("span", { class: "facts" });
  private readonly cancel: HTMLButtonElement;
  private readonly body = el("div", { class: "card-body" });
  private readonly console: ConsoleView;

  constructor(record: TaskRecord, navigate: Navigate, extra: Child = null) {
    this.record = record;
    this.navigate = navigate;
    this.console = new ConsoleView(record.console);
    this.cancel = el("button", { type: "button", class: "link", onclick: record.cancel }, "Cancel");
    const title = el("code", { class: "title" }, titleOf(record.origin.code));
    const head = el("header", {}, this.badge, title, this.facts, this.cancel);
    this.element.append(head);
    if (extra) this.element.append(extra);
    this.element.append(this.console.element, this.body);
    this.update();
  }

  update(): void {
    const { record } = this;
    const { sign, word } = outcomes[record.outcome];
    const isOver = !isPending(record) && record.outcome !== "running";
    this.element.dataset["outcome"] = record.outcome;
    this.badge.textContent = `${sign} ${word}`;
    this.facts.textContent = factsOf(record);
    this.cancel.hidden = isOver;
    this.cancel.setAttribute("aria-label", `Cancel ${nameOf(record)}`);
    this.console.update();
    if (isOver && this.body.childElementCount === 0) this.body.append(this.outcomeView());
  }

  private outcomeView(): HTMLElement {
    const { error, value } = this.record;
    if (error !== null) return errorView(error, this.navigate);
    return el("div", { class: "value" }, valueTree(value));
  }
}

function factsOf(record: TaskRecord): string {
  const parts = [nameOf(record)];
  if (record.workerId !== null) parts.push(`worker ${record.workerId}`);
  if (!isPending(record)) {
    const { waitMs, runMs } = times(record, record.endedAt!);
    if (record.startedAt !== null) parts.push(duration(runMs));
    if (waitMs >= MIN_WAIT_MS) parts.push(`waited ${duration(waitMs)}`);
  }
  return parts.join(" · ");
}

/** The first line that says something. */
function titleOf(code: string): string {
  const lines = code.split("\n").map((line) => line.trim());
  const line = lines.find((text) => text !== "" && !text.startsWith("//")) ?? lines[0] ?? "";
  return harmless(shorten(line, MAX_TITLE));
}
