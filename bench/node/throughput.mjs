// SPDX-License-Identifier: MIT
// Tasks per second through two workers: sixteen in flight, and 20,000 submitted at once. The peers'
// tasks are no-ops of theirs, with no JavaScript engine in between; ours are evaluated in a sandbox.
import { bench } from "./lib/bench.mjs";
import { openPeer } from "./lib/peers.mjs";
import { median, rateAtOnce, rateInFlight } from "../lib/stopwatch.mjs";
import { smallTask, tinyTask } from "../lib/tasks.mjs";

const inFlight = 16;
const atOnce = 20_000;

async function openSides(report) {
  const sides = [];
  const add = (key, title, submit) => sides.push({ key, title, submit, inFlight: [], atOnce: [] });
  for (const isolation of ["task", "worker"]) {
    const { side, why } = await openPeer("qjspool", { size: 2, isolation });
    if (!side) {
      report.missing(`qjspool, isolation ${isolation}`, why);
      continue;
    }
    for (const task of [tinyTask, smallTask]) {
      if (task === smallTask && isolation === "worker") continue; // Its `const` is declared once.
      const title = `qjspool, isolation ${isolation}, ${task.name}`;
      add(`${isolation} ${task.name}`, title, () => side.pool.evalCode(task.script));
    }
  }
  for (const name of ["tinypool", "piscina", "workerpool"]) {
    const { side, why } = await openPeer(name, { size: 2 });
    if (side) add(name, `${name}, no-op`, side.noop);
    else report.missing(name, why);
  }
  return sides;
}

async function measure(sides, quick) {
  const rounds = quick ? 7 : 21;
  for (let round = -2; round < rounds; round++) {
    for (const side of sides) {
      const flying = await rateInFlight(side.submit, inFlight, quick ? 150 : 300);
      const flood = await rateAtOnce(side.submit, atOnce);
      if (round < 0) continue; // Warm-up.
      side.inFlight.push(flying);
      side.atOnce.push(flood);
    }
  }
}

function promises(report, rates) {
  const floor = rates.get("tinypool");
  const tiny = rates.get(`task ${tinyTask.name}`);
  const shared = rates.get(`worker ${tinyTask.name}`);
  if (!floor || !tiny || !shared) return;
  const of = (what, times, ratio) => report.promise(what, times, "times", ratio, "atLeast");
  const against = "of `tinypool`'s no-op";
  const clean = tiny.inFlight / floor.inFlight;
  of(`16 in flight, clean realm: at least 1.8 times the rate ${against}`, 1.8, clean);
  const kept = shared.inFlight / floor.inFlight;
  of("the same with `isolation: \"worker\"`: at least 3 times", 3, kept);
  const flood = shared.atOnce / floor.atOnce;
  of(`20,000 at once, isolation worker: at least 4 times ${against}, 20,000 at once`, 4, flood);
}

await bench("Node: many tasks, two workers", async (report, { quick }) => {
  const sides = await openSides(report);
  await measure(sides, quick);
  const rates = new Map();
  for (const kind of ["inFlight", "atOnce"]) {
    report.heading(kind === "inFlight" ? "16 tasks in flight" : "20,000 tasks at once");
    for (const side of sides) {
      report.row(`  ${side.title}`, median(side[kind]), "tasks/s", 0);
      rates.set(side.key, { ...rates.get(side.key), [kind]: median(side[kind]) });
    }
  }
  promises(report, rates);
});
