// SPDX-License-Identifier: MIT
// contextOptions.intrinsics: what is taken away is away, and everything else still works, the
// pool's own bootstrap code above all, which runs after another program then.
// options.test.ts has which options are refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, type WorkerPoolOptions } from "qjspool";
import { errorOf, modes, valueOf } from "./lib/pools.js";

/** More than an instance may grow by: the worker makes another, and all its programs run again. */
const GROW = "new Uint8Array(20 * 2 ** 20).fill(1).length";
const NONE = { intrinsics: [] } as WorkerPoolOptions["contextOptions"];
const FUNCTIONS = ["function () {}", "() => {}", "function* () {}", "async () => {}", "async function* () {}"];

for (const mode of modes) {
  const make = (options: WorkerPoolOptions) =>
    newWorkerPool({ ...mode.options, poolSize: 1, contextOptions: NONE, ...options });

  for (const preWarm of [true, false]) {
    test(`${mode.name}: bootstrap code runs after it, preWarm: ${preWarm}`, async () => {
      using pool = await make({ preWarm, bootstrapCode: "globalThis.had = typeof Date" });
      assert.deepEqual(await pool.evalCode("had"), { value: "undefined" });
    });
  }

  test(`${mode.name}: bootstrap code runs after it in each renewal, and may wait`, async () => {
    let nboots = 0;
    using pool = await newWorkerPool({
      ...mode.options,
      poolSize: 1,
      contextOptions: { intrinsics: { Promise: true, TypedArrays: true } },
      hostFunctions: { boot: async () => ++nboots },
      bootstrapCode: "globalThis.nth = await boot()",
    });
    assert.deepEqual(await pool.evalCode("nth"), { value: 1 });
    assert.deepEqual(await pool.evalCode(GROW), { value: 20 * 2 ** 20 });
    assert.deepEqual(await pool.evalCode("nth"), { value: 2 });
  });

  test(`${mode.name}: values of types that are away still cross`, async () => {
    const values = [new Date(5), /x/g, new Map([[1, 2n]]), new Set([1]), new Uint8Array(3)];
    using pool = await make({ globals: { values }, hostFunctions: { echo: (x) => x } });
    assert.deepEqual(await pool.evalCode("await echo(values)"), { value: values });
    assert.deepEqual(await pool.call((x) => x, values), { value: values });
    const session = await pool.createSession();
    assert.deepEqual(await session.evalCode("const kept = values; await 1"), { value: 1 });
    assert.deepEqual(await session.evalCode("kept"), { value: values });
  });

  test(`${mode.name}: without Eval no text becomes code`, async () => {
    using pool = await make({});
    for (const fn of FUNCTIONS) {
      const result = await pool.evalCode(`(${fn}).constructor("return 1")`);
      assert.equal(errorOf(result, "EvalError").message, "code from strings is switched off");
    }
    assert.equal(valueOf(await pool.evalCode("typeof eval + typeof Function")), "undefinedundefined");
  });
}
