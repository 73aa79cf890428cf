// SPDX-License-Identifier: MIT
// The pool's own lines, for who opens the fold. Nothing is drawn for who does not.
import { byId, el } from "./dom.js";

const MAX_LINES = 500;

export class LogPanel {
  private readonly lines: string[] = [];
  private readonly fold = byId<HTMLDetailsElement>("log");
  private readonly list = byId("log-lines");
  private isScheduled = false;

  constructor() {
    this.fold.addEventListener("toggle", () => this.schedule());
  }

  add(line: string): void {
    this.lines.push(line);
    if (this.lines.length > MAX_LINES * 2) this.lines.splice(0, MAX_LINES);
    if (this.fold.open) this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      if (!this.fold.open) return;
      this.list.replaceChildren(...this.lines.slice(-MAX_LINES).map((line) => el("li", {}, line)));
      this.list.scrollTop = this.list.scrollHeight;
    });
  }
}
