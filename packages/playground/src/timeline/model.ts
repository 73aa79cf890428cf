// SPDX-License-Identifier: MIT
// Tasks in time. They come in bursts: from when something is started until nothing runs. One burst
// is looked at at a time, so that a task of half a millisecond is seen as well as one of ten
// seconds. Knows no DOM.
import { isPending, type TaskRecord } from "../engine/task-record.js";

const MAX_BURSTS = 50;
/** More are counted, and not drawn. */
const MAX_TASKS = 1000;

export interface Burst {
  readonly number: number;
  readonly tasks: TaskRecord[];
  /** Workers that were there when it began. */
  readonly workers: readonly number[];
  dropped: number;
}

/** How many tasks wait, from `at` on. */
export interface Step {
  readonly at: number;
  readonly waiting: number;
}

export class TimelineModel {
  readonly bursts: Burst[] = [];
  private nbursts = 0;
  /** Held open: what is started in between belongs together. */
  private isGrouped = false;
  private readonly workersNow: () => readonly number[];

  constructor(workersNow: () => readonly number[]) {
    this.workersNow = workersNow;
  }

  /** Returns the burst that it belongs to. */
  add(record: TaskRecord): Burst {
    let burst = this.bursts.at(-1);
    if (burst === undefined || !this.isOpen(burst)) burst = this.newBurst();
    if (burst.tasks.length < MAX_TASKS) burst.tasks.push(record);
    else burst.dropped++;
    return burst;
  }

  /** One burst for all that `run` starts. */
  async group<T>(run: () => Promise<T>): Promise<T> {
    this.newBurst();
    this.isGrouped = true;
    try {
      return await run();
    } finally {
      this.isGrouped = false;
      this.dropEmpty();
    }
  }

  private isOpen(burst: Burst): boolean {
    return this.isGrouped || burst.tasks.some(isPending);
  }

  private newBurst(): Burst {
    const burst: Burst = {
      number: ++this.nbursts,
      tasks: [],
      workers: this.workersNow(),
      dropped: 0,
    };
    this.bursts.push(burst);
    if (this.bursts.length > MAX_BURSTS) this.bursts.shift();
    return burst;
  }

  private dropEmpty(): void {
    if (this.bursts.at(-1)?.tasks.length !== 0) return;
    this.bursts.pop();
    this.nbursts--;
  }
}

export function isLive(burst: Burst): boolean {
  return burst.tasks.some(isPending);
}

/** From the first submission to the last end; to `now` while it goes on. */
export function spanOf(burst: Burst, now: number): { from: number; to: number } {
  const from = burst.tasks[0]?.submittedAt ?? now;
  let to = from;
  for (const task of burst.tasks) to = Math.max(to, task.endedAt ?? now);
  return { from, to };
}

/** Workers that had a task of it, or could have; by number. */
export function lanesOf(burst: Burst): number[] {
  const ids = new Set(burst.workers);
  for (const { workerId } of burst.tasks) if (workerId !== null) ids.add(workerId);
  return [...ids].sort((a, b) => a - b);
}

export function waitingSteps(burst: Burst): Step[] {
  const changes: [at: number, by: number][] = [];
  for (const { submittedAt, startedAt, endedAt } of burst.tasks) {
    changes.push([submittedAt, 1]);
    const end = startedAt ?? endedAt;
    if (end !== null) changes.push([end, -1]);
  }
  changes.sort(([a], [b]) => a - b);
  let waiting = 0;
  return changes.map(([at, by]) => ({ at, waiting: (waiting += by) }));
}

/** Times for an axis: round ones, `most` at most. */
export function ticks(ms: number, most: number): number[] {
  if (!(ms > 0)) return [0];
  const rough = ms / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!;
  return Array.from({ length: Math.floor(ms / step) + 1 }, (_, i) => i * step);
}
