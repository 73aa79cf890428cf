// SPDX-License-Identifier: MIT
// The verbose lines, against the README's own text where that has them; and that no line carries
// more of a guest than it may. Unit tests of logger.ts and preview.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newLogger, warnFallback, type Logger } from "../../packages/qjspool/src/logger.js";
import { preview, quote } from "../../packages/qjspool/src/preview.js";

/** What `run` prints. */
function printed(run: (logger: Logger) => void): string[] {
  const lines: string[] = [];
  const { log, warn } = console;
  console.log = (...args: unknown[]) => void lines.push(args.join(" "));
  console.warn = (...args: unknown[]) => void lines.push(`warn ${args.join(" ")}`);
  try {
    run(newLogger(true)!);
  } finally {
    console.log = log;
    console.warn = warn;
  }
  return lines;
}

const load = { poolSize: 4, busyWorkers: 1, queuedTasks: 0 };

test("there is no logger unless verbose", () => assert.equal(newLogger(false), null));

test("the lines are the README's", () => {
  const lines = printed((logger) => {
    logger.creatingPool({ poolSize: 4, verbose: true }, 4);
    logger.initializing(true, 4);
    logger.creatingWorker(1, "lazy init", 1, 4);
    logger.workerSpawning(1);
    logger.workerReady(1);
    logger.poolCreated(true);
    logger.executing("task-1", "1 + 1", load);
    logger.taskStarting(1, "task-1");
    logger.taskAnswered(1, "task-1", true);
    logger.taskSettled("task-1", 5.2311, { value: 2 });
  });
  assert.deepEqual(lines, [
    "[WorkerPool] Creating pool with options: { poolSize: 4, verbose: true }",
    "[WorkerPool] Initializing multi-threaded executor with 4 workers...",
    "[WorkerPool] Creating new worker #1 (lazy init, 1/4)",
    "[WorkerPool] Worker #1: Spawning worker thread...",
    "[WorkerPool] Worker #1: QuickJS runtime initialized",
    "[WorkerPool] Pool created successfully. Mode: MULTI-THREADED",
    '[WorkerPool] Executing task-1: "1 + 1" [busy: 1/4, queued: 0]',
    "[WorkerPool] Worker #1: Starting task-1",
    "[WorkerPool] Worker #1: Task task-1 completed",
    "[WorkerPool] Task task-1 completed in 5.23ms Result: 2",
  ]);
});

test("failures, sessions and the single-threaded mode have lines too", () => {
  const lines = printed((logger) => {
    logger.initializing(false, 4);
    logger.poolCreated(false);
    logger.taskAnswered(2, "task-2", false);
    logger.taskSettled("task-2", 1, { error: { name: "TypeError", message: "a\nb" } });
    logger.sessionCreated("session-1", 2);
    logger.sessionReleased("session-1");
    logger.poolClosing(load);
  });
  assert.deepEqual(lines, [
    "[WorkerPool] Initializing single-threaded executor...",
    "[WorkerPool] Pool created successfully. Mode: SINGLE-THREADED",
    "[WorkerPool] Worker #2: Task task-2 failed",
    "[WorkerPool] Task task-2 failed in 1.00ms Error: TypeError: a\\nb",
    "[WorkerPool] Session session-1 created on worker #2",
    "[WorkerPool] Session session-1 released",
    "[WorkerPool] Closing pool [busy: 1/4, queued: 0]",
  ]);
});

test("the fallback warning names the reason", () => {
  assert.deepEqual(printed(() => warnFallback("no workers here")), [
    "warn [WorkerPool] Running on the calling thread: no workers here",
  ]);
});

test("options are shown without sources, functions and what they hold", () => {
  const secret = "s".repeat(100);
  const [line] = printed((logger) =>
    logger.creatingPool(
      { bootstrapCode: secret, modules: { a: secret }, hostFunctions: {}, onConsole() {} },
      2,
    ),
  );
  assert.equal(
    line,
    `[WorkerPool] Creating pool with options: { poolSize: 2, bootstrapCode: "${"s".repeat(50)}...", ` +
      "modules: {...}, hostFunctions: {...}, onConsole: [function] }",
  );
});

const quoted: [source: string, want: string][] = [
  ["a\n\tb", '"a\\n\\tb"'],
  ['"', '"\\""'],
  ["x".repeat(50), `"${"x".repeat(50)}"`],
  ["x".repeat(51), `"${"x".repeat(50)}..."`],
  ["\u001b[2J\u009b\u2028\u202e", '"\\u001b[2J\\u009b\\u2028\\u202e"'],
  [`${"x".repeat(49)}\u{1f600}`, `"${"x".repeat(49)}\\ud83d..."`],
  ["", '""'],
];

for (const [source, want] of quoted) {
  test(`a source is shown as ${want.slice(0, 20)}`, () => assert.equal(quote(source), want));
}

const previews: [value: unknown, want: string][] = [
  [undefined, "undefined"],
  [null, "null"],
  [-0, "-0"],
  [5n, "5n"],
  [2n ** 200n, "[bigint]"],
  ["a", '"a"'],
  [[], "[]"],
  [[1, , [2, [3, [4]]]], "[ 1, <empty>, [ 2, [...] ] ]"],
  [[1, 2, 3, 4, 5, 6, 7], "[ 1, 2, 3, 4, 5, ... 2 more ]"],
  [{}, "{}"],
  [{ a: { b: { c: { d: 1 } } } }, "{ a: { b: {...} } }"],
  [{ "x y": 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, '{ "x y": 1, b: 2, c: 3, d: 4, e: 5, ... }'],
  [new Map([[1, 2]]), "Map(1)"],
  [new Uint8Array(3), "Uint8Array(3 bytes)"],
  [new Date(0), "[Date]"],
  [new TypeError("x"), "[Error]"],
];

for (const [value, want] of previews) {
  test(`a result is shown as ${want}`, () => assert.equal(preview(value), want));
}

test("showing a result runs no getter and ends for a cycle", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  assert.equal(preview(cycle), "{ self: { self: {...} } }");
  const trap = Object.defineProperty({}, "a", { get: () => assert.fail(), enumerable: true });
  assert.equal(preview(trap), "{ a: [getter] }");
});

test("a result of many properties is as quick to show as a small one", () => {
  const large = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, "v".repeat(1000)]));
  assert.ok(preview(large).length < 600);
  assert.ok(preview(new Array(4294967295)).length < 100);
});
