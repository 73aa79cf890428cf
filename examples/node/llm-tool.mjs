// SPDX-License-Identifier: MIT
// A "run JavaScript" tool for a language model: takes the code that the model wrote, runs it with
// limits, and returns plain JSON, { ok, value, console } or { ok, error, console }, to hand back as
// the tool's result. Whatever the model writes, there is an answer. Run it with node, bun or deno.
import assert from "node:assert/strict";
import { newWorkerPool } from "qjspool";

const consoles = new Map(); // by task, the lines it printed

const pool = await newWorkerPool({
  defaultTimeout: 2000,
  defaultQueueTimeout: 10_000,
  maxQueueSize: 100,
  memoryLimitBytes: 32 * 1024 * 1024,
  resultLimitBytes: 16 * 1024,
  consoleLimitBytes: 2 * 1024, // what a model reads costs tokens
  onConsole: (level, args, { taskId }) => consoles.get(taskId)?.push(line(level, args)),
});

/** Runs one snippet, which finds `globals` by name. Rejects only if the pool is full or closed. */
export async function runSnippet(code, globals = {}) {
  const task = pool.submit({ code, globals, filename: "snippet.js" });
  const printed = [];
  consoles.set(task.taskId, printed);
  try {
    const { value, error } = await task.promise;
    if (!error) return { ok: true, value: toJson(value), console: printed };
    const { name, message, stack } = error;
    const place = stack?.match(/snippet\.js:\d+:\d+/)?.[0];
    return { ok: false, error: { name, message, place }, console: printed };
  } finally {
    consoles.delete(task.taskId);
  }
}

function line(level, args) {
  const text = args
    .map((arg) => (typeof arg === "string" ? arg : JSON.stringify(toJson(arg))))
    .join(" ");
  return level === "log" ? text : `${level}: ${text}`;
}

/** The nearest JSON to a value: values from a guest are data, so nothing of the guest runs here. */
function toJson(value) {
  const replace = (_key, item) => {
    if (item === undefined) return null;
    if (typeof item === "bigint") return `${item}n`;
    if (item instanceof Map || item instanceof Set) return [...item];
    if (item instanceof Error) return `${item.name}: ${item.message}`;
    return item;
  };
  try {
    return JSON.parse(JSON.stringify(value, replace));
  } catch {
    return "(a value with cycles)";
  }
}

// ---- what a model might write ----

const orders = [
  { customer: "ann", total: 120 },
  { customer: "bob", total: 80 },
  { customer: "ann", total: 40 },
];

const snippets = {
  "a sum": `
    const totals = new Map();
    for (const { customer, total } of orders) {
      totals.set(customer, (totals.get(customer) ?? 0) + total);
    }
    console.log("customers:", totals.size);
    totals`,
  awaits: `
    const later = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));
    (await Promise.all([later(20, "a"), later(10, "b")])).join("")`,
  "loops for ever": `
    console.log("let me think");
    while (true) {}`,
  "prints too much": `
    for (let i = 0; ; i++) {
      console.log("line " + i);
      if (i === 10000) break;
    }
    "done"`,
  "has a bug": `
    const newest = orders.find((order) => order.customer === "eve");
    newest.total`,
  "wants the network": `
    const page = await fetch("https://example.com");
    page.status`,
  "returns too much": `"x".repeat(1e6)`,
  "waits for nothing": `await new Promise(() => {})`,
};

const names = Object.keys(snippets);
const answers = await Promise.all(names.map((name) => runSnippet(snippets[name], { orders })));
const results = Object.fromEntries(names.map((name, i) => [name, answers[i]]));
await pool.close();

for (const [name, answer] of Object.entries(results)) {
  const json = JSON.stringify(answer);
  console.log(`${name.padEnd(18)} ${json.length > 120 ? `${json.slice(0, 119)}…` : json}`);
}

assert.deepEqual(results["a sum"], {
  ok: true,
  value: [
    ["ann", 160],
    ["bob", 80],
  ],
  console: ["customers: 2"],
});
assert.equal(results["awaits"].value, "ab");
assert.equal(results["loops for ever"].error.name, "TimeoutError");
assert.deepEqual(results["loops for ever"].console, ["let me think"]);
assert.equal(results["prints too much"].value, "done");
assert.match(
  results["prints too much"].console.at(-1),
  /^warn: console output over 2048 bytes was dropped/,
);
assert.deepEqual(
  [results["has a bug"].error.name, results["has a bug"].error.place],
  ["TypeError", "snippet.js:3:5"],
);
assert.equal(results["wants the network"].error.name, "ReferenceError");
assert.equal(results["returns too much"].error.name, "ResultTooLargeError");
assert.equal(results["waits for nothing"].error.name, "DeadlockError");
