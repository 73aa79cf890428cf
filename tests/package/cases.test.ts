// SPDX-License-Identifier: MIT
// The conformance cases of tests/js through the package, on workers and on the calling thread.
// cases-deep.slow.test.ts has those of deep.cases with uncommon stack sizes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { declareCases, readCases } from "./lib/cases-tests.js";

const cases = readCases();

test("there are cases", () => {
  const files = new Set(cases.map((c) => c.file));
  assert.ok(files.size >= 14 && cases.length > 600, `${cases.length} in ${files.size} files`);
});

declareCases(cases, false);
