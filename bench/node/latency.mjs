// SPDX-License-Identifier: MIT
// One small task at a time, from the call to the result, in a clean realm each time, with every
// pool warm. All sides take turns in this one process (isolated-vm in a child of it).
import { bench } from "./lib/bench.mjs";
import { openPeer } from "./lib/peers.mjs";
import { median, quantile, takeTurns } from "../lib/stopwatch.mjs";
import { check, smallTask, tinyTask } from "../lib/tasks.mjs";

const peers = [
  ["qjspool", "qjspool"],
  ["run", "run (fresh context in a worker)"],
  ["quickjs-wasi", "quickjs-wasi, restore + eval, main thread"],
  ["quickjs-emscripten", "quickjs-emscripten, newContext + eval, main thread"],
  ["sebastianwessel-quickjs", "@sebastianwessel/quickjs, main thread"],
  ["isolated-vm", "isolated-vm, new context in a warm isolate (V8)"],
  ["tinypool", "tinypool + vm.runInNewContext (no sandbox)"],
  ["piscina", "piscina + vm.runInNewContext (no sandbox)"],
  ["workerpool", "workerpool + vm.runInNewContext (no sandbox)"],
];

/** Opens what can be opened, and tells of the rest. */
async function openAll(report, only) {
  const sides = [];
  for (const [name, title] of peers) {
    if (only && !only.split(",").includes(name)) continue;
    const { side, why } = await openPeer(name, { size: 2 });
    if (!side) report.missing(title, why);
    else sides.push({ name, title, side });
  }
  return sides;
}

async function measureTask(task, sides, { quick }) {
  const turns = sides.map(({ side, name }) => ({
    name,
    once: () => side.evaluate(task),
    round: side.round ? (budget) => side.round(task, budget) : undefined,
  }));
  for (const { side } of sides) await check(side, task);
  // V8 compiles the hot parts of a Wasm module a second time, in the background.
  await takeTurns(turns, 3, { ms: 400, atLeast: 5 });
  const samples = await takeTurns(turns, quick ? 5 : 15, { ms: quick ? 60 : 200, atLeast: 5 });
  return new Map([...samples].map(([turn, taken]) => [turn.name, taken]));
}

function promises(report, samples) {
  if (!samples.has("qjspool")) return;
  const ours = median(samples.get("qjspool"));
  report.promise("small task, clean realm, warm pool: at most 0.12 ms", 0.12, "ms", ours, "atMost", 3);
  for (const [peer, what, times] of [
    ["run", "`run`", 100],
    ["quickjs-wasi", "`quickjs-wasi` restore + eval", 15],
    ["tinypool", "`tinypool` + `vm.runInNewContext`", 5],
  ]) {
    if (!samples.has(peer)) continue;
    const ratio = median(samples.get(peer)) / ours;
    report.promise(`at least ${times} times faster than ${what}`, times, "times", ratio, "atLeast", 1);
  }
}

await bench("Node: one task at a time, clean realm", async (report, options) => {
  const sides = await openAll(report, options.only);
  for (const task of [smallTask, tinyTask]) {
    const samples = await measureTask(task, sides, options);
    report.heading(`${task === smallTask ? "small" : "tiny"} task: ${task.script}`);
    for (const { name, title } of sides) {
      report.row(`  ${title}`, median(samples.get(name)), "ms", 3);
      if (name !== "qjspool") continue;
      report.row("    of them 95 % within", quantile(samples.get(name), 0.95), "ms", 3);
    }
    if (task === smallTask) promises(report, samples);
  }
});
