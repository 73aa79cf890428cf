// SPDX-License-Identifier: MIT
// Runs the tests of the package, packed and installed, in every runtime. The package must be built
// (`make package`).
//
//   node tests/package/run.mjs                    the install tests, then all tests everywhere
//   --runtime NAME   only there: node, node26, bun, deno, or a page of a browser (chromium, firefox:
//                    isolated; -plain: without shared memory; -inline: without workers); may be repeated
//   --only TEXT      only files with TEXT in their name; may be repeated ("install": those tests)
//   --slow           also the *.slow.test.ts
//   --sources        without packing: for tests that import sources only
//   --out DIR        where bundles and the installed package go (build/package-tests)
//   --jobs N         files at the same time (one for each processor)
//   --timeout S      seconds for one file (240, in pages 300, slow ones 600)
//
// The *.host.test.ts are about files and processes of a host, which pages have not.
// One line for each runtime and file; the last line is "N passed, N failed".
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { installChecks } from "./run/install-checks.mjs";
import { Browsers } from "./run/browsers.mjs";
import { bundlePages } from "./run/page-bundles.mjs";
import { packageFolder, root, testsFolder } from "./run/places.mjs";
import { bundleTests, installPackage } from "./run/project.mjs";
import { getRuntime, names, runTests } from "./run/runtimes.mjs";

const total = { passed: 0, failed: 0, skipped: 0 };

function report(runtime, file, outcome) {
  const { passed, failures, skipped, seconds } = outcome;
  total.passed += passed;
  total.failed += failures.length;
  total.skipped += skipped;
  const counts = [`${String(passed).padStart(4)} passed`];
  if (failures.length > 0) counts.push(`${failures.length} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  const state = failures.length > 0 ? "FAILED" : "ok";
  console.log(
    `${runtime.padEnd(17)}${file.padEnd(34)} ${state.padEnd(7)}${seconds.toFixed(1).padStart(6)} s ${counts.join(", ")}`,
  );
  for (const { name, text } of failures) {
    console.log(`    ${name}\n${text.replace(/^/gm, "        ").slice(0, 4000)}`);
  }
}

/** What a run of one file came to: a runtime that fails without saying which test counts as one. */
function judge(result) {
  const { cases } = result;
  const failures = cases
    .filter((c) => c.failure !== null)
    .map((c) => ({ name: c.name, text: c.failure }));
  const skipped = cases.filter((c) => c.isSkipped).length;
  const passed = cases.length - failures.length - skipped;
  const tail = result.output.trimEnd().split("\n").slice(-30).join("\n");
  if (result.isLate) {
    failures.push({ name: "(the file)", text: `did not end within ${result.seconds.toFixed(0)} s\n${tail}` });
  } else if (failures.length === 0 && (result.code !== 0 || cases.length === 0)) {
    const how = result.signal ?? `code ${result.code}`;
    failures.push({ name: "(the file)", text: `ended with ${how}, ${cases.length} tests\n${tail}` });
  }
  return { passed, failures, skipped, seconds: result.seconds };
}

async function runFile(runtime, file, { options, browsers }) {
  const seconds = options.timeout ?? (file.includes(".slow.") ? 600 : runtime.isPage ? 300 : 240);
  const bundle = file.replace(/\.ts$/, ".mjs");
  const how = { out: options.out, timeoutMs: seconds * 1000 };
  const result = await (runtime.isPage
    ? browsers.runTests(runtime, bundle, how)
    : runTests(runtime, bundle, how));
  report(runtime.name, file, judge(result));
}

async function runInstallChecks(runtimes, packed, out) {
  for (const { name, runtime, fn } of installChecks(runtimes)) {
    const start = performance.now();
    const failures = [];
    try {
      await fn({ out, packed });
    } catch (error) {
      failures.push({ name, text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    const seconds = (performance.now() - start) / 1000;
    report(runtime, `install: ${name}`, { passed: 1 - failures.length, failures, skipped: 0, seconds });
  }
}

function chooseFiles(options) {
  const isWanted = (file) => options.only.length === 0 || options.only.some((text) => file.includes(text));
  return readdirSync(testsFolder)
    .filter((file) => file.endsWith(".test.ts") && isWanted(file))
    .filter((file) => options.slow || !file.endsWith(".slow.test.ts"))
    .sort();
}

/** Bundles `files`, and returns what is to be run: a file that cannot be bundled fails here. */
async function prepareJobs(files, runtimes, { bundle, name, options }) {
  if (runtimes.length === 0) return [];
  const broken = await bundle(files, options.out);
  for (const [file, text] of broken) {
    report(name, file, { passed: 0, failures: [{ name: "(the file)", text }], skipped: 0, seconds: 0 });
  }
  const whole = files.filter((file) => !broken.has(file));
  return whole.flatMap((file) => runtimes.map((runtime) => ({ runtime, file })));
}

async function runJobs(jobs, options) {
  const browsers = new Browsers(options.out);
  await browsers.start();
  const lanes = Array.from({ length: options.jobs }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      await runFile(job.runtime, job.file, { options, browsers });
    }
  });
  try {
    await Promise.all(lanes);
  } finally {
    await browsers.stop();
  }
}

async function main(options) {
  mkdirSync(options.out, { recursive: true });
  execFileSync(join(root, "scripts/setup-node"), ["packages/qjspool", "tests/package"], { stdio: "inherit" });
  const runtimes = options.runtime.map(getRuntime);
  const pages = runtimes.filter((runtime) => runtime.isPage);
  const others = runtimes.filter((runtime) => !runtime.isPage);
  const files = chooseFiles(options);
  const wantsInstall = options.only.length === 0 || options.only.includes("install");
  if (!options.sources) {
    const packed = await installPackage(options.out);
    if (wantsInstall && others.length > 0) await runInstallChecks(others, packed, options.out);
  }
  execFileSync(process.execPath, [join(packageFolder, "build.mjs"), "--stub"], { stdio: "inherit" });
  const jobs = [
    ...(await prepareJobs(files, others, { bundle: bundleTests, name: "esbuild", options })),
    ...(await prepareJobs(files.filter((file) => !file.includes(".host.")), pages, { bundle: bundlePages, name: "esbuild, pages", options })),
  ];
  await runJobs(jobs, options);
}

const { values } = parseArgs({
  options: {
    runtime: { type: "string", multiple: true, default: names },
    only: { type: "string", multiple: true, default: [] },
    slow: { type: "boolean", default: false },
    sources: { type: "boolean", default: false },
    out: { type: "string", default: join(root, "build/package-tests") },
    jobs: { type: "string", default: String(availableParallelism()) },
    timeout: { type: "string" },
  },
});
try {
  await main({
    ...values,
    out: resolve(values.out),
    jobs: Number(values.jobs),
    timeout: values.timeout === undefined ? undefined : Number(values.timeout),
  });
} catch (error) {
  total.failed += 1;
  console.log(`run: ${error instanceof Error ? error.message : error}`);
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
