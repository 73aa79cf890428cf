// SPDX-License-Identifier: MIT
// The words and signs for how a task ended: the same on cards, in the timeline and its table. What
// colours say, these say too.
import { nameOf, times, type Outcome, type TaskRecord } from "../engine/task-record.js";
import { duration } from "../text.js";
import { preview } from "../value/preview.js";

interface Words {
  readonly sign: string;
  readonly word: string;
}

export const outcomes: Readonly<Record<Outcome, Words>> = {
  waiting: { sign: "…", word: "waiting" },
  running: { sign: "▸", word: "running" },
  ok: { sign: "✓", word: "done" },
  error: { sign: "✕", word: "error" },
  timeout: { sign: "◷", word: "timed out" },
  cancelled: { sign: "■", word: "cancelled" },
  crash: { sign: "⚡", word: "worker died" },
};

export const outcomeNames = Object.keys(outcomes) as Outcome[];

/** One sentence, to be read out. */
export function describeEnd(record: TaskRecord): string {
  const { word } = outcomes[record.outcome];
  const { runMs } = times(record, performance.now());
  const what =
    record.error === null ? preview(record.value) : `${record.error.name}, ${record.error.message}`;
  return `${nameOf(record)}: ${word}, ${what}, after ${duration(runMs)}`;
}
