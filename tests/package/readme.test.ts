// SPDX-License-Identifier: MIT
// Every code block of the README that the API is compatible with (readme-blocks/), and of the
// package's own README, is run, and what their comments promise is checked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { file, hasFile, namesIn, page } from "./lib/env.js";
import { hasWorkers, needs } from "./lib/needs.js";
import { fencesOf, readBlock, runBlock } from "./lib/readme-block.js";

/** The shared file system is the origin's in pages, which only workers can hold. */
const FILES = page === "inline" ? "opfs() needs workers" : 1;

/** Each block with how many of its comments are checked, or why it does not run. */
const blocks: Record<string, number | string> = {
  "01-quick-start.ts": 0,
  "02-context.ts": 1,
  "03-worker-enabled-context.ts": 1,
  "04-session-mode.ts": 1,
  "05-async-await.ts": 2,
  "06-shared-filesystem.ts": FILES,
  "07-sessions.ts": 2,
  "08-sessions-with-filesystem.ts": FILES,
  "09-concurrent-sessions.ts": 2,
  "12-new-worker-pool.ts": 0,
  "13-pool-methods.ts": 7,
  "14-session-methods.ts": 4,
  "15-context-methods.ts": 3,
  "16-worker-enabled-context-methods.ts": 0,
  "17-capability-detection.ts": 0,
  "18-verbose-mode.ts": 0,
  "19-error-handling.ts": 2,
};

// verbose: true prints, also when its block has ended; a test does not
console.log = () => {};

test("every block has a line here", () => {
  const names = namesIn("tests/package/readme-blocks");
  assert.deepEqual(names, Object.keys(blocks));
});

const spec = "../shared/spec/worker-pool-readme.md";
const noSpec = !hasFile(spec) && "the README is not beside the repository";

test("the blocks are the README's", { skip: noSpec }, () => {
  const fences = fencesOf(file(spec).replaceAll("@componentor/quickjs-emscripten-worker-pool", "qjspool"));
  const isConfiguration = (code: string): boolean => /^\/\/ \w+\.config\.[jt]s/.test(code);
  assert.deepEqual(
    fences.filter((code) => !isConfiguration(code)),
    Object.keys(blocks).map(readBlock),
  );
});

for (const [name, wanted] of Object.entries(blocks)) {
  const skip = typeof wanted === "string" && wanted;

  test(`README: ${name}`, { skip, timeout: 60_000 }, async () => {
    const code = readBlock(name);
    const makesPool = /^const pool = /m.test(code);
    const pool = makesPool ? undefined : await newWorkerPool({ poolSize: 2 });
    // a block need not say that its pool ends
    const end = makesPool && !code.includes("pool.dispose()") ? "\npool.dispose()" : "";
    const { checks } = await runBlock(code + end, pool === undefined ? {} : { pool });
    assert.ok(checks >= (wanted as number), `only ${checks} comments were checked`);
    pool?.dispose();
  });
}

const own = fencesOf(file("packages/qjspool/README.md"));

test("the package's README has blocks", () => assert.ok(own.length >= 8, `${own.length}`));

let ownChecks = 0;

/** What a block does without saying what it needs. */
function whyNot(code: string): string | false {
  if (code.includes("syncHostFunctions")) return needs.sharedMemory;
  if (code.includes("memory(") && hasWorkers) return needs.sharedMemory;
  return code.includes(".cancel()") && needs.workers;
}

own.forEach((code, i) => {
  test(`the package's README: block ${i + 1}`, { skip: whyNot(code), timeout: 60_000 }, async () => {
    ownChecks += (await runBlock(code, {})).checks;
  });
});

const skip = own.map(whyNot).find(Boolean);

test("the package's README says what comes out, and it does", { skip }, () => {
  assert.ok(ownChecks >= 12, `only ${ownChecks} comments were checked`);
});
