// SPDX-License-Identifier: MIT
// Reports as the part of docs/benchmarks.md that is about the npm package: a table of what was
// promised, notes, then a section for each report. scripts/bench.sh puts it between its own.

const cell = (text) => String(text).replaceAll("|", "\\|");

function promiseTable(reports) {
  const rows = reports
    .flatMap(({ promises }) => promises)
    .map(({ what, text, met }) => `| ${cell(what)} | ${cell(text)} | ${met ? "met" : "not met"} |`);
  if (rows.length === 0) return "";
  return `| promise | measured | |\n| --- | --- | --- |\n${rows.join("\n")}\n\n`;
}

function section({ title, rows }) {
  const text = rows.map((row) => row.text).join("\n");
  return `### ${title}\n\n\`\`\`\n${text}\n\`\`\`\n\n`;
}

/** `notes`: what a person has to say about the numbers. */
export function markdown(reports, versions, notes) {
  const peers = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
  const intro = [
    "## The npm package\n",
    `Node ${process.version}, V8 ${process.versions.v8}. Against: ${peers}. Both sides of a ratio come`,
    "from the same process or from processes that took turns; how each peer is used stands in",
    "`bench/node/peers/`.\n\n",
  ].join("\n");
  return intro + promiseTable(reports) + notes + "\n" + reports.map(section).join("");
}
