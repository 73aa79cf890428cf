// SPDX-License-Identifier: MIT
// How fast the engines run: the programs of programs/, each in a clean realm, against the other
// builds of QuickJS for Wasm. Of the peers the evaluation alone is timed, without making and
// disposing the realm; of ours the whole way through the pool. `--wasm FILE` tries another build of
// isolate.wasm, `--only fib,json` some programs.
import { readdirSync, readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { bench } from "./lib/bench.mjs";
import { openPeer } from "./lib/peers.mjs";
import { geometricMean, median, now } from "../lib/stopwatch.mjs";

const folder = new URL("programs/", import.meta.url);

/** The programs, each with the answer that V8 gives. */
function programs(only) {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.slice(0, -3))
    .filter((name) => !only || only.split(",").includes(name))
    .map((name) => {
      const script = readFileSync(new URL(`${name}.js`, folder), "utf8");
      return { name, script, expected: runInNewContext(script) };
    });
}

/** Each answers how many milliseconds one evaluation of `program` took, and what came of it. */
const stopwatches = {
  async qjspool({ evaluate }, program) {
    const begin = now();
    const value = await evaluate(program);
    return { ms: now() - begin, value };
  },
  async "quickjs-emscripten"({ clean }, program) {
    const context = clean();
    const begin = now();
    const result = context.evalCode(program.script);
    const ms = now() - begin;
    const value = context.unwrapResult(result).consume((handle) => context.dump(handle));
    context.dispose();
    return { ms, value };
  },
  async "quickjs-wasi"({ clean }, program) {
    const vm = await clean();
    const begin = now();
    const result = vm.evalCode(program.script);
    const ms = now() - begin;
    const value = result.consume((handle) => vm.dump(handle));
    vm.dispose();
    return { ms, value };
  },
};

async function openSides(report, wasm) {
  const { default: variant } = await import("@jitl/quickjs-ng-wasmfile-release-sync");
  const sides = [];
  for (const [name, title, options] of [
    ["qjspool", "qjspool", wasm ? { size: 1, wasmLocation: readFileSync(wasm) } : { size: 1 }],
    ["quickjs-wasi", "quickjs-wasi", {}],
    ["quickjs-emscripten", "quickjs-emscripten", {}],
    ["quickjs-emscripten", "quickjs-ng variant", { variant }],
  ]) {
    const { side, why } = await openPeer(name, options);
    if (side) sides.push({ title, measure: (program) => stopwatches[name](side, program) });
    else report.missing(title, why);
  }
  return sides;
}

/** The host compiles what is hot a second time, in the background: every side runs everything. */
async function warmUp(sides, all, rounds) {
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) for (const program of all) await side.measure(program);
  }
}

/** Medians of one program, by side; the sides take turns. */
async function medians(sides, program, rounds) {
  const samples = sides.map(() => []);
  for (let round = -2; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const { ms, value } = await side.measure(program);
      if (value !== program.expected) throw new Error(`${side.title}, ${program.name}: ${value}`);
      if (round >= 0) samples[i].push(ms);
    }
  }
  return samples.map(median);
}

function table(report, sides, results) {
  const means = sides.map((_, i) => geometricMean([...results.values()].map((times) => times[i])));
  const titles = sides.map(({ title }) => title);
  report.table("program", titles, [...results, ["geometric mean", means]]);
  return means;
}

await bench("Node: compute, milliseconds for each program", async (report, { quick, only, wasm }) => {
  const sides = await openSides(report, wasm);
  const results = new Map();
  const all = programs(only);
  await warmUp(sides, all, quick ? 3 : 6);
  for (const program of all) {
    results.set(program.name, await medians(sides, program, quick ? 3 : 11));
  }
  const means = table(report, sides, results);
  if (sides[0]?.title !== "qjspool") return;
  const ratio = Math.min(...means.slice(1)) / means[0];
  report.promise("geometric mean: at least the speed of the fastest peer", 1, "times", ratio, "atLeast");
  for (const [name, [ours, ...theirs]] of results) {
    const slower = ours / Math.min(...theirs);
    if (slower > 1.03) report.heading(`  ${name}: ${slower.toFixed(2)} times the fastest peer's time`);
  }
}, { wasm: { type: "string" } });
