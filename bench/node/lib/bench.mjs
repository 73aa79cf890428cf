// SPDX-License-Identifier: MIT
// The command line that all benchmarks share: `node NAME.mjs [--quick] [--json FILE]`. Each is a
// program of its own, so that one's heap and threads do not colour the next.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { closePeers } from "./peers.mjs";
import { Report } from "../../lib/report.mjs";

/** Parses the options, runs `measure(report, options)`, and writes the report if asked to. */
export async function bench(title, measure, extra = {}) {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      only: { type: "string" },
      ...extra,
    },
  });
  const report = new Report(title);
  console.log(`## ${title}`);
  await measure(report, values);
  if (values.json) writeFileSync(values.json, JSON.stringify(report, null, 2));
  await closePeers();
  // `run` keeps its workers for good.
  process.exit(process.exitCode ?? 0);
}
