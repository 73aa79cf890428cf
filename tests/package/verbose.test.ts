// SPDX-License-Identifier: MIT
// What a pool prints: with verbose the README's lines, of guests no more than 50 characters of
// their source; nothing otherwise, whatever happens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runModule } from "./lib/child.js";
import { needs } from "./lib/needs.js";
import { modes } from "./lib/pools.js";

const SECRET = "SECRET_TEXT";
const LONG = `1 + 1 // ${"y".repeat(60)}${SECRET}`;

/** Runs `body` in a child with a pool, and returns what was printed there. */
async function printed(options: object, body: string): Promise<string[]> {
  const { code, stdout, stderr } = await runModule(`
    import { newWorkerPool } from "qjspool";
    const pool = await newWorkerPool(${JSON.stringify(options)});
    ${body}
  `);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

/** A line of the README as a pattern: numbers and what is in braces may differ. */
function toPattern(line: string): RegExp {
  const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const loose = escaped.replace(/\\\{.*\\\}/, "\\{.*\\}").replace(/\d+(\\\.\d+)?/g, "[\\d.]+");
  return new RegExp(`^${loose}$`);
}

const README_LINES = [
  "[WorkerPool] Creating pool with options: { poolSize: 4, ... }",
  "[WorkerPool] Initializing multi-threaded executor with 4 workers...",
  "[WorkerPool] Creating new worker #1 (lazy init, 1/4)",
  "[WorkerPool] Worker #1: Spawning worker thread...",
  "[WorkerPool] Worker #1: QuickJS runtime initialized",
  "[WorkerPool] Pool created successfully. Mode: MULTI-THREADED",
  '[WorkerPool] Executing task-1: "1 + 1" [busy: 1/4, queued: 0]',
  "[WorkerPool] Worker #1: Starting task-1",
  "[WorkerPool] Worker #1: Task task-1 completed",
  "[WorkerPool] Task task-1 completed in 5.23ms Result: 2",
];

test("verbose: the README's lines", { skip: needs.workers }, async () => {
  const lines = await printed({ poolSize: 4, verbose: true }, `await pool.evalCode("1 + 1");`);
  for (const line of README_LINES) {
    assert.ok(
      lines.some((got) => toPattern(line).test(got)),
      `${line}\nis not in\n${lines.join("\n")}`,
    );
  }
});

test("verbose: single-threaded says so", async () => {
  const options = { verbose: true, forceSingleThreaded: true };
  const lines = await printed(options, `await pool.evalCode("1 + 1");`);
  assert.ok(lines.includes("[WorkerPool] Pool created successfully. Mode: SINGLE-THREADED"));
  assert.ok(lines.some((line) => /Task task-1 completed in [\d.]+ms Result: 2$/.test(line)));
});

for (const mode of modes) {
  test(`${mode.name}: verbose: one line each, no more of a guest than 50 characters`, async () => {
    const tasks = [
      LONG,
      `/*\\n*/ "a\\u001b[31m\\n[WorkerPool] forged"`,
      `throw new Error("x".repeat(5000) + /* ${"z".repeat(50)} */ "${SECRET}")`,
      `"x".repeat(5000) + /* ${"z".repeat(50)} */ "${SECRET}"`,
      `({ get a() { return "${"z".repeat(60)}${SECRET}" } })`,
    ];
    const body = tasks.map((code) => `await pool.evalCode(${JSON.stringify(code)});`).join("\n");
    const options = { verbose: true, poolSize: 2, bootstrapCode: LONG, ...mode.options };
    const lines = await printed(options, `${body}\npool.dispose();`);
    for (const line of lines) {
      assert.match(line, /^\[WorkerPool\] /);
      assert.equal(line.includes(SECRET), false, line);
      assert.ok(line.length < 300 && /^[\x20-\x7e]*$/.test(line), line);
    }
    assert.ok(lines.length > 20);
  });

  test(`${mode.name}: nothing is printed otherwise`, async () => {
    const body = `
      const run = (code, options) => pool.evalCode(code, options);
      await run("console.log('guest'); console.error('guest')");
      await run("throw new Error('x')");
      await run("for (;;) {}", { timeout: 30 });
      await run("(function f() { f() })()");
      await run("const a = []; for (;;) a.push(new Uint8Array(1e6))");
      await run("Promise.reject(new Error('nobody catches'))");
      await run("Promise.reject(1); 2");
      await run("(async () => { throw 1 })(); setTimeout(() => { throw 2 }, 0); 3");
      await run("await new Promise(() => {})");
      await pool.evalCode("1", { timeout: -1 }).catch(() => {});
      const session = await pool.createSession();
      await session.evalCode("throw 1");
      session.release();
      pool.submit({ code: "await new Promise(r => setTimeout(r, 1e6))" }).cancel();
      const left = pool.evalCode("await new Promise(r => setTimeout(r, 1e6))").catch(() => {});
      pool.dispose();
      await left;`;
    assert.deepEqual(await printed({ poolSize: 2, ...mode.options }, body), []);
  });
}
