// SPDX-License-Identifier: MIT
// Declares a test for each conformance case, on workers and on the calling thread. Deep recursion
// takes its time: with uncommon stack sizes it is left to the slow tests.
import { after, describe, test } from "node:test";
import { type Case, parseCases, settingOf } from "./case-file.js";
import { CaseRunner } from "./cases-run.js";
import { file, namesIn } from "./env.js";
import { mountKinds } from "./mount-kinds.js";
import { works } from "./mounts.js";
import { type Mode, modes } from "./pools.js";

/** Every case in a folder of the repository, without those in folders below it. */
export function readCases(folder = "tests/js"): Case[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(".cases") && !name.includes("/"))
    .flatMap((name) => parseCases(name, file(`${folder}/${name}`)));
}

/** The usual stack everywhere, and a small one on workers, are quick enough. */
function isSlow(c: Case, mode: Mode): boolean {
  const stack = settingOf(c, "stack");
  if (c.file !== "deep.cases" || stack === undefined || stack === "524288") return false;
  return !(mode.isThreaded && stack === "65536");
}

export function declareCases(all: readonly Case[], wantsSlow: boolean): void {
  for (const mode of modes) {
    const cases = all.filter((c) => isSlow(c, mode) === wantsSlow);
    declareWith(mode.name, cases, new CaseRunner(mode, cases));
  }
}

/** Cases with files: once for each kind of mount. */
export function declareFileCases(cases: readonly Case[]): void {
  for (const mode of modes) {
    for (const kind of mountKinds) {
      if (!works(kind, mode)) continue;
      declareWith(`${mode.name}, ${kind.name}`, cases, new CaseRunner(mode, cases, kind));
    }
  }
}

function declareWith(where: string, cases: readonly Case[], runner: CaseRunner): void {
  describe(where, () => {
    after(() => runner.dispose());
    for (const c of cases) {
      const name = `${where}, ${c.file}: ${c.name}`;
      test(name, { skip: runner.skipReason(c), timeout: 60_000 }, () => runner.run(c));
    }
  });
}
