// SPDX-License-Identifier: MIT
// Tests of the playground, in real browsers. It must be built (packages/playground/build.mjs).
//
//   node tests/playground/run.mjs      all tests, in Chromium and Firefox
//   --browser NAME   chromium or firefox; may be repeated
//   --only TEXT      only tests with TEXT in their name; may be repeated
//   --shots DIR      a picture of the page at the end of each test
//   --timeout S      seconds for one test (60)
//
// One line for each test; the last line is "N passed, N failed". A test fails also if the page
// printed anything, threw, or asked anybody but its server for anything.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { browserNames, launch } from "./lib/browsers.mjs";
import { Stage } from "./lib/stage.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const total = { passed: 0, failed: 0 };

function report(browser, name, start, error) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  total[error === undefined ? "passed" : "failed"]++;
  console.log(
    `${browser.padEnd(10)}${error === undefined ? "ok    " : "FAILED"}${seconds} s  ${name}`,
  );
  if (error !== undefined)
    console.log(
      String(error?.stack ?? error)
        .replace(/^/gm, "    ")
        .slice(0, 6000),
    );
}

/** All tests: `{ name, run, onlyIn }`; `onlyIn`: the one browser that it is for, if any. */
async function loadTests(only) {
  const files = readdirSync(here)
    .filter((file) => file.endsWith(".test.mjs"))
    .sort();
  const modules = await Promise.all(files.map((file) => import(join(here, file))));
  const isWanted = ({ name }) => only.length === 0 || only.some((text) => name.includes(text));
  return modules.flatMap((module) => module.tests).filter(isWanted);
}

function late(seconds) {
  let timer;
  const promise = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done within ${seconds} s`)), seconds * 1000);
  });
  return { promise, clear: () => clearTimeout(timer) };
}

async function runTest(browser, test, options) {
  const start = performance.now();
  const stage = new Stage(browser);
  const limit = late(options.timeout);
  let failure;
  try {
    await Promise.race([test.run(stage), limit.promise]);
    stage.checkQuiet();
  } catch (error) {
    failure = error;
  }
  limit.clear();
  if (options.shots !== undefined)
    await stage.shoot(join(options.shots, fileName(browser.name, test.name)));
  await stage.close();
  report(browser.name, test.name, start, failure);
}

function fileName(browser, name) {
  return `${browser}-${name.replace(/\W+/g, "-").slice(0, 80)}.png`;
}

async function main(options) {
  execFileSync(join(root, "scripts/setup-node"), ["packages/playground"], { stdio: "inherit" });
  if (!existsSync(join(root, "packages/playground/dist/index.html"))) {
    throw new Error("the playground is not built: run packages/playground/build.mjs first");
  }
  if (options.shots !== undefined) mkdirSync(options.shots, { recursive: true });
  const tests = await loadTests(options.only);
  for (const name of options.browser) {
    const browser = await launch(name);
    try {
      for (const test of tests) {
        if ((test.onlyIn ?? name) === name) await runTest(browser, test, options);
      }
    } finally {
      await browser.close();
    }
  }
}

const { values } = parseArgs({
  options: {
    browser: { type: "string", multiple: true, default: browserNames },
    only: { type: "string", multiple: true, default: [] },
    shots: { type: "string" },
    timeout: { type: "string", default: "60" },
  },
});
try {
  await main({
    ...values,
    timeout: Number(values.timeout),
    shots: values.shots === undefined ? undefined : resolve(values.shots),
  });
} catch (error) {
  total.failed++;
  console.log(`run: ${error instanceof Error ? error.message : error}`);
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
