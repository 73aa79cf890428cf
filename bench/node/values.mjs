// SPDX-License-Identifier: MIT
// Large results. One megabyte of nested objects against structuredClone of the same value, in this
// one process; and a 64 MB typed array: its time, and how many copies of it lived at once.
import { readFileSync, writeFileSync } from "node:fs";
import { MessageChannel } from "node:worker_threads";
import { bench } from "./lib/bench.mjs";
import { nested } from "../lib/nested.mjs";
import { openPeer } from "./lib/peers.mjs";
import { median, now, takeTurns } from "../lib/stopwatch.mjs";

const mebibyte = 1024 * 1024;

/** What a worker's postMessage does to a value, without the worker: write, carry, read. */
function channel() {
  const { port1, port2 } = new MessageChannel();
  port2.unref();
  return (value) =>
    new Promise((resolve) => {
      port2.once("message", resolve);
      port1.postMessage(value);
    });
}

async function nestedResult(report, quick) {
  const value = nested();
  report.row("nested value, as JSON", JSON.stringify(value).length / mebibyte, "MiB");
  const post = channel();
  const clone = { once: async () => structuredClone(value) };
  const carried = { once: () => post(value) };
  const sides = [clone, carried];
  const { side, why } = await openPeer("qjspool", { size: 1 });
  let ours;
  if (side) {
    const session = await side.pool.createSession();
    await session.evalCode(`globalThis.value = (${nested})(); 0`);
    const { value: answer, error } = await session.evalCode("value");
    if (error || JSON.stringify(answer) !== JSON.stringify(value)) throw new Error("wrong value");
    ours = { once: () => session.evalCode("value") };
    sides.push(ours);
  }
  await takeTurns(sides, 2, { ms: 50, atLeast: 3 });
  const samples = await takeTurns(sides, quick ? 5 : 15, { ms: quick ? 50 : 200, atLeast: 3 });
  const cloned = median(samples.get(clone));
  report.row("structuredClone on the main thread", cloned, "ms");
  report.row("MessageChannel, there only, within one thread", median(samples.get(carried)), "ms");
  if (!ours) return report.missing("qjspool, the result of a session", why);
  const result = median(samples.get(ours));
  report.row("qjspool, the result of a session", result, "ms");
  const what = "1 MB of nested result: at most twice `structuredClone`";
  report.promise(what, 2, "times", result / cloned, "atMost");
}

const statusField = (name) => {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return Number(found[1]) * 1024;
};

/** Answers how far resident memory rose above its level before, at the highest, while `act` ran. */
async function peakOf(act) {
  globalThis.gc?.();
  writeFileSync("/proc/self/clear_refs", "5"); // Sets the peak back to what is resident now.
  const before = statusField("VmRSS");
  const kept = await act();
  const peak = statusField("VmHWM") - before;
  return { peak, kept };
}

async function typedArray(report, quick) {
  const size = 64 * mebibyte;
  const limits = { memoryLimitBytes: 256 * mebibyte, resultLimitBytes: 128 * mebibyte };
  const { side, why } = await openPeer("qjspool", { size: 1, ...limits });
  if (!side) return report.missing("qjspool, 64 MB of typed array", why);
  const session = await side.pool.createSession();
  await session.evalCode(`globalThis.big = new Uint8Array(${size}).fill(7); 0`);
  const times = [];
  const peaks = [];
  for (let round = 0; round < (quick ? 3 : 7); round++) {
    const begin = now();
    const { peak, kept } = await peakOf(() => session.evalCode("big"));
    times.push(now() - begin);
    peaks.push(peak);
    if (kept.error) throw new Error(kept.error.message);
    if (kept.value.length !== size || kept.value[size - 1] !== 7) throw new Error("wrong bytes");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const source = new Uint8Array(size).fill(7);
  const clone = await takeTurns([{ once: async () => structuredClone(source) }], 1, { ms: 100 });
  report.row("structuredClone of 64 MB", median([...clone.values()][0]), "ms");
  report.row("qjspool, 64 MB of typed array", median(times), "ms");
  report.row("  copies alive at once beside the guest's own, at the peak", Math.max(...peaks) / size, "");
  const what = "64 MB of typed array: no more than two copies";
  report.promise(what, 2.1, "copies", Math.max(...peaks) / size, "atMost");
}

await bench("Node: large results", async (report, { quick }) => {
  await nestedResult(report, quick);
  await typedArray(report, quick);
});
