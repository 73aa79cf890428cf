// SPDX-License-Identifier: MIT
// The codec alone, against structuredClone and v8.serialize of the same values in this one process:
// `node codec-bench.mjs [--quick]`. Sides take turns; medians. Microseconds of CPU-bound work, so
// other load of the machine shows in all sides alike.
import v8 from "node:v8";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, now } from "../lib/stopwatch.mjs";

const codec = fileURLToPath(new URL("../../packages/qjspool/src/codec/", import.meta.url));

/** The codec's sources as one module. */
async function load() {
  const contents = 'export { encode } from "./encode.js"; export { decode } from "./decode.js";';
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: codec, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "node20",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

function records(count) {
  return Array.from({ length: count }, (_, i) => ({
    id: i,
    name: `record number ${i}`,
    position: { x: i / 7, y: -i / 3, inner: { deep: [i, [i + 1, [i + 2]]], flag: i % 2 === 0 } },
    tags: ["red", "green", `tag-${i % 50}`],
    note: i % 5 === 0 ? null : `a note of some forty characters, or so: ${i}`,
  }));
}

/** Parsed from text, as strings of applications mostly are: flat, not put together from parts. */
const parsed = (value) => JSON.parse(JSON.stringify(value));

const values = {
  "a small integer": 5,
  "a short string": "hello, world",
  "{a: 1, b: [1, 2]}": { a: 1, b: [1, 2] },
  "a Date in a Map": new Map([["when", new Date(1500)]]),
  "an Error": new TypeError("no"),
  "10 records": parsed(records(10)),
  "1 MB of records": parsed(records(4800)),
  "100,000 integers": Array.from({ length: 100_000 }, (_, i) => i),
  "100,000 fractions": Array.from({ length: 100_000 }, (_, i) => i / 7),
  "20,000 strings of 40": parsed(Array.from({ length: 20_000 }, (_, i) => `a string of forty characters: ${1e9 + i}`)),
  "10,000 strings, not ASCII": parsed(Array.from({ length: 10_000 }, (_, i) => `größer als ${i}`)),
  "1,000 shared references": Array(1000).fill({ shared: true }),
  "a Float64Array of 8 KB": new Float64Array(1024),
  "a Float64Array of 8 MB": new Float64Array(1 << 20),
};

/** Median microseconds of one call of each side; they take turns. */
function compare(sides, rounds, budget) {
  const runs = sides.map((side) => {
    const begin = now();
    for (let n = 0; n < 3; n++) side();
    return Math.max(1, Math.floor((budget * 3) / (now() - begin)));
  });
  const samples = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    sides.forEach((side, i) => {
      const begin = now();
      for (let n = runs[i]; n > 0; n--) side();
      samples[i].push(((now() - begin) * 1000) / runs[i]);
    });
  }
  return samples.map(median);
}

const columns = ["clone", "encode", "decode", "v8.ser", "v8.deser", "enc/clone", "dec/clone", "both/v8"];

function line(name, cells) {
  return name.padEnd(28) + cells.map((cell) => cell.padStart(11)).join("");
}

function digits(n) {
  return n.toFixed(n < 100 ? 2 : 0);
}

const { values: options } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const rounds = options.quick ? 7 : 31;
const { encode, decode } = await load();
console.log(line("median µs", columns));
for (const [name, value] of Object.entries(values)) {
  const bytes = encode(value);
  const serialized = v8.serialize(value);
  const sides = [
    () => structuredClone(value),
    () => encode(value),
    () => decode(bytes),
    () => v8.serialize(value),
    () => v8.deserialize(serialized),
  ];
  compare(sides, 5, 20); // warm-up, until all is compiled
  const [clone, enc, dec, ser, deser] = compare(sides, rounds, options.quick ? 2 : 5);
  const ratios = [enc / clone, dec / clone, (enc + dec) / (ser + deser)];
  console.log(line(name, [...[clone, enc, dec, ser, deser].map(digits), ...ratios.map((n) => n.toFixed(2))]));
}
