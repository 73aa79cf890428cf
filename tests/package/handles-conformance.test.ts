// SPDX-License-Identifier: MIT
// Every public method of quickjs-emscripten-core's classes on our variants, by lib/handle-cases.ts,
// and after each case no handle is left. A method that a newer core has and no case knows fails.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { getAsyncifiedWasm } from "qjspool";
import { RELEASE_ASYNC, RELEASE_SYNC } from "qjspool/variant";
import {
  newQuickJSAsyncWASMModuleFromVariant,
  newQuickJSWASMModuleFromVariant,
  newVariant,
  QuickJSAsyncContext,
  QuickJSAsyncRuntime,
  QuickJSContext,
  QuickJSDeferredPromise,
  QuickJSRuntime,
  TestQuickJSWASMModule,
  type QuickJSAsyncWASMModule,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import {
  asyncCases,
  asyncRuntimeCases,
  contextCases,
  inner,
  own,
  promiseCases,
  runtimeCases,
  type Cases,
} from "./lib/handle-cases.js";

const classes: [{ name: string; prototype: object }, Cases<never>][] = [
  [QuickJSContext, contextCases],
  [QuickJSAsyncContext, asyncCases],
  [QuickJSRuntime, runtimeCases],
  [QuickJSAsyncRuntime, asyncRuntimeCases],
  [QuickJSDeferredPromise, promiseCases],
];

const names = ["QuickJSContext", "QuickJSAsyncContext", "QuickJSRuntime", "QuickJSAsyncRuntime", "QuickJSDeferredPromise"];

for (const [i, [type, cases]] of classes.entries()) {
  const name = names[i]!; // a bundler may have renamed the class
  test(`${name}: each method has a case`, () => {
    const wanted = Object.getOwnPropertyNames(type.prototype).filter((member) => !inner[name]!.includes(member));
    assert.deepEqual(Object.keys(cases).sort(), [...new Set([...wanted, ...(own[name] ?? [])])].sort());
  });
}

type Module = QuickJSWASMModule | QuickJSAsyncWASMModule;

/** The core's asynchronous contexts leave their runtime to whoever made them. */
function disposeAll(ctx: QuickJSContext): void {
  const { runtime } = ctx;
  ctx.dispose();
  if (runtime.alive) runtime.dispose();
}

function declare(variant: string, newModule: () => Promise<Module>, groups: [string, Cases<never>][]): void {
  describe(variant, () => {
    for (const [type, cases] of groups) {
      for (const [name, { run, answer }] of Object.entries(cases as Cases<never>)) {
        test(`${type}.${name}`, async () => {
          const module = new TestQuickJSWASMModule((await newModule()) as QuickJSWASMModule);
          const ctx = module.newContext();
          assert.deepEqual(await run(ctx as never), answer);
          disposeAll(ctx);
          module.disposeAll();
          module.assertNoMemoryAllocated();
        });
      }
    }
  });
}

const shared: [string, Cases<never>][] = [
  ["QuickJSContext", contextCases as Cases<never>],
  ["QuickJSRuntime", runtimeCases as Cases<never>],
  ["QuickJSDeferredPromise", promiseCases as Cases<never>],
];
const all: [string, Cases<never>][] = [
  ...shared,
  ["QuickJSAsyncContext", asyncCases as Cases<never>],
  ["QuickJSAsyncRuntime", asyncRuntimeCases as Cases<never>],
];

declare("sync", () => newQuickJSWASMModuleFromVariant(RELEASE_SYNC), shared);
declare("async", () => newQuickJSAsyncWASMModuleFromVariant(RELEASE_ASYNC), all);
if ("Suspending" in WebAssembly) {
  const asyncified = async (): Promise<QuickJSAsyncWASMModule> =>
    newQuickJSAsyncWASMModuleFromVariant(newVariant(RELEASE_ASYNC, { wasmModule: (await getAsyncifiedWasm()) as WebAssembly.Module }));
  declare("asyncify", asyncified, all);
}

describe("handles that are left", () => {
  test("are told, and a runtime is not freed before its objects", async () => {
    const module = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
    const checked = new TestQuickJSWASMModule(module);
    const runtime = checked.newRuntime();
    const ctx = runtime.newContext();
    const object = ctx.newObject();
    const number = ctx.newNumber(1);
    assert.throws(() => checked.assertNoMemoryAllocated(), { name: "QuickJSMemoryLeakDetected" });
    const code = "ERR_QJSPOOL_HANDLES_LEFT";
    ctx.dispose();
    assert.throws(() => runtime.dispose(), { code, message: "a runtime cannot be disposed of before its one object handle" });
    assert.equal(module.evalCode("6 * 7"), 42, "the module goes on");
    assert.equal(module.getFFI().QTS_RecoverableLeakCheck(), 2);
    assert.ok(object.alive && number.alive);
  });

  test("numbers and the like do not keep a runtime", async () => {
    const module = await newQuickJSWASMModuleFromVariant(RELEASE_SYNC);
    const ctx = module.newContext();
    ctx.newNumber(1);
    ctx.newString("text");
    ctx.dispose();
    assert.equal(module.getFFI().QTS_RecoverableLeakCheck(), 2);
    assert.equal(module.evalCode("6 * 7"), 42);
  });
});
