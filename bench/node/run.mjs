// SPDX-License-Identifier: MIT
// All benchmarks of the npm package, one process after the other: `node run.mjs [--quick]
// [--only latency,size]`. Writes build/bench-node.json and build/bench-node.md, which scripts/bench.sh
// puts into docs/benchmarks.md.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installPackage, installPeers } from "../lib/install.mjs";
import { markdown } from "../lib/markdown.mjs";
import { buildIsolatedVm } from "./lib/isolated-vm.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const build = join(here, "../../build");
const all = ["latency", "throughput", "coldstart", "compute", "values", "files", "handles", "waiting", "memory", "size"];

function runOne(name, args) {
  const json = join(build, `bench-node-${name}.json`);
  rmSync(json, { force: true });
  const command = ["--expose-gc", `${name}.mjs`, "--json", json, ...args];
  const { status, signal } = spawnSync(process.execPath, command, { cwd: here, stdio: "inherit" });
  if (status !== 0) throw new Error(`${name}: exit status ${status ?? signal}`);
  const report = JSON.parse(readFileSync(json, "utf8"));
  rmSync(json);
  return report;
}

function main() {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
  });
  mkdirSync(build, { recursive: true });
  installPeers(here);
  for (const why of [buildIsolatedVm(here), installPackage(here)]) if (why) console.error(why);
  const chosen = values.only ? values.only.split(",") : all;
  const reports = chosen.map((name) => runOne(name, values.quick ? ["--quick"] : []));
  const { devDependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
  const { esbuild, typescript, ...versions } = devDependencies;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const intro = [
    "## The npm package\n",
    `Node ${process.version}, V8 ${process.versions.v8}. Against: ${peers.join(", ")}. Both sides of a ratio come`,
    "from the same process or from processes that took turns; how each peer is used stands in",
    "`bench/node/peers/`.",
  ].join("\n");
  const notes = readFileSync(join(here, "notes.md"), "utf8");
  writeFileSync(join(build, "bench-node.json"), JSON.stringify({ versions, reports }, null, 2));
  writeFileSync(join(build, "bench-node.md"), markdown(intro, reports, notes));
  console.log("build/bench-node.json and build/bench-node.md are written");
}

main();
