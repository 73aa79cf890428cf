// SPDX-License-Identifier: MIT
// What the Wasm modules import and export, name by name: a new import is a way out of the sandbox
// that somebody must have meant.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool } from "qjspool";
import { packageFile } from "./lib/env.js";

const load = async (name: string) => WebAssembly.compile(await packageFile(name));

/** Those that the sync FFI of @jitl/quickjs-ffi-types 0.32 names, less five that are no C here. */
const QTS_COUNT = 63;

const exportsOf = (module: WebAssembly.Module) =>
  WebAssembly.Module.exports(module)
    .map(({ name, kind }) => `${kind} ${name}`)
    .sort();

test("isolate.wasm imports a clock, entropy, its memory and the functions of its two hosts", async () => {
  const imports = WebAssembly.Module.imports(await load("isolate.wasm"));
  const names = imports.map(({ module, name, kind }) => `${kind} ${module}.${name}`).sort();
  assert.deepEqual(names, [
    "function qjsp.call",
    "function qjsp.console",
    "function qjsp.file",
    "function qjsp.file_wait",
    "function qjsp.interrupt",
    "function qjsp.module",
    "function qjsp.now",
    "function qjsp.strip_types",
    "function qjsp_ffi.call_function",
    "function qjsp_ffi.call_function_wait",
    "function qjsp_ffi.free_host_ref",
    "function qjsp_ffi.load_module",
    "function qjsp_ffi.load_module_wait",
    "function qjsp_ffi.name_function",
    "function qjsp_ffi.normalize_module",
    "function qjsp_ffi.normalize_module_wait",
    "function qjsp_ffi.should_interrupt",
    "function wasi_snapshot_preview1.clock_time_get",
    "function wasi_snapshot_preview1.fd_close",
    "function wasi_snapshot_preview1.fd_fdstat_get",
    "function wasi_snapshot_preview1.fd_seek",
    "function wasi_snapshot_preview1.fd_write",
    "function wasi_snapshot_preview1.random_get",
    "memory env.memory",
  ]);
});

test("isolate.wasm exports its table and nothing else", async () => {
  const names = exportsOf(await load("isolate.wasm"));
  // those of quickjs-emscripten-core; variant.test.ts calls each of them
  assert.equal(names.filter((name) => name.startsWith("function QTS_")).length, QTS_COUNT);
  assert.deepEqual(names.filter((name) => !name.startsWith("function QTS_")), [
    "function _initialize",
    "function qjsp_ffi_cannot_suspend",
    "function qjsp_ffi_count_contexts",
    "function qjsp_ffi_count_handles",
    "function qjsp_ffi_count_objects",
    "function qjsp_ffi_decode",
    "function qjsp_ffi_encode",
    "function qjsp_ffi_free",
    "function qjsp_ffi_host_ref_class",
    "function qjsp_ffi_malloc",
    "function qjsp_ffi_runtime_of",
    "function qjsp_ffi_set_suspendable",
    "function qjsp_ffi_take_exception",
    "function qjsp_wasm_begin",
    "function qjsp_wasm_end",
    "function qjsp_wasm_engine_version",
    "function qjsp_wasm_extend",
    "function qjsp_wasm_new",
    "function qjsp_wasm_next_call",
    "function qjsp_wasm_next_large",
    "function qjsp_wasm_open",
    "function qjsp_wasm_poll",
    "function qjsp_wasm_reserve",
    "function qjsp_wasm_resolve",
    "function qjsp_wasm_restore",
    "function qjsp_wasm_seal",
    "function qjsp_wasm_snapshot_size",
    "function qjsp_wasm_was_exhausted",
  ]);
});

test("files.wasm imports a clock and its memory", async () => {
  const module = await load("files.wasm");
  const imports = WebAssembly.Module.imports(module);
  assert.deepEqual(imports.map(({ module, name, kind }) => `${kind} ${module}.${name}`).sort(), [
    "function qjsp.wall_clock",
    "memory env.memory",
  ]);
  assert.deepEqual(exportsOf(module), [
    "function qjsp_files_ban",
    "function qjsp_files_bury",
    "function qjsp_files_call",
    "function qjsp_files_client_free",
    "function qjsp_files_client_new",
    "function qjsp_files_new",
    "function qjsp_files_reserve",
    "function qjsp_files_try_lock",
    "function qjsp_files_unlock",
    "global __stack_pointer",
  ]);
});

test("sched.wasm imports nothing", async () => {
  const module = await load("sched.wasm");
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  assert.deepEqual(exportsOf(module), [
    "function _initialize",
    "function qjsp_wasm_sched_deadline",
    "function qjsp_wasm_sched_event",
    "function qjsp_wasm_sched_free",
    "function qjsp_wasm_sched_new",
    "function qjsp_wasm_sched_next_action",
    "function qjsp_wasm_sched_next_deadline",
    "function qjsp_wasm_sched_stats",
    "memory memory",
  ]);
});

test("another module than isolate.wasm is refused by name", async () => {
  const wasmLocation = await packageFile("sched.wasm");
  const message = 'option "wasmLocation": this Wasm is not qjspool/isolate.wasm';
  await assert.rejects(newWorkerPool({ wasmLocation }), { name: "TypeError", message });
});
