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

  /** `rows`: each a name and a number for every column; a number that is undefined is not there. */
  table(corner, columns, rows, digits = 2) {
    const names = [corner, ...rows.map(([name]) => name)];
    const nameWidth = Math.max(...names.map((name) => name.length));
    const cellWidth = Math.max(12, ...columns.map((column) => column.length)) + 2;
    const line = (name, cells) =>
      name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(cellWidth)).join("");
    this.heading(line(corner, columns));
    for (const [name, numbers] of rows) {
      const text = line(name, numbers.map((n) => n?.toFixed(digits) ?? "-"));
      this.rows.push({ name, values: numbers, text });
      console.log(text);
    }
  }

  /**
   * What the issues promise against what was measured, e.g.
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
