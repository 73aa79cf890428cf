// SPDX-License-Identifier: MIT
// Shows what a guest printed, as it comes. The pool bounds how much that can be; this bounds how
// much of it is on the page.
import type { ConsoleLine } from "../engine/task-record.js";
import { el } from "../dom.js";
import { count, harmless, shorten } from "../text.js";
import { inlineValue } from "../value/tree.js";

/** Lines before one has to ask for more, and how many more that brings. */
const PAGE_LINES = 100;
const MAX_TEXT = 10_000;

export class ConsoleView {
  readonly element = el("div", { class: "console", hidden: true });
  private readonly lines: readonly ConsoleLine[];
  private readonly list = el("ol", { "aria-label": "Console" });
  private readonly more = el("button", { type: "button", class: "link", hidden: true });
  private limit = PAGE_LINES;
  private shown = 0;

  constructor(lines: readonly ConsoleLine[]) {
    this.lines = lines;
    this.element.append(this.list, this.more);
    this.more.addEventListener("click", () => {
      this.limit += PAGE_LINES;
      this.update();
    });
    this.update();
  }

  /** Lines may have been added. */
  update(): void {
    const end = Math.min(this.lines.length, this.limit);
    for (; this.shown < end; this.shown++) this.list.append(lineView(this.lines[this.shown]!));
    this.element.hidden = this.lines.length === 0;
    this.more.hidden = this.lines.length <= this.limit;
    this.more.textContent = `${count(this.lines.length - end)} more lines`;
  }
}

function lineView({ level, args }: ConsoleLine): HTMLElement {
  // with spaces between, for who copies it
  const parts = args.flatMap((arg, i) => (i === 0 ? [argView(arg)] : [" ", argView(arg)]));
  return el(
    "li",
    { class: `level-${level}` },
    el("span", { class: "level" }, level),
    el("div", {}, ...parts),
  );
}

function argView(arg: unknown): HTMLElement {
  if (typeof arg !== "string") return inlineValue(arg);
  return el("span", { class: "console-text" }, harmless(shorten(arg, MAX_TEXT)));
}
