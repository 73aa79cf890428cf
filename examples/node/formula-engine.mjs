// SPDX-License-Identifier: MIT
// A spreadsheet whose formulas nobody vouches for. A formula is any JavaScript; it sees the cells
// that it names and a small library, and has 100 ms. One that loops, hoards memory or breaks the
// library costs its own cell. Run it with node, bun or deno.
import assert from "node:assert/strict";
import { newWorkerPool } from "qjspool";

const library = `
  const SUM = (...cells) => cells.flat().reduce((sum, n) => sum + n, 0);
  const AVERAGE = (...cells) => SUM(...cells) / cells.flat().length;
  const ROUND = (n, digits = 0) => Number(n.toFixed(digits));
  const IF = (test, yes, no) => (test ? yes : no);
`;

/** { A1: 3, A2: "=A1 * 2" } becomes { A1: { value: 3 }, A2: { value: 6 } }, or { error }. */
async function evaluateSheet(pool, sheet) {
  const formulas = new Map();
  const outcomes = new Map(); // of each cell asked for, a promise

  for (const [name, content] of Object.entries(sheet)) {
    if (String(content).startsWith("=")) formulas.set(name, parse(content.slice(1), sheet));
  }
  const referencesOf = (name) => formulas.get(name)?.references ?? [];

  function outcomeOf(name) {
    if (!outcomes.has(name)) outcomes.set(name, compute(name));
    return outcomes.get(name);
  }

  async function compute(name) {
    const formula = formulas.get(name);
    if (!formula) return { value: sheet[name] ?? 0 };
    if (isCircular(name, referencesOf)) return failure("CycleError", `${name} depends on itself`);

    const globals = {};
    for (const reference of formula.references) {
      const { value, error } = await outcomeOf(reference);
      if (error) return failure("CellError", `${reference} has no value`);
      globals[reference] = value;
    }
    return pool.evalCode(formula.code, { globals, timeout: 100, filename: name });
  }

  const names = Object.keys(sheet);
  const all = await Promise.all(names.map(outcomeOf)); // every cell at once: the pool queues them
  return Object.fromEntries(names.map((name, i) => [name, all[i]]));
}

/** Writes ranges out as lists of the sheet's cells, and finds the cells that the formula names. */
function parse(formula, sheet) {
  const code = formula.replace(/\b([A-Z])(\d+):([A-Z])(\d+)\b/g, (_, left, top, right, bottom) => {
    const inside = (name) => {
      const [column, row] = [name[0], Number(name.slice(1))];
      return column >= left && column <= right && row >= Number(top) && row <= Number(bottom);
    };
    return `[${Object.keys(sheet).filter(inside)}]`;
  });
  return { code, references: [...new Set(code.match(/\b[A-Z]\d+\b/g))] };
}

function isCircular(name, referencesOf) {
  const reached = new Set(referencesOf(name));
  for (const other of reached) {
    for (const next of referencesOf(other)) reached.add(next); // the loop goes on to what is added
  }
  return reached.has(name);
}

const failure = (name, message) => ({ error: { name, message } });

const sheet = {
  A1: "coffee", B1: 4.5, C1: 12, D1: "=B1 * C1",
  A2: "tea", B2: 3.2, C2: 30, D2: "=B2 * C2",
  A3: "cake", B3: 5.9, C3: 7, D3: "=B3 * C3",
  D4: "=SUM(D1:D3)",
  D5: "=ROUND(D4 * 0.07, 2)",
  D6: "=IF(D4 > 100, D4 + D5, D4)",

  E1: "=for (;;) {}",
  E2: "=const hoard = []; for (;;) hoard.push(new Uint8Array(1e6))",
  E3: "=Array.prototype.reduce = () => 666; SUM(D1:D3)",
  E4: "=(function deeper() { deeper() })()",
  E5: "=process.exit(1)",
  E6: "=E7 + 1",
  E7: "=E6 + 1",
  E8: "=E1 * 2",
  E9: "=ROUND(AVERAGE(D1:D3), 1)",
};

const pool = await newWorkerPool({ bootstrapCode: library, memoryLimitBytes: 16 * 1024 * 1024 });
const results = await evaluateSheet(pool, sheet);
await pool.close();

const short = (text, width) =>
  (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
console.log("cell  formula                                   result");
for (const [name, { value, error }] of Object.entries(results)) {
  if (!String(sheet[name]).startsWith("=")) continue;
  const shown = error ? `#${error.name}: ${error.message}` : String(value);
  console.log(`${name.padEnd(6)}${short(sheet[name], 40)}  ${short(shown, 52).trimEnd()}`);
}

assert.equal(results.D6.value, 204.69);
assert.equal(results.E9.value, 63.8);
assert.equal(results.E3.value, 666); // it broke the library: its own copy
const failures = ["E1", "E2", "E4", "E5", "E6", "E7", "E8"].map((name) => results[name].error.name);
assert.deepEqual(failures, [
  "TimeoutError",
  "MemoryLimitError",
  "RangeError",
  "ReferenceError",
  "CycleError",
  "CycleError",
  "CellError",
]);
