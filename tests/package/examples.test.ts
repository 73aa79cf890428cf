// SPDX-License-Identifier: MIT
// The programs of examples/node, run as they stand: each checks its own result.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runModule } from "./lib/child.js";
import { file, namesIn } from "./lib/env.js";
import { needs } from "./lib/needs.js";

const names = namesIn("examples/node").filter((name) => name.endsWith(".mjs"));

test("there are examples", () => {
  assert.ok(names.length >= 3);
});

/** One of its snippets loops until its time is up, on one thread also that of the others. */
const wantsWorkers = ["llm-tool.mjs"];

for (const name of names) {
  test(name, { skip: wantsWorkers.includes(name) && needs.workers }, async () => {
    const { code, stdout, stderr } = await runModule(file(`examples/node/${name}`));
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.notEqual(stdout, "");
  });
}
