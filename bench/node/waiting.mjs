// SPDX-License-Identifier: MIT
// Handles whose host functions answer later: what suspending costs, how deep a guest may be, and what
// the asynchronous variants cost where nothing waits. Asyncify is what hosts without JavaScript
// Promise Integration get (Node 20 and 22); where there is one, both are measured.
import { newQuickJSAsyncWASMModuleFromVariant, newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";
import { getAsyncifiedWasm } from "qjspool";
import { RELEASE_ASYNC, RELEASE_SYNC } from "qjspool/variant";
import { bench } from "./lib/bench.mjs";
import { median, takeTurns } from "../lib/stopwatch.mjs";

const asyncified = newVariant(RELEASE_ASYNC, { wasmModule: await getAsyncifiedWasm() });
const ways = { synchronous: () => newQuickJSWASMModuleFromVariant(RELEASE_SYNC), asyncify: () => newQuickJSAsyncWASMModuleFromVariant(asyncified) };
if ("Suspending" in WebAssembly) ways.integration = () => newQuickJSAsyncWASMModuleFromVariant(RELEASE_ASYNC);

const run = (vm, code) => vm.unwrapResult(vm.evalCode(code)).consume(vm.dump);
const runAsync = async (vm, code) => vm.unwrapResult(await vm.evalCodeAsync(code)).consume(vm.dump);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const define = "function fib(n) { return n < 2 ? 1 : fib(n - 1) + fib(n - 2); } function at(n) { return n === 0 ? later() : at(n - 1); }";

/** Nested calls that this thread's own stack holds, whatever the guest's limit is. */
async function hostDepth(open, isWarm) {
  const holds = async (depth) => {
    const vm = (await open()).newContext();
    vm.runtime.setMaxStackSize(3 << 20);
    run(vm, `${define}; 0`);
    for (let i = 0; isWarm && i < 4; i++) {
      run(vm, "for (let i = 0; i < 6; i++) fib(20); 0");
      await pause(60);
    }
    try {
      return run(vm, `(function f(n) { return n === 0 ? 0 : f(n - 1) + 1; })(${depth})`) === depth;
    } catch {
      return false; // the host's RangeError; the instance is lost
    }
  };
  let [low, high] = [10, 4000];
  while (high - low > 20) {
    const middle = (low + high) >> 1;
    if (await holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

await bench("Handles that wait", async (report, { quick }) => {
  const names = Object.keys(ways);
  const vms = await Promise.all(names.map(async (name) => (await ways[name]()).newContext()));
  for (const vm of vms) {
    vm.newFunction("now", (value) => value).consume((fn) => vm.setProp(vm.global, "now", fn));
    vm.newAsyncifiedFunction?.("later", async () => vm.undefined).consume((fn) => vm.setProp(vm.global, "later", fn));
    run(vm, `${define}; 0`);
  }
  const budget = quick ? [5, { ms: 20 }] : [15, { ms: 50 }];
  const timed = async (act) => {
    const sides = vms.map((vm) => ({ once: async () => act(vm) }));
    await takeTurns(sides, 3, budget[1]);
    const samples = await takeTurns(sides, ...budget);
    return sides.map((side) => median(samples.get(side)));
  };
  const rows = [];
  rows.push(["fib(20), nothing waits", await timed((vm) => run(vm, "fib(20)"))]);
  rows.push(["10,000 calls of a host function that answers at once", await timed((vm) => run(vm, "for (let i = 0; i < 10000; i++) now(i)"))]);
  report.table("ms", names, rows);

  const waits = [];
  for (const depth of [1, 100, 1000]) {
    const [, ...times] = await timed((vm) =>
      vm === vms[0] ? 0 : runAsync(vm, `for (let i = 0; i < 100; i++) at(${depth})`),
    );
    waits.push([`suspended and resumed, ${depth} calls deep`, times.map((ms) => ms * 10)]);
  }
  report.table("us", names.slice(1), waits);

  const depths = await Promise.all(["cold", "warm"].map(async (how) => {
    const row = [];
    for (const name of names) row.push(await hostDepth(ways[name], how === "warm"));
    return [`nested calls that the thread's stack holds, ${how}`, row];
  }));
  report.table("calls", names, depths);
  const [, [, worst]] = depths.map(([, row]) => row);
  report.promise("nested calls with asyncify, warm", 1000, "calls", worst, "atLeast");
});
