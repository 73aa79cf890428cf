// SPDX-License-Identifier: MIT
// Reports as a part of docs/benchmarks.md: a table of what was promised, notes, then a section for
// each report. scripts/bench.sh puts it behind its own.

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

/** `intro`: what was measured against what. `notes`: what a person has to say about the numbers. */
export function markdown(intro, reports, notes) {
  return `${intro}\n\n${promiseTable(reports)}${notes}\n${reports.map(section).join("")}`;
}
