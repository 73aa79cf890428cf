// SPDX-License-Identifier: MIT
// What quickjs-emscripten-core 0.32 gives a variant and may ask of it, in numbers: its own types brand
// each pointer, of which nothing here would be the wiser.

/** Runs what may answer later; see Asyncify.handleSleep of Emscripten. */
export interface Asyncify {
  handleSleep<T>(start: (wakeUp: (result: T) => void) => void): T | Promise<T>;
}

/** How the core answers the engine. Set by it, on the module. */
export interface Callbacks {
  freeHostRef(asyncify: Asyncify | undefined, rt: number, id: number): void;
  shouldInterrupt(asyncify: Asyncify | undefined, rt: number): number;
  callFunction(
    asyncify: Asyncify | undefined,
    ctx: number,
    thisAt: number,
    argc: number,
    argv: number,
    id: number,
  ): number | Promise<number>;
  loadModuleSource(
    asyncify: Asyncify | undefined,
    rt: number,
    ctx: number,
    name: string,
  ): number | Promise<number>;
  normalizeModule(
    asyncify: Asyncify | undefined,
    rt: number,
    ctx: number,
    base: string,
    name: string,
  ): number | Promise<number>;
}

/** What callers of the core's newVariant() may say. */
export interface LoaderOptions {
  wasmBinary?: ArrayBuffer;
  wasmMemory?: WebAssembly.Memory;
  instantiateWasm?(
    imports: WebAssembly.Imports,
    onSuccess: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports | Promise<WebAssembly.Exports>;
}
