// SPDX-License-Identifier: MIT
// The package at work: scores packages of this machine's package index on one worker, on all, and
// on the calling thread, with a lane for each worker while it runs; then hostile tasks among
// ordinary ones. Uses the built package as a user would; knows nothing of how it works.
//
//     node scripts/demo-node.mjs
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { getDefaultPoolSize, newWorkerPool } from "../packages/qjspool/dist/index.js";

const RECORDS = 24_000; // of some 60,000, evenly spaced: a few seconds for one worker
const PER_TASK = 40;
const score = readFileSync(new URL("../examples/demo/score.js", import.meta.url), "utf8");

// ---- the data ----

/** One stanza of text for each package. */
function readIndex() {
  let text = "";
  try {
    text = execFileSync("apt-cache", ["dumpavail"], { encoding: "utf8", maxBuffer: 1 << 29 });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  const stanzas = text.split("\n\n").filter(Boolean);
  if (stanzas.length < RECORDS) {
    console.error("demo: needs the lists of Debian's package index: apt-get update, then again");
    process.exit(1);
  }
  return stanzas;
}

function pick(stanzas, count) {
  return Array.from({ length: count }, (_, i) => stanzas[Math.floor((i * stanzas.length) / count)]);
}

function chunksOf(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

// ---- lanes: what each worker does, redrawn ten times a second ----

/** On a terminal, a bar for each worker while a run lasts. Elsewhere it prints nothing. */
class Lanes {
  #isLive = process.stdout.isTTY === true;
  #label;
  #total;
  #workers;
  #lines = 0;
  #drawnAt = 0;
  #begin = performance.now();

  constructor(label, names, total) {
    this.#label = label;
    this.#total = total;
    this.#workers = names.map((name) => ({ name, tasks: 0, records: 0, recent: [] }));
    this.#draw();
  }

  /** A worker has done one more task. */
  count(workerId, records) {
    const now = performance.now();
    const worker = this.#workers[(workerId - 1) % this.#workers.length];
    worker.tasks++;
    worker.records += records;
    worker.recent.push({ now, records });
    if (now - this.#drawnAt >= 100) this.#draw();
  }

  /** Leaves nothing on the screen. */
  end() {
    if (this.#isLive) process.stdout.write(this.#home());
  }

  #home() {
    const up = this.#lines > 0 ? `\x1b[${this.#lines}A` : "";
    this.#lines = 0;
    return `${up}\r\x1b[J`;
  }

  #draw() {
    if (!this.#isLive) return;
    this.#drawnAt = performance.now();
    const done = this.#workers.reduce((sum, { records }) => sum + records, 0);
    const seconds = ((this.#drawnAt - this.#begin) / 1000).toFixed(1);
    const lines = [
      `  ${this.#label}: ${percent(done / this.#total)} after ${seconds} s`,
      ...this.#workers.map((worker) => this.#lane(worker)),
    ];
    process.stdout.write(`${this.#home()}${lines.join("\n")}\n`);
    this.#lines = lines.length;
  }

  #lane({ name, tasks, records, recent }) {
    const share = Math.min(1, (records * this.#workers.length) / this.#total);
    while (recent.length > 0 && recent[0].now < this.#drawnAt - 1000) recent.shift();
    const seconds = Math.min(1, (this.#drawnAt - this.#begin) / 1000);
    const pace = Math.round(recent.reduce((sum, one) => sum + one.records, 0) / seconds).toString();
    const numbers = `${tasks.toString().padStart(6)} tasks ${pace.padStart(6)} records/s`;
    const width = Math.max(10, Math.min(60, screenWidth() - numbers.length - 16));
    return `  ${name.padEnd(11)} ${bar(share, width)} ${numbers}`;
  }
}

/** Eighths of a cell, so that a bar moves smoothly. */
function bar(share, width) {
  const eighths = Math.round(share * width * 8);
  const full = "█".repeat(eighths >> 3);
  const part = eighths % 8 === 0 ? "" : " ▏▎▍▌▋▊▉"[eighths % 8];
  return `\x1b[36m${full}${part}\x1b[2m${"·".repeat(width - full.length - part.length)}\x1b[0m`;
}

const screenWidth = () => Math.min(110, process.stdout.columns || 110);
const fit = (text, width) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
const percent = (share) => `${Math.round(share * 100)} %`;

// ---- the work ----

/** Scores all stanzas. Each task reports itself by console, whose info names the worker. */
async function run(label, stanzas, perTask, options) {
  const names = options.forceSingleThreaded
    ? ["this thread"]
    : Array.from({ length: options.poolSize }, (_, i) => `worker ${i + 1}`);
  const lanes = new Lanes(label, names, stanzas.length);
  const pool = await newWorkerPool({
    preWarm: true,
    defaultTimeout: 10_000,
    bootstrapCode: `globalThis.score = ${score}`,
    onConsole: (_level, [records], { workerId }) => lanes.count(workerId, records),
    ...options,
  });
  const code = `
    const scored = stanzas.map((stanza) => JSON.stringify(score({ stanza })));
    console.debug(scored.length);
    scored.join("\\n")`;

  const begin = performance.now();
  const tasks = chunksOf(stanzas, perTask).map((chunk) => ({ code, globals: { stanzas: chunk } }));
  const results = await pool.evalCodeBatch(tasks);
  const seconds = (performance.now() - begin) / 1000;
  await pool.close();
  lanes.end();

  const failed = results.find(({ error }) => error);
  assert.ok(!failed, failed && `${failed.error.name}: ${failed.error.message}`);
  return {
    label,
    seconds,
    tasks: tasks.length,
    output: results.map(({ value }) => value).join("\n"),
  };
}

async function compare(stanzas, cores) {
  const runs = [];
  const show = (one) => {
    runs.push(one);
    const { label, seconds, tasks } = one;
    const numbers = [
      seconds.toFixed(2).padStart(9),
      Math.round(tasks / seconds)
        .toString()
        .padStart(9),
      Math.round(stanzas.length / seconds)
        .toString()
        .padStart(11),
      `${(runs[0].seconds / seconds).toFixed(2)}x`.padStart(9),
    ];
    console.log(`  ${label.padEnd(37)}${numbers.join("")}`);
  };
  console.log("  run                                    seconds  tasks/s  records/s speed-up");
  show(await run("1 worker", stanzas, PER_TASK, { poolSize: 1 }));
  show(await run(`${cores} workers`, stanzas, PER_TASK, { poolSize: cores }));
  show(await run(`${cores} workers, a task for each record`, stanzas, 1, { poolSize: cores }));
  show(await run("the calling thread", stanzas, PER_TASK, { forceSingleThreaded: true }));
  for (const { label, output } of runs) assert.equal(output, runs[0].output, `${label} differs`);
  console.log("  The four outputs are the same, byte for byte; every realm was clean.");
}

// ---- attacks among ordinary tasks ----

const attacks = new Map([
  [100, "for (;;) {}"],
  [300, "const a = []; for (;;) a.push(new Uint8Array(1e6))"],
  [500, "Array.prototype.map = Math.sqrt = JSON.stringify = () => 666; 'patched'"],
  [600, "this.constructor.constructor('return process')().exit(1)"],
  [700, "(function f() { f() })()"],
  [800, "'x'.repeat(1e8)"],
  [900, "await new Promise(() => {})"],
]);

/** What the ordinary tasks compute, over there and here. */
const rootOf = (n) => Math.round(Math.sqrt(n) * 100) / 100;

async function attack() {
  const pool = await newWorkerPool({ defaultTimeout: 500, preWarm: true });
  const begin = performance.now();
  const results = await Promise.all(
    Array.from({ length: 1000 }, (_, n) => pool.evalCode(attacks.get(n) ?? `(${rootOf})(${n})`)),
  );
  const seconds = (performance.now() - begin) / 1000;
  await pool.close();

  for (const [n, code] of attacks) {
    const { value, error } = results[n];
    const outcome = error ? `${error.name}: ${error.message}` : String(value);
    console.log(fit(`  ${fit(code, 36).padEnd(36)}  ${outcome}`, screenWidth()));
  }
  const others = results.filter((_, n) => !attacks.has(n)).length;
  const right = results.filter(({ value }, n) => !attacks.has(n) && value === rootOf(n)).length;
  console.log(`  ${right} of the ${others} others are right, after ${seconds.toFixed(2)} s.`);
  assert.equal(right, others);
}

// ---- the demo ----

function headline(text) {
  console.log(process.stdout.isTTY ? `\n\x1b[1m${text}\x1b[0m` : `\n${text}`);
}

const cores = Math.min(16, getDefaultPoolSize()); // a lane each
const stanzas = pick(readIndex(), RECORDS);
const bytes = stanzas.reduce((sum, stanza) => sum + stanza.length, 0);

headline("Node: the same script through the npm package, QuickJS in WebAssembly");
console.log(
  `  ${RECORDS} of this machine's packages, ${(bytes / 1e6).toFixed(1)} MB; ` +
    `node ${process.version}, ${cores} cores`,
);
await compare(stanzas, cores);

headline(`Node: 1,000 tasks, ${attacks.size} of them attacks`);
await attack();
