// SPDX-License-Identifier: MIT
// A program written for quickjs-emscripten, with its variant changed, and then its evaluations on
// workers. Runs by `node quickjs-emscripten.mjs` where qjspool is installed.
import assert from "node:assert/strict";
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";
import { newWorkerEnabledContext } from "qjspool";
// was: import variant from "@jitl/quickjs-ng-wasmfile-release-sync"
import variant from "qjspool/variant";

const RULES = `
  export const discount = (order) => (order.items.length > 2 ? 0.1 : 0);
  export const total = (order) =>
    order.items.reduce((sum, { price }) => sum + price, 0) * (1 - discount(order));
`;

/** Handles, as they always were: a value in, a function of the host's, a module, a promise. */
async function withHandles(context) {
  const log = context.newFunction("log", (...args) => console.log("guest:", ...args.map(context.dump)));
  log.consume((fn) => context.setProp(context.global, "log", fn));
  context.runtime.setModuleLoader((name) => (name === "rules" ? RULES : { error: new Error(`no ${name}`) }));

  const order = context.newObject();
  const items = context.unwrapResult(context.evalCode(`[{ price: 10 }, { price: 20 }, { price: 30 }]`));
  items.consume((list) => context.setProp(order, "items", list));
  order.consume((handle) => context.setProp(context.global, "order", handle));

  const code = `import { total } from "rules"; log("the order", order); export const sum = total(order);`;
  const exports = context.unwrapResult(context.evalCode(code, "order.js", { type: "module" }));
  const sum = exports.consume((handle) => context.getProp(handle, "sum").consume(context.getNumber));
  assert.equal(sum, 54);

  const answer = context.newString("tomorrow");
  const delivery = context.newPromise(Promise.resolve(answer));
  delivery.settled.then(() => context.runtime.executePendingJobs());
  delivery.handle.consume((handle) => context.setProp(context.global, "delivery", handle));
  const promise = context.unwrapResult(context.evalCode(`delivery.then((day) => "delivered " + day)`));
  const native = context.resolvePromise(promise);
  promise.dispose();
  const day = context.unwrapResult(await native).consume(context.getString);
  answer.dispose();
  assert.equal(day, "delivered tomorrow");
  return `${sum}, ${day}`;
}

/** The same kind of context; what it evaluates runs on workers, several at a time. */
async function onWorkers() {
  const context = await newWorkerEnabledContext({ poolSize: 2, defaultTimeout: 10_000 });
  const limit = context.newNumber(60_000);
  limit.consume((handle) => context.setProp(context.global, "limit", handle));
  const seen = [];
  const tell = context.newFunction("tell", (part) => void seen.push(context.getNumber(part)));
  tell.consume((fn) => context.setProp(context.global, "tell", fn));

  const primesIn = (part) => `
    let n = 0;
    for (let i = 2 + ${part}; i < limit; i += 4) {
      let isPrime = true;
      for (let d = 2; d * d <= i && isPrime; d++) isPrime = i % d !== 0;
      if (isPrime) n++;
    }
    await tell(${part});
    n`;
  const results = await Promise.all([0, 1, 2, 3].map((part) => context.evalCodeAsync(primesIn(part))));
  const counts = results.map((result) => context.unwrapResult(result).consume(context.getNumber));
  const total = counts.reduce((sum, n) => sum + n);
  assert.equal(total, 6057);
  assert.deepEqual(seen.sort(), [0, 1, 2, 3]);
  context.dispose();
  return `${counts.join(" + ")} = ${total} primes below 60,000`;
}

const QuickJS = await newQuickJSWASMModuleFromVariant(variant);
const context = QuickJS.newContext();
console.log("handles:", await withHandles(context));
context.dispose();
console.log("workers:", await onWorkers());
