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

// In pages they run too, but what they promise takes no more than 100 to 250 ms of a busy machine.
for (const name of names) {
  test(name, { skip: needs.process }, async () => {
    const { code, stdout, stderr } = await runModule(file(`examples/node/${name}`));
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.notEqual(stdout, "");
  });
}
