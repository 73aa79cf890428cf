// SPDX-License-Identifier: MIT
// The same programs on the usual variant of quickjs-emscripten with QuickJS-NG, whose engine is 0.12:
// what its users get is what ours gives. docs/handles.md has what differs, and why.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { newQuickJSWASMModuleFromVariant, type QuickJSSyncVariant } from "quickjs-emscripten-core";
import { RELEASE_SYNC } from "qjspool/variant";
import { test } from "node:test";
import { root, runtime } from "./lib/env.js";
import { dumpOf, names, namesOf, programs } from "./lib/variant-programs.js";

const skip = runtime !== "node" && "one runtime is enough";
const installed = createRequire(`${root}/tests/package/package.json`);
const reference = skip ? undefined : (installed("@jitl/quickjs-ng-wasmfile-release-sync") as { default: QuickJSSyncVariant }).default;
const variants = [reference!, RELEASE_SYNC];

test("dumps", { skip }, async () => {
  const [theirs, ours] = await Promise.all(variants.map(newQuickJSWASMModuleFromVariant));
  for (const [code] of programs) {
    const contexts = [theirs!.newContext(), ours!.newContext()];
    const [want, have] = contexts.map((ctx) => dumpOf(ctx, code));
    assert.deepEqual(have, want, code);
    for (const ctx of contexts) ctx.dispose();
  }
});

test("names", { skip }, async () => {
  const [theirs, ours] = await Promise.all(variants.map(newQuickJSWASMModuleFromVariant));
  for (const [options] of names) {
    const contexts = [theirs!.newContext(), ours!.newContext()];
    const [want, have] = contexts.map((ctx) => namesOf(ctx, options));
    assert.deepEqual(have, want, JSON.stringify(options));
    for (const ctx of contexts) ctx.dispose();
  }
});
