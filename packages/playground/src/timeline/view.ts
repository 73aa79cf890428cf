// SPDX-License-Identifier: MIT
// Draws a burst: a lane for each worker, a bar for each task, and above them how many wait.
// Elements stay from drawing to drawing, so that a tooltip or a click survives. What it shows is
// also there as a table (table.ts); to who cannot see it, it is one picture with a summary.
import { isPending, nameOf, times, type TaskRecord } from "../engine/task-record.js";
import { setAll, svg } from "../dom.js";
import { duration, plural } from "../text.js";
import { outcomes } from "../results/outcome.js";
import { lanesOf, spanOf, ticks, waitingSteps, type Burst } from "./model.js";

const LANE = 26;
const BAR = 18;
const LABEL = 76;
const TOP = 6;
const AXIS = 22;
const RIGHT = 12;
const MIN_BAR = 3;
const GAP = 1;
const TICK_WIDTH = 90;
/** A bar as wide as this has room for words. */
const SIGN_WIDTH = 16;
const NAME_WIDTH = 72;

interface Scale {
  readonly width: number;
  readonly from: number;
  readonly ms: number;
  x(at: number): number;
}

interface Bar {
  readonly group: SVGGElement;
  readonly rect: SVGRectElement;
  readonly text: SVGTextElement;
  readonly title: SVGTitleElement;
}

export class TimelineView {
  readonly element = svg("svg", { class: "timeline", role: "img" });
  private readonly onPick: (task: TaskRecord) => void;
  private readonly lanes = svg("g");
  private readonly queue = svg("g");
  private readonly axis = svg("g", { class: "axis" });
  private readonly barsGroup = svg("g");
  private bars = new Map<TaskRecord, Bar>();
  private burst: Burst | null = null;

  constructor(onPick: (task: TaskRecord) => void) {
    this.onPick = onPick;
    this.element.append(this.lanes, this.axis, this.queue, this.barsGroup);
  }

  draw(burst: Burst, width: number, now: number): void {
    if (burst !== this.burst) this.reset(burst);
    const ids = lanesOf(burst);
    const steps = waitingSteps(burst);
    const most = Math.max(0, ...steps.map((step) => step.waiting));
    const hasQueue = ids.length === 0 || isWorthALane(burst, now);
    const top = TOP + (hasQueue ? LANE : 0);
    const bottom = top + ids.length * LANE;
    const scale = newScale(burst, width, now);
    setAll(this.element, {
      width,
      height: bottom + AXIS,
      "aria-label": summary(burst, ids.length, now),
    });
    this.drawAxis(scale, bottom);
    this.drawLanes(ids, top, scale, hasQueue ? most : null);
    this.drawQueue(hasQueue ? steps : [], most, scale, now);
    const rows = new Map(ids.map((id, i) => [id, top + i * LANE]));
    for (const task of burst.tasks) this.drawTask(task, rows, scale, now);
  }

  private reset(burst: Burst): void {
    this.burst = burst;
    this.bars = new Map();
    this.barsGroup.replaceChildren();
  }

  private drawAxis(scale: Scale, bottom: number): void {
    const most = Math.max(2, Math.floor((scale.width - LABEL) / TICK_WIDTH));
    const marks = ticks(scale.ms, most).map((ms) => {
      const x = scale.x(scale.from + ms);
      return svg(
        "g",
        {},
        svg("line", { x1: x, x2: x, y1: TOP, y2: bottom + 4 }),
        svg("text", { x, y: bottom + 16, "text-anchor": "middle" }, tickLabel(ms)),
      );
    });
    this.axis.replaceChildren(...marks);
  }

  private drawLanes(ids: number[], top: number, scale: Scale, waiting: number | null): void {
    const lane = (y: number, label: string): SVGGElement =>
      svg(
        "g",
        { class: "lane" },
        svg("rect", {
          x: LABEL,
          y: y + 2,
          width: Math.max(0, scale.width - LABEL - RIGHT),
          height: LANE - 4,
          rx: 3,
        }),
        svg("text", { x: 0, y: y + LANE / 2 + 4 }, label),
      );
    const rows = ids.map((id, i) => lane(top + i * LANE, `worker ${id}`));
    if (waiting !== null) rows.unshift(lane(TOP, `waiting ≤${waiting}`));
    this.lanes.replaceChildren(...rows);
  }

  /** The number of waiting tasks as an area of steps. */
  private drawQueue(
    steps: { at: number; waiting: number }[],
    most: number,
    scale: Scale,
    now: number,
  ): void {
    if (steps.length === 0 || most === 0) {
      this.queue.replaceChildren();
      return;
    }
    const base = TOP + LANE - 4;
    const height = (waiting: number): number => base - (waiting / most) * (BAR - 2);
    let path = `M ${scale.x(steps[0]!.at)} ${base}`;
    for (const { at, waiting } of steps) path += ` H ${scale.x(at)} V ${height(waiting)}`;
    path += ` H ${scale.x(Math.min(now, scale.from + scale.ms))} V ${base} Z`;
    this.queue.replaceChildren(svg("path", { class: "queue", d: path }));
  }

  private drawTask(task: TaskRecord, rows: Map<number, number>, scale: Scale, now: number): void {
    const y = task.workerId === null ? undefined : rows.get(task.workerId);
    if (y === undefined || task.startedAt === null) return;
    const bar = this.barOf(task);
    const x = scale.x(task.startedAt);
    const width = Math.max(MIN_BAR, scale.x(task.endedAt ?? now) - x - GAP);
    setAll(bar.rect, { x, y: y + (LANE - BAR) / 2, width, height: BAR, rx: 3 });
    setAll(bar.text, { x: x + 5, y: y + LANE / 2 + 4 });
    bar.group.setAttribute("data-outcome", task.outcome);
    bar.group.classList.toggle("ended", !isPending(task));
    bar.text.textContent = barLabel(task, width);
    bar.title.textContent = barTitle(task, now);
  }

  private barOf(task: TaskRecord): Bar {
    const there = this.bars.get(task);
    if (there !== undefined) return there;
    const rect = svg("rect");
    const text = svg("text");
    const title = svg("title");
    const group = svg("g", { class: "bar" }, title, rect, text);
    group.addEventListener("click", () => this.onPick(task));
    const bar = { group, rect, text, title };
    this.bars.set(task, bar);
    this.barsGroup.append(group);
    return bar;
  }
}

function newScale(burst: Burst, width: number, now: number): Scale {
  const { from, to } = spanOf(burst, now);
  const ms = Math.max(to - from, 0.05);
  const inner = Math.max(1, width - LABEL - RIGHT);
  return { width, from, ms, x: (at) => LABEL + ((at - from) / ms) * inner };
}

/** A lane of waiting tasks is shown where any waits for longer than a message takes. */
function isWorthALane(burst: Burst, now: number): boolean {
  return burst.tasks.some((task) => (task.startedAt ?? task.endedAt ?? now) - task.submittedAt > 2);
}

function barLabel(task: TaskRecord, width: number): string {
  const { sign } = outcomes[task.outcome];
  if (width < SIGN_WIDTH) return "";
  return width < NAME_WIDTH ? sign : `${sign} ${nameOf(task)}`;
}

function barTitle(task: TaskRecord, now: number): string {
  const { runMs } = times(task, now);
  return `${nameOf(task)} ${task.note} ${outcomes[task.outcome].word}, ${duration(runMs)}`;
}

function tickLabel(ms: number): string {
  if (ms === 0) return "0";
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(2))} s` : `${Number(ms.toFixed(3))} ms`;
}

/** What the picture shows, in words. */
export function summary(burst: Burst, nlanes: number, now: number): string {
  const counts = new Map<string, number>();
  for (const { outcome } of burst.tasks) {
    const { word } = outcomes[outcome];
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const { from, to } = spanOf(burst, now);
  const parts = [...counts].map(([word, n]) => `${n} ${word}`);
  const more = burst.dropped > 0 ? ` (and ${burst.dropped} more, not drawn)` : "";
  const tasks = plural(burst.tasks.length, "task") + more;
  const workers = plural(nlanes, "worker");
  return `${tasks} on ${workers} in ${duration(to - from)}: ${parts.join(", ")}`;
}
