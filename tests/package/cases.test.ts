// SPDX-License-Identifier: MIT
// The conformance cases of tests/js through the package, on workers and on the calling thread.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import assert from "node:assert/strict";
import { parseCases } from "./lib/case-file.js";
import { CaseRunner } from "./lib/cases-run.js";
import { file, root } from "./lib/env.js";
import { modes } from "./lib/pools.js";

const names = readdirSync(join(root, "tests/js"))
  .filter((name) => name.endsWith(".cases"))
  .sort();
const cases = names.flatMap((name) => parseCases(name, file(`tests/js/${name}`)));

test("there are cases", () => {
  assert.ok(names.length >= 14 && cases.length > 600, `${cases.length} in ${names.length} files`);
});

for (const mode of modes) {
  describe(mode.name, () => {
    const runner = new CaseRunner(mode, cases);

    after(() => runner.dispose());
    for (const c of cases) {
      const name = `${mode.name}, ${c.file}: ${c.name}`;
      test(name, { skip: runner.skipReason(c), timeout: 60_000 }, () => runner.run(c));
    }
  });
}
