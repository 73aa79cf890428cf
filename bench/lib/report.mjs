// SPDX-License-Identifier: MIT
// What a benchmark has to say: rows of numbers, and promises with what was measured. Prints them
// as text and keeps them as plain data for run.mjs. Knows nothing of how they were measured.

const width = 62;

export class Report {
  constructor(title) {
    this.title = title;
    this.rows = [];
    this.promises = [];
  }

  row(name, value, unit, digits = 2) {
    const text = `${name.padEnd(width)} ${value.toFixed(digits).padStart(12)} ${unit}`;
    this.rows.push({ name, value, unit, text });
    console.log(text);
  }

  /** A line between groups of rows. */
  heading(text) {
    this.rows.push({ text });
    console.log(text);
  }

  /**
   * What issue 3 promises against what was measured, e.g.
   * `promise("median at most", 0.12, "ms", 0.09, "atMost")`.
   */
  promise(what, target, unit, measured, direction, digits = 2) {
    const met = direction === "atMost" ? measured <= target : measured >= target;
    const text = `${measured.toFixed(digits)} ${unit}`;
    this.promises.push({ what, target, unit, measured, met, text });
    console.log(`  ${met ? "met    " : "NOT MET"}  ${what}: ${text}`);
  }

  /** A peer or a row that this machine cannot have, and why. */
  missing(name, why) {
    this.rows.push({ name, text: `${name.padEnd(width)} ${"-".padStart(12)} ${why}` });
    console.log(this.rows.at(-1).text);
  }

  toJSON() {
    return { title: this.title, rows: this.rows, promises: this.promises };
  }
}
