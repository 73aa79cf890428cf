// SPDX-License-Identifier: MIT
// The timeline's place on the page: picture, legend, table, and the way back to earlier bursts.
// Draws while something runs, and otherwise only when something has changed.
import type { TaskRecord } from "../engine/task-record.js";
import { byId, el } from "../dom.js";
import { outcomeNames, outcomes } from "../results/outcome.js";
import { isLive, lanesOf, type Burst, type TimelineModel } from "./model.js";
import { timelineTable } from "./table.js";
import { summary, TimelineView } from "./view.js";

/**
 * Between two drawings: where there are few processors, what draws takes one from the workers. And
 * for those who want less to move.
 */
const FRAME_MS = 80;
const CALM_MS = 500;
/** Between two updates of an open table while tasks run. */
const TABLE_MS = 250;

export class TimelinePanel {
  private readonly model: TimelineModel;
  private readonly onPick: (task: TaskRecord) => void;
  private readonly view: TimelineView;
  private readonly place = byId("timeline");
  private readonly summary = byId("timeline-summary");
  private readonly table = byId<HTMLDetailsElement>("timeline-table");
  private readonly older = byId<HTMLButtonElement>("older");
  private readonly newer = byId<HTMLButtonElement>("newer");
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
  /** null: the newest. */
  private chosen: Burst | null = null;
  private isScheduled = false;
  private drawnAt = 0;
  private tableAt = 0;
  private tableOf: Burst | null = null;

  constructor(model: TimelineModel, onPick: (task: TaskRecord) => void) {
    this.model = model;
    this.onPick = onPick;
    this.view = new TimelineView(onPick);
    this.place.append(this.view.element);
    byId("legend").append(...legend());
    this.older.addEventListener("click", () => this.move(-1));
    this.newer.addEventListener("click", () => this.move(1));
    this.table.addEventListener("toggle", () => this.refresh());
    new ResizeObserver(() => this.refresh()).observe(this.place);
    this.refresh();
  }

  /** A new task: the newest burst is looked at again. */
  added(): void {
    this.chosen = null;
    this.refresh();
  }

  /** Draws with the next frame. */
  refresh(): void {
    this.tableOf = null;
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    const interval = this.calm.matches ? CALM_MS : FRAME_MS;
    const wait = this.drawnAt + interval - performance.now();
    const draw = (): void => void requestAnimationFrame(() => this.draw());
    if (wait > 0) setTimeout(draw, wait);
    else draw();
  }

  private get burst(): Burst | null {
    return this.chosen ?? this.model.bursts.at(-1) ?? null;
  }

  private draw(): void {
    this.isScheduled = false;
    const now = performance.now();
    this.drawnAt = now;
    const { burst } = this;
    this.place.hidden = burst === null;
    this.table.hidden = burst === null;
    this.updateButtons(burst);
    if (burst === null) return;
    this.view.draw(burst, this.place.clientWidth, now);
    this.summary.textContent = summary(burst, lanesOf(burst).length, now);
    if (this.table.open) this.drawTable(burst, now);
    if (isLive(burst)) this.schedule();
  }

  private drawTable(burst: Burst, now: number): void {
    if (this.tableOf === burst && now - this.tableAt < TABLE_MS) return;
    const hadFocus = this.table.querySelector("table")?.contains(document.activeElement);
    if (hadFocus && isLive(burst)) return; // not under somebody's fingers
    this.tableOf = burst;
    this.tableAt = now;
    this.table.querySelector("table")?.remove();
    this.table.append(timelineTable(burst, now, this.onPick));
  }

  private move(by: number): void {
    const { bursts } = this.model;
    const at = this.burst === null ? -1 : bursts.indexOf(this.burst);
    this.chosen = bursts[Math.min(Math.max(0, at + by), bursts.length - 1)] ?? null;
    this.refresh();
  }

  /** A button keeps the focus when there is nothing more that way. */
  private updateButtons(burst: Burst | null): void {
    const { bursts } = this.model;
    const at = burst === null ? -1 : bursts.indexOf(burst);
    this.older.setAttribute("aria-disabled", String(at <= 0));
    this.newer.setAttribute("aria-disabled", String(at < 0 || at === bursts.length - 1));
  }
}

function legend(): HTMLElement[] {
  return outcomeNames
    .filter((name) => name !== "waiting")
    .map((name) => {
      const { sign, word } = outcomes[name];
      return el(
        "li",
        { "data-outcome": name },
        el("span", { class: "swatch", "aria-hidden": "true" }, sign),
        word,
      );
    });
}
