// SPDX-License-Identifier: MIT
// Declares a test for each conformance case, on workers and on the calling thread. Deep recursion
// takes its time: with uncommon stack sizes it is left to the slow tests.
import { after, describe, test } from "node:test";
import { type Case, parseCases, settingOf } from "./case-file.js";
import { CaseRunner } from "./cases-run.js";
import { file, namesIn } from "./env.js";
import { type Mode, modes } from "./pools.js";

/** Every case there is. */
export function readCases(): Case[] {
  return namesIn("tests/js")
    .filter((name) => name.endsWith(".cases"))
    .flatMap((name) => parseCases(name, file(`tests/js/${name}`)));
}

/** The usual stack everywhere, and a small one on workers, are quick enough. */
function isSlow(c: Case, mode: Mode): boolean {
  const stack = settingOf(c, "stack");
  if (c.file !== "deep.cases" || stack === undefined || stack === "524288") return false;
  return !(mode.isThreaded && stack === "65536");
}

export function declareCases(all: readonly Case[], wantsSlow: boolean): void {
  for (const mode of modes) {
    describe(mode.name, () => {
      const cases = all.filter((c) => isSlow(c, mode) === wantsSlow);
      const runner = new CaseRunner(mode, cases);

      after(() => runner.dispose());
      for (const c of cases) {
        const name = `${mode.name}, ${c.file}: ${c.name}`;
        test(name, { skip: runner.skipReason(c), timeout: 60_000 }, () => runner.run(c));
      }
    });
  }
}
