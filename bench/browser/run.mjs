// SPDX-License-Identifier: MIT
// All benchmarks of the npm package in browsers: `node run.mjs [--quick] [--only latency,values]`.
// Writes build/bench-browser.json and build/bench-browser.md, which scripts/bench.sh puts into
// docs/benchmarks.md.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installPackage, installPeers } from "../lib/install.mjs";
import { markdown } from "../lib/markdown.mjs";
import { Report } from "../lib/report.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const build = join(here, "../../build");
const all = ["coldstart", "latency", "throughput", "scaling", "values", "cancel", "opfs"];

async function measureAll(chosen, places, options) {
  const reports = [];
  for (const name of chosen) {
    const { title, measure } = await import(`./${name}.mjs`);
    const report = new Report(title);
    console.log(`## ${title}`);
    await measure(report, places, options);
    reports.push(report);
  }
  return reports;
}

function write(reports, versions) {
  const { devDependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const peer = `quickjs-emscripten ${devDependencies["quickjs-emscripten"]}`;
  const intro = [
    "## The npm package in browsers\n",
    `${versions.join(", ")}, headless. Against: ${peer}, on the page's`,
    "thread. Both sides of a ratio come from one page, where they took turns. `isolated`: the page is",
    "cross-origin isolated and shares memory with its workers; `plain`: it is not.",
  ].join("\n");
  const notes = readFileSync(join(here, "notes.md"), "utf8");
  writeFileSync(join(build, "bench-browser.json"), JSON.stringify({ versions, reports }, null, 2));
  writeFileSync(join(build, "bench-browser.md"), markdown(intro, reports, notes));
  console.log("build/bench-browser.json and build/bench-browser.md are written");
}

async function main() {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
  });
  mkdirSync(build, { recursive: true });
  installPeers(here);
  const why = installPackage(here);
  if (why) throw new Error(why);
  const { openPlaces } = await import("./lib/places.mjs"); // needs the peers
  const { places, versions, missing, close } = await openPlaces(here);
  try {
    for (const reason of missing) console.error(reason);
    if (places.length === 0) throw new Error("no browser to measure in");
    write(await measureAll(values.only?.split(",") ?? all, places, values), versions);
  } finally {
    await close();
  }
}

await main();
