// SPDX-License-Identifier: MIT
// What is left over: resident memory over a million tasks, and threads, ports and memory after
// thousands of pools. `--tasks N` and `--pools N` set the counts (10,000 pools take five minutes).
import { readdirSync } from "node:fs";
import { bench } from "./lib/bench.mjs";
import { firstLine } from "./lib/peers.mjs";
import { median, now } from "../lib/stopwatch.mjs";
import { smallTask } from "../lib/tasks.mjs";

const mebibyte = 1024 * 1024;
const rss = () => process.memoryUsage.rss() / mebibyte;
const threads = () => readdirSync("/proc/self/task").length;
const handles = () => process.getActiveResourcesInfo().filter((kind) => /Worker|MessagePort/.test(kind)).length;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `count` tasks, 64 in flight; answers resident memory, sampled 400 times on the way. */
async function manyTasks(pool, count) {
  const samples = [];
  const every = Math.ceil(count / 400);
  let begun = 0;
  async function lane() {
    while (begun < count) {
      if (begun++ % every === 0) samples.push(rss());
      const { value } = await pool.evalCode(smallTask.script);
      if (value !== smallTask.expected) throw new Error(`wrong value: ${value}`);
    }
  }
  await Promise.all(Array.from({ length: 64 }, lane));
  return samples;
}

async function tasks(report, { newWorkerPool }, count) {
  const pool = await newWorkerPool({ poolSize: 2, preWarm: true });
  await manyTasks(pool, count); // V8's young generation grows for about a million tasks.
  const begin = now();
  const samples = await manyTasks(pool, count);
  pool.dispose();
  report.row("tasks", count, "", 0);
  report.row("  rate", count / ((now() - begin) / 1000), "tasks/s", 0);
  const quarter = samples.length >> 2;
  const [first, last] = [median(samples.slice(0, quarter)), median(samples.slice(-quarter))];
  report.row("  resident memory, first quarter", first, "MiB");
  report.row("  resident memory, last quarter", last, "MiB");
  if (count < 1_000_000) return; // Too few to tell a leak from a heap that finds its size.
  const what = `${count.toLocaleString("en")} tasks: resident memory of the last quarter within 5 % of the first`;
  report.promise(what, 5, "% more", (last / first - 1) * 100, "atMost", 1);
}

/** Waits until no more threads and handles are there than `before`, 5 s at most. */
async function settled(before) {
  for (const end = now() + 5000; now() < end; await pause(5)) {
    if (threads() <= before.threads && handles() <= before.handles) return;
  }
}

async function pools(report, { newWorkerPool }, count) {
  const once = async (i) => {
    const pool = await newWorkerPool({ poolSize: 1 });
    const { value } = await pool.evalCode(`${i} + 1`);
    if (value !== i + 1) throw new Error(`pool ${i}: wrong value ${value}`);
    pool.dispose();
  };
  for (let i = 0; i < Math.min(600, count); i++) await once(i); // malloc's arenas find their size.
  await pause(200);
  const before = { threads: threads(), handles: handles() };
  const samples = [];
  const begin = now();
  for (let i = 0; i < count; i++) {
    await once(i);
    if (i % Math.ceil(count / 40) !== 0) continue;
    await pause(20);
    globalThis.gc?.(); // Rings of pools that are gone are garbage until then, a few at a time.
    samples.push(rss());
  }
  const each = (now() - begin) / count;
  await settled(before);
  report.row("pools made, used once and disposed", count, "", 0);
  report.row("  each", each, "ms");
  const quarter = Math.max(1, samples.length >> 2);
  const [first, last] = [median(samples.slice(0, quarter)), median(samples.slice(-quarter))];
  report.row("  resident memory, first quarter", first, "MiB");
  report.row("  resident memory, last quarter", last, "MiB");
  const pools = `${count.toLocaleString("en")} pools made and disposed`;
  const left = Math.max(0, threads() - before.threads) + Math.max(0, handles() - before.handles);
  report.promise(`${pools}: threads and ports left over`, 0, "", left, "atMost", 0);
  if (count < 1000) return;
  const grown = (last / first - 1) * 100;
  report.promise(`${pools}: resident memory within 10 %`, 10, "% more", grown, "atMost", 1);
}

const counts = { tasks: { type: "string" }, pools: { type: "string" } };

await bench("Node: a million tasks, thousands of pools", async (report, options) => {
  let library;
  try {
    library = await import("qjspool");
  } catch (error) {
    return report.missing("qjspool", firstLine(error));
  }
  await pools(report, library, Number(options.pools ?? (options.quick ? 50 : 2000)));
  await tasks(report, library, Number(options.tasks ?? (options.quick ? 50_000 : 1_000_000)));
}, counts);
