// SPDX-License-Identifier: MIT
// Handles of quickjs-emscripten-core on our variant, beside the usual one with QuickJS-NG: in this one
// process, taking turns.
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";
import usual from "@jitl/quickjs-ng-wasmfile-release-sync";
import { RELEASE_SYNC } from "qjspool/variant";
import { bench } from "./lib/bench.mjs";
import { geometricMean, median, takeTurns } from "../lib/stopwatch.mjs";

const large = `({ items: Array.from({ length: 20000 }, (_, i) =>
  ({ id: i, name: "item " + i, tags: ["a", "b"], price: i * 1.5, ok: i % 2 === 0 })) })`;

/** Each makes what it needs once, and answers what is timed. */
const operations = {
  "newObject, dispose": (vm) => () => vm.newObject().dispose(),
  "newNumber, dispose": (vm) => () => vm.newNumber(5).dispose(),
  "newString, dispose": (vm) => () => vm.newString("hello").dispose(),
  getString: (vm) => {
    const text = vm.newString("hello world");
    return () => vm.getString(text);
  },
  setProp: (vm) => {
    const [object, value] = [vm.newObject(), vm.newNumber(1)];
    return () => vm.setProp(object, "a", value);
  },
  "getProp, dispose": (vm) => {
    const object = vm.newObject();
    vm.setProp(object, "a", vm.newNumber(1));
    return () => vm.getProp(object, "a").dispose();
  },
  "callFunction, dispose": (vm) => {
    const [fn, one] = [vm.unwrapResult(vm.evalCode("(a, b) => a + b")), vm.newNumber(1)];
    return () => vm.unwrapResult(vm.callFunction(fn, vm.undefined, one, one)).dispose();
  },
  "a host function, called": (vm) => {
    vm.newFunction("host", (value) => value).consume((fn) => vm.setProp(vm.global, "host", fn));
    const fn = vm.unwrapResult(vm.evalCode("() => { for (let i = 0; i < 100; i++) host(i) }"));
    return () => vm.unwrapResult(vm.callFunction(fn, vm.undefined)).dispose();
  },
  "dump of a small object": (vm) => {
    const object = vm.unwrapResult(vm.evalCode("({ a: 1, b: 'x', c: [1, 2, 3] })"));
    return () => vm.dump(object);
  },
};

/** Microseconds of one call, many at a time. */
function side(act) {
  return {
    round({ ms }) {
      let n = 0;
      const begin = performance.now();
      let now = begin;
      for (; now < begin + ms; now = performance.now()) for (let i = 0; i < 50; i++, n++) act();
      return [((now - begin) * 1000) / n];
    },
  };
}

async function compare(contexts, make, { rounds, ms }) {
  const sides = contexts.map((vm) => side(make(vm)));
  await takeTurns(sides, 2, { ms });
  const samples = await takeTurns(sides, rounds, { ms });
  return sides.map((key) => median(samples.get(key)));
}

await bench("Handles", async (report, { quick }) => {
  const modules = await Promise.all([usual.default ?? usual, RELEASE_SYNC].map(newQuickJSWASMModuleFromVariant));
  const contexts = modules.map((module) => module.newContext());
  const budget = quick ? { rounds: 7, ms: 20 } : { rounds: 21, ms: 50 };
  const rows = [];
  for (const [name, make] of Object.entries(operations)) {
    const [theirs, ours] = await compare(contexts, make, budget);
    rows.push([name, [theirs, ours, theirs / ours]]);
  }
  report.table("us", ["usual", "qjspool", "usual / qjspool"], rows);
  const ratios = rows.map(([, [, , ratio]]) => ratio);
  report.promise("handle operations at least as fast, geometric mean", 1, "times", geometricMean(ratios), "atLeast");
  const dumped = contexts.map((vm) => {
    const value = vm.unwrapResult(vm.evalCode(large));
    return { once: async () => vm.dump(value) };
  });
  const samples = await takeTurns(dumped, quick ? 3 : 9, { ms: 1, atLeast: 1 });
  const [theirs, ours] = dumped.map((key) => median(samples.get(key)));
  report.row("dump of 1.6 MB of JSON, usual", theirs, "ms");
  report.row("dump of 1.6 MB of JSON, qjspool", ours, "ms");
  report.promise("dump of a large value at least 3 times as fast", 3, "times", theirs / ours, "atLeast");
});
