// SPDX-License-Identifier: MIT
// files.wasm: a memory store whose linear memory threads share, each with an instance of its own.
// Instances, and where things are in their memory.
//
// ORDER qjsp_files_client: src/wasm/files_exports.c is the other side.

export interface FilesExports {
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  qjsp_files_try_lock(files: number): number;
  qjsp_files_unlock(files: number): void;
  qjsp_files_new(limit: number, room: number): number;
  qjsp_files_client_new(files: number): number;
  qjsp_files_ban(files: number, client: number): void;
  qjsp_files_bury(files: number, client: number): void;
  qjsp_files_client_free(files: number, client: number): void;
  qjsp_files_call(files: number, client: number): number;
  qjsp_files_reserve(files: number, client: number, length: number): number;
}

/** A client's record begins with a call (core/file-call.ts); behind it: */
export const CLIENT_STACK_TOP = 112 / 4;

export function newFilesInstance(module: WebAssembly.Module, memory: WebAssembly.Memory): FilesExports {
  const instance = new WebAssembly.Instance(module, {
    env: { memory },
    qjsp: { wall_clock: () => Date.now() },
  });
  return instance.exports as unknown as FilesExports;
}

/** Everything that a thread needs to use a store. Structured clone carries it. */
export interface MemoryLink {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** The store, and who asks: addresses in the memory. */
  files: number;
  client: number;
}
