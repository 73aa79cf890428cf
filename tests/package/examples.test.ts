// SPDX-License-Identifier: MIT
// The programs of examples/node, run as they stand: each checks its own result.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runModule } from "./lib/child.js";
import { file, root } from "./lib/env.js";

const names = readdirSync(join(root, "examples/node")).filter((name) => name.endsWith(".mjs"));

test("there are examples", () => {
  assert.ok(names.length >= 3);
});

for (const name of names) {
  test(name, async () => {
    const { code, stdout, stderr } = await runModule(file(`examples/node/${name}`));
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.notEqual(stdout, "");
  });
}
