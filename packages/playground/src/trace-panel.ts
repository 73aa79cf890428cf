// SPDX-License-Identifier: MIT
// What the pool tells of its work, for who opens the fold, and as a file. Nothing is drawn for who
// does not.
import type { ConsoleLevel, TraceEvent } from "qjspool";
import { byId, el } from "./dom.js";
import { harmless } from "./text.js";
import { preview } from "./value/preview.js";

/** Kept, and saved. */
const MAX_EVENTS = 20_000;
const MAX_LINES = 300;
const FILE = "qjspool-trace.json";

export class TracePanel {
  private readonly events: TraceEvent[] = [];
  private readonly lines: string[] = [];
  private readonly fold = byId<HTMLDetailsElement>("trace");
  private readonly list = byId("trace-lines");
  private isScheduled = false;

  constructor() {
    this.fold.addEventListener("toggle", () => this.schedule());
    byId("save-trace").addEventListener("click", () => this.save());
  }

  add(event: TraceEvent): void {
    keep(this.events, event, MAX_EVENTS);
    if (event.ph !== "M") this.addLine(event.ts / 1000, describe(event));
  }

  /** What bootstrap code printed: it belongs to no task. */
  addConsole(level: ConsoleLevel, args: readonly unknown[]): void {
    const text = args.map((arg) => (typeof arg === "string" ? arg : preview(arg))).join(" ");
    this.addLine(performance.now(), `bootstrap code, console.${level}: ${text}`);
  }

  private addLine(ms: number, text: string): void {
    keep(this.lines, `${ms.toFixed(1).padStart(9)} ms  ${harmless(text)}`, MAX_LINES);
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled || !this.fold.open) return;
    this.isScheduled = true;
    requestAnimationFrame(() => {
      this.isScheduled = false;
      this.list.replaceChildren(...this.lines.map((line) => el("li", {}, line)));
      this.list.scrollTop = this.list.scrollHeight;
    });
  }

  private save(): void {
    const file = new Blob([JSON.stringify({ traceEvents: this.events })], {
      type: "application/json",
    });
    const href = URL.createObjectURL(file);
    el("a", { href, download: FILE }).click();
    URL.revokeObjectURL(href);
  }
}

/** Drops the older half when there are too many. */
function keep<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, Math.floor(most / 2));
}

function describe({ ph, name, tid, args = {} }: TraceEvent): string {
  const worker = `worker ${tid}`;
  switch (ph) {
    case "B":
      return `${worker} begins ${name}: ${args.code ?? ""}`;
    case "E":
      return `${worker} ends ${name}: ${args.outcome ?? ""}`;
    default:
      return `${worker} ${name}${args.reason === undefined ? "" : `: ${args.reason}`}`;
  }
}
