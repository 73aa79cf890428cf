// SPDX-License-Identifier: MIT
// The Wasm modules, compiled: the embedded ones once for all pools of this realm, another isolate.wasm
// where the caller names one.

import { platform } from "#platform";
import { filesWasm, isolateWasm, schedWasm } from "../generated/wasm.js";
import { usageError } from "../errors.js";
import type { WasmModule } from "../types.js";
import type { WasmSource } from "../options.js";

export interface Assets {
  isolate: WebAssembly.Module;
  sched: WebAssembly.Module;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

type Compile = (bytes: Uint8Array<ArrayBuffer>) => Promise<WebAssembly.Module>;

/** A page's policy may forbid it: the one CompileError that its author can do something about. */
async function compile(bytes: BufferSource, by: Compile = WebAssembly.compile): Promise<WebAssembly.Module> {
  try {
    return await by(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    if (!(error instanceof Error) || !/Content Security Policy|\bCSP\b/i.test(error.message)) throw error;
    throw usageError(
      "ERR_QJSPOOL_WASM_BLOCKED",
      "the page's Content-Security-Policy forbids WebAssembly; allow 'wasm-unsafe-eval' in script-src",
    );
  }
}

function compileOnce(name: string, make: () => Promise<WebAssembly.Module>): Promise<WebAssembly.Module> {
  let module = compiled.get(name);
  if (module === undefined) {
    module = make();
    compiled.set(name, module);
    // a failure (out of memory) may pass
    module.catch(() => compiled.delete(name));
  }
  return module;
}

function compileEmbedded(name: string, packed: string): Promise<WebAssembly.Module> {
  return compileOnce(name, () => platform.unpack(packed).then((bytes) => compile(bytes)));
}

/** In a file of its own: few hosts need it. */
async function compileAsyncified(): Promise<WebAssembly.Module> {
  const { asyncifiedWasm } = await import("../generated/asyncified.js");
  const bytes = await platform.unpack(asyncifiedWasm);
  // flags of the process change meanwhile, which others must not see: see node-baseline.ts
  await Promise.allSettled([...compiled].filter(([name]) => name !== "asyncified").map(([, module]) => module));
  return compile(bytes, platform.compileAsyncified);
}

async function compileIsolate(source: WasmSource): Promise<WebAssembly.Module> {
  if (source === null) return compileEmbedded("isolate", isolateWasm);
  const module = await compileGiven(source);
  const isOurs = WebAssembly.Module.exports(module).some(({ name }) => name === "qjsp_wasm_open");
  if (!isOurs) throw new TypeError('option "wasmLocation": this Wasm is not qjspool/isolate.wasm');
  return module;
}

async function compileGiven(source: NonNullable<WasmSource>): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === "string" || source instanceof URL) return compileAt(source);
  return compile(source);
}

/** A server may well answer with a page of its own where the file is not. */
async function compileAt(location: string | URL): Promise<WebAssembly.Module> {
  const bytes = await platform.read(location);
  try {
    return await compile(bytes);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    throw new Error(`${location} is not WebAssembly: ${error.message}`, { cause: error });
  }
}

/** For mounts of memory; others never need it. */
export function loadFilesWasm(): Promise<WebAssembly.Module> {
  return compileEmbedded("files", filesWasm);
}

/** The engine that pools use, compiled: for `qjspool/variant`, or as `wasmLocation` of pools. */
export function getIsolateWasm(): Promise<WasmModule> {
  return compileEmbedded("isolate", isolateWasm) as Promise<WasmModule>;
}

/** The engine with handles alone, which suspends itself: what `RELEASE_ASYNC` is where the host cannot. */
export function getAsyncifiedWasm(): Promise<WasmModule> {
  return compileOnce("asyncified", compileAsyncified) as Promise<WasmModule>;
}

export async function loadAssets(source: WasmSource): Promise<Assets> {
  const [isolate, sched] = await Promise.all([
    compileIsolate(source),
    compileEmbedded("sched", schedWasm),
  ]);
  return { isolate, sched };
}
