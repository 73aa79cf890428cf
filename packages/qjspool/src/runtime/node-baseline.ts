// SPDX-License-Identifier: MIT
// Compiling what asyncify instrumented, on Node 20. The optimizing compiler of its V8 gives the
// interpreter of such a module frames of 30 KB: a recursion of 33 levels would end the host's stack.
// The baseline compiler gives it 450 bytes, and code as fast; so that module stays with it.

import { setFlagsFromString } from "node:v8";

/** Of V8: since then, the optimizing compiler's frames are small. */
const FIRST_GOOD = 12;

/** In this order; the last two are what --liftoff-only switches off and leaves so. */
const FLAGS = [
  ["--no-wasm-lazy-compilation", "--wasm-lazy-compilation"],
  ["--liftoff-only", "--no-liftoff-only"],
  ["--no-wasm-tier-up", "--wasm-tier-up"],
  ["--no-wasm-dynamic-tiering", "--wasm-dynamic-tiering"],
] as const;

/**
 * The flags are the process's, and read while a module is compiled: it is compiled here and now
 * (20 ms), so that no other one of this thread sees them.
 */
export function compileBaseline(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  if (Number.parseInt(process.versions.v8, 10) >= FIRST_GOOD) return WebAssembly.compile(bytes);
  for (const [flag] of FLAGS) setFlagsFromString(flag);
  try {
    return Promise.resolve(new WebAssembly.Module(bytes));
  } finally {
    for (const [, flag] of FLAGS) setFlagsFromString(flag);
  }
}
