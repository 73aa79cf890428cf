// SPDX-License-Identifier: MIT
// A burst as a table: what the picture shows, for reading and for the keyboard.
import { isPending, nameOf, times, type TaskRecord } from "../engine/task-record.js";
import { el } from "../dom.js";
import { duration } from "../text.js";
import { outcomes } from "../results/outcome.js";
import type { Burst } from "./model.js";

const HEADS = ["Task", "Worker", "Waited", "Ran", "Outcome"];

export function timelineTable(
  burst: Burst,
  now: number,
  onPick: (task: TaskRecord) => void,
): HTMLElement {
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...HEADS.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...burst.tasks.map((task) => row(task, now, onPick))),
  );
}

function row(task: TaskRecord, now: number, onPick: (task: TaskRecord) => void): HTMLElement {
  const { waitMs, runMs } = times(task, now);
  const { sign, word } = outcomes[task.outcome];
  const pick = el(
    "button",
    { type: "button", class: "link", onclick: () => onPick(task) },
    nameOf(task),
  );
  const more = task.note === "" ? "" : ` ${task.note}`;
  return el(
    "tr",
    { "data-outcome": task.outcome },
    el("th", { scope: "row" }, pick, more),
    el("td", {}, task.workerId === null ? "–" : String(task.workerId)),
    el(
      "td",
      {},
      duration(isPending(task) && task.startedAt === null ? now - task.submittedAt : waitMs),
    ),
    el("td", {}, task.startedAt === null ? "–" : duration(runMs)),
    el("td", {}, `${sign} ${word}`),
  );
}
