// SPDX-License-Identifier: MIT
// The real files beside the embedded ones: they resolve, and the options take them in every form.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { newWorkerPool } from "qjspool";

const { resolve } = createRequire(import.meta.url);
const wasmPath = resolve("qjspool/isolate.wasm");
const wasmUrl = pathToFileURL(wasmPath);
const workerUrl = pathToFileURL(resolve("qjspool/worker"));
const wasmBytes = readFileSync(wasmPath);
if (typeof import.meta.resolve === "function") {
  assert.equal(import.meta.resolve("qjspool/isolate.wasm"), wasmUrl.href);
  assert.equal(import.meta.resolve("qjspool/worker"), workerUrl.href);
}
assert.ok(WebAssembly.validate(wasmBytes));
for (const name of ["sched.wasm", "files.wasm"]) {
  assert.ok(WebAssembly.validate(readFileSync(resolve(`qjspool/${name}`))));
}
assert.equal(JSON.parse(readFileSync(resolve("qjspool/package.json"), "utf8")).name, "qjspool");
assert.throws(() => resolve("qjspool/dist/index.js"));
assert.throws(() => resolve("qjspool/src/index.ts"));

const wasmForms = [wasmUrl, wasmUrl.href, wasmBytes, await WebAssembly.compile(wasmBytes)];
for (const wasmLocation of wasmForms) await evaluates({ wasmLocation });
await evaluates({ workerUrl });
await evaluates({ workerUrl: workerUrl.href, wasmLocation: wasmUrl });

async function evaluates(options) {
  const pool = await newWorkerPool({ poolSize: 1, forceMultiThreaded: true, ...options });
  assert.deepEqual(await pool.evalCode("[1, 2].map((x) => x * 2)"), { value: [2, 4] });
  pool.dispose();
}
