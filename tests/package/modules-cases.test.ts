// SPDX-License-Identifier: MIT
// The conformance cases of tests/js/modules through the package: with each kind of mount that the
// runtime has, on workers and on the calling thread.
import assert from "node:assert/strict";
import { test } from "node:test";
import { declareFileCases, readCases } from "./lib/cases-tests.js";

const cases = readCases("tests/js/modules");

test("there are cases", () => {
  const files = new Set(cases.map((c) => c.file));
  assert.ok(files.size >= 5 && cases.length >= 60, `${cases.length} in ${files.size} files`);
});

declareFileCases(cases);
