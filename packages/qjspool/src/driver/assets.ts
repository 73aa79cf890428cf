// SPDX-License-Identifier: MIT
// The two Wasm modules, compiled: the embedded ones once for all pools of this realm, another
// isolate.wasm where the caller names one.

import { platform } from "#platform";
import { isolateWasm, schedWasm } from "../generated/embedded.js";
import type { WasmSource } from "../options.js";

export interface Assets {
  isolate: WebAssembly.Module;
  sched: WebAssembly.Module;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

function compileEmbedded(name: string, packed: string): Promise<WebAssembly.Module> {
  let module = compiled.get(name);
  if (module === undefined) {
    module = platform.unpack(packed).then((bytes) => WebAssembly.compile(bytes));
    compiled.set(name, module);
    // a failure (out of memory) may pass
    module.catch(() => compiled.delete(name));
  }
  return module;
}

async function compileIsolate(source: WasmSource): Promise<WebAssembly.Module> {
  if (source === null) return compileEmbedded("isolate", isolateWasm);
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === "string" || source instanceof URL) {
    return WebAssembly.compile(await platform.read(source));
  }
  return WebAssembly.compile(source);
}

export async function loadAssets(source: WasmSource): Promise<Assets> {
  const [isolate, sched] = await Promise.all([
    compileIsolate(source),
    compileEmbedded("sched", schedWasm),
  ]);
  return { isolate, sched };
}
