// SPDX-License-Identifier: MIT
// lib/handle-cases.ts on the usual variant of quickjs-emscripten with QuickJS-NG (0.12): the same
// answers, but where a case says what differs and why. A difference that has gone fails too.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { newQuickJSWASMModuleFromVariant, type QuickJSSyncVariant } from "quickjs-emscripten-core";
import { root, runtime } from "./lib/env.js";
import { contextCases, promiseCases, runtimeCases } from "./lib/handle-cases.js";

const skip = runtime !== "node" && "one runtime is enough";
const installed = createRequire(`${root}/tests/package/package.json`);
const groups = { QuickJSContext: contextCases, QuickJSRuntime: runtimeCases, QuickJSDeferredPromise: promiseCases };

async function attempt(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

for (const [type, cases] of Object.entries(groups)) {
  for (const [name, { run, answer, usual }] of Object.entries(cases)) {
    test(`${type}.${name}${usual === undefined ? "" : `, other: ${usual.why}`}`, { skip }, async () => {
      const variant = installed("@jitl/quickjs-ng-wasmfile-release-sync") as { default: QuickJSSyncVariant };
      const module = await newQuickJSWASMModuleFromVariant(variant.default);
      const ctx = module.newContext();
      const have = await attempt(() => run(ctx));
      assert.deepEqual(have, usual === undefined ? answer : usual.answer);
      if (usual !== undefined) assert.notDeepEqual(usual.answer, answer);
    });
  }
}
