// SPDX-License-Identifier: MIT
// Runs the packed and installed package in browsers. The package must be built (`make package`).
//
//   node tests/browser/run.mjs      all parts
//   --only PART   bundlers, policy, lifecycle or opfs; may be repeated
//   --match TEXT  only checks with TEXT in their name
//   --out DIR     where projects and the installed package go (build/browser-tests)
//   --jobs N      checks at the same time (one for each processor)
//
// One line for each check; the last line is "N passed, N failed".
import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../package/run/places.mjs";
import { installPackage } from "../package/run/project.mjs";

const parts = ["bundlers", "policy", "lifecycle", "opfs"];
const PATIENCE_MS = 60_000;
const total = { passed: 0, failed: 0 };

function within(ms, promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`did not end within ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function runCheck(part, { name, fn }) {
  const start = performance.now();
  let failure = null;
  try {
    await within(PATIENCE_MS, fn());
  } catch (error) {
    failure = error instanceof Error ? error.stack : String(error);
  }
  total[failure === null ? "passed" : "failed"] += 1;
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(5);
  console.log(
    `${part.padEnd(10)}${name.padEnd(66)} ${(failure === null ? "ok" : "FAILED").padEnd(6)}${seconds} s`,
  );
  if (failure !== null) console.log(failure.replace(/^/gm, "        ").slice(0, 4000));
}

async function runPart(part, options) {
  const start = performance.now();
  const { openPart } = await import(`./${part}.mjs`);
  const { groups, close } = await openPart(options);
  const isWanted = ({ name }) => options.match === undefined || name.includes(options.match);
  const waiting = groups.map((group) => group.filter(isWanted));
  const lanes = Array.from({ length: options.jobs }, async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      for (const check of group) await runCheck(part, check);
    }
  });
  await Promise.all(lanes);
  await within(PATIENCE_MS, close());
  console.log(`${part}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

async function main(options) {
  for (const part of options.only) {
    if (!parts.includes(part)) throw new Error(`there is no part "${part}": ${parts.join(", ")}`);
  }
  execFileSync(join(root, "scripts/setup-node"), ["packages/qjspool", "tests/browser"], { stdio: "inherit" });
  await installPackage(options.out);
  for (const part of options.only.length > 0 ? options.only : parts) await runPart(part, options);
}

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    match: { type: "string" },
    out: { type: "string", default: join(root, "build/browser-tests") },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});
try {
  await main({ ...values, out: resolve(values.out), jobs: Number(values.jobs) });
} catch (error) {
  total.failed += 1;
  console.log(`run: ${error instanceof Error ? error.stack : error}`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
// what a check left running when it took too long ends with this process
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
