// SPDX-License-Identifier: MIT
// From nothing to a first result: fresh processes, one after the other, peers in turn. Told apart
// are importing the library, and from there (`newWorkerPool()` of ours) to the first result.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bench } from "./lib/bench.mjs";
import { firstLine, flagsOf } from "./lib/peers.mjs";
import { median } from "../lib/stopwatch.mjs";

const child = fileURLToPath(new URL("lib/cold-child.mjs", import.meta.url));
const run = promisify(execFile);
const peers = [
  "qjspool",
  "run",
  "quickjs-wasi",
  "quickjs-emscripten",
  "sebastianwessel-quickjs",
  "isolated-vm",
  "tinypool",
  "piscina",
  "workerpool",
];

async function start(name) {
  const { stdout } = await run(process.execPath, [...flagsOf(name), child, name]);
  return JSON.parse(stdout);
}

async function measure(report, rounds) {
  const starts = new Map();
  const failed = new Set();
  for (let round = 0; round < rounds; round++) {
    for (const name of peers.filter((peer) => !failed.has(peer))) {
      try {
        starts.set(name, [...(starts.get(name) ?? []), await start(name)]);
      } catch (error) {
        failed.add(name);
        report.missing(name, firstLine(error.stderr?.match(/^\w*Error.*$/m)?.[0] ?? error));
      }
    }
  }
  return starts;
}

await bench("Node: cold start", async (report, { quick }) => {
  const starts = await measure(report, quick ? 5 : 15);
  const of = (name, what) => median(starts.get(name).map((times) => times[what]));
  for (const [what, title] of [
    ["first", "library imported, to the first result"],
    ["imported", "importing the library"],
    ["total", "start of the process, to the first result"],
  ]) {
    report.heading(title);
    for (const name of peers.filter((peer) => starts.has(peer))) {
      report.row(`  ${name}`, of(name, what), "ms", 1);
    }
  }
  if (starts.has("qjspool")) {
    const what = "`newWorkerPool()` to the first result in a fresh process: at most 150 ms";
    report.promise(what, 150, "ms", of("qjspool", "first"), "atMost", 1);
  }
});
