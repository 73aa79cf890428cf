// SPDX-License-Identifier: MIT
// The module object that quickjs-emscripten-core drives: views of memory, text, and its callbacks.

import { textSize } from "../codec/text.js";
import { Heap, type FfiHost } from "./heap.js";
import { AsyncifiedInstance } from "./asyncify.js";
import { hostSuspension, LaterHost, suspending } from "./suspension.js";
import type { Callbacks, LoaderOptions } from "./types.js";

export class FfiModule {
  readonly type: "sync" | "async";
  callbacks!: Callbacks;
  /** Set by who sends functions to a pool, see cloner.ts. */
  nameFunction: (ctx: number, box: number) => number = () => 0;
  /** How often something may have changed what the instance holds. */
  nchanges = 0;
  readonly heap!: Heap;
  /** Of asynchronous variants. */
  later!: LaterHost;
  private own!: AsyncifiedInstance;

  constructor(type: "sync" | "async") {
    this.type = type;
  }

  async open(options: LoaderOptions, getWasm: () => Promise<WebAssembly.Module>): Promise<this> {
    const heap = await Heap.open(
      { memory: options.wasmMemory, instantiate: (imports) => instantiate(options, imports, getWasm) },
      (own) => this.imports(own),
    );
    if (this.type === "async") heap.suspension = this.own.canSuspend ? this.own : hostSuspension();
    return Object.assign(this, { heap });
  }

  // ---- what the core uses ----

  _malloc(size: number): number {
    return this.heap.allocate(size);
  }

  _free(at: number): void {
    this.heap.free(at);
  }

  UTF8ToString(at: number, most?: number): string {
    return this.heap.textAt(at, most);
  }

  stringToUTF8(text: string, at: number, room?: number): void {
    this.heap.putText(text, at, room);
  }

  lengthBytesUTF8(text: string): number {
    return textSize(text);
  }

  /** An export as a function of numbers and texts. */
  cwrap(name: string, returns: string | null, takes: string[] = []): (...args: unknown[]) => unknown {
    const fn = this.heap.exports[name]!;
    return (...args) => this.callWith(fn, returns, takes, args, []);
  }

  private callWith(
    fn: (...args: number[]) => number,
    returns: string | null,
    takes: string[],
    args: unknown[],
    done: number[],
  ): unknown {
    if (done.length < args.length) {
      const arg = args[done.length];
      const goOn = (number: number) => this.callWith(fn, returns, takes, args, [...done, number]);
      return takes[done.length] === "string" && typeof arg === "string"
        ? this.heap.withText(arg, goOn)
        : goOn(Number(arg));
    }
    const result = fn(...done);
    if (returns === "string") return this.heap.textAt(result);
    if (returns === "boolean") return result !== 0;
    return returns === null ? undefined : result;
  }

  quickjsEmscriptenInit(): { getWasmMemory(): WebAssembly.Memory } {
    return { getWasmMemory: () => this.heap.memory };
  }

  get HEAP8(): Int8Array {
    return new Int8Array(this.heap.memory.buffer);
  }
  get HEAP16(): Int16Array {
    return new Int16Array(this.heap.memory.buffer);
  }
  get HEAP32(): Int32Array {
    return new Int32Array(this.heap.memory.buffer);
  }
  get HEAPU8(): Uint8Array {
    return this.heap.view;
  }
  get HEAPU16(): Uint16Array {
    return new Uint16Array(this.heap.memory.buffer);
  }
  get HEAPU32(): Uint32Array {
    return new Uint32Array(this.heap.memory.buffer);
  }
  get HEAPF32(): Float32Array {
    return new Float32Array(this.heap.memory.buffer);
  }
  get HEAPF64(): Float64Array {
    return new Float64Array(this.heap.memory.buffer);
  }
  get TOTAL_MEMORY(): number {
    return this.heap.memory.buffer.byteLength;
  }

  // ---- what the engine asks ----

  private imports(heap: Heap): WebAssembly.ModuleImports {
    return this.type === "async" ? this.laterImports(heap) : this.promptImports(heap);
  }

  private promptImports(heap: Heap): WebAssembly.ModuleImports {
    const text = (at: number): string => heap.textAt(at);
    const host: FfiHost = {
      name_function: (ctx, box) => this.nameFunction(ctx, box),
      free_host_ref: (rt, id) => this.callbacks.freeHostRef(undefined, rt, id),
      should_interrupt: (rt) => this.callbacks.shouldInterrupt(undefined, rt),
      call_function: (ctx, thisAt, argc, argv, id) =>
        this.callbacks.callFunction(undefined, ctx, thisAt, argc, argv, id) as number,
      load_module: (rt, ctx, name) =>
        this.callbacks.loadModuleSource(undefined, rt, ctx, text(name)) as number,
      normalize_module: (rt, ctx, base, name) =>
        this.callbacks.normalizeModule(undefined, rt, ctx, text(base), text(name)) as number,
    };
    const { call_function, load_module, normalize_module } = host;
    return {
      ...host,
      ...suffixed("_wait", { call_function, load_module, normalize_module }, (fn) => fn),
    } as WebAssembly.ModuleImports;
  }

  /** The core's asynchronous modules forget a runtime first and free it then, where the others do not. */
  private freeHostRef(rt: number, id: number): void {
    try {
      this.callbacks.freeHostRef(undefined, rt, id);
    } catch {
      // it went with its runtime
    }
  }

  /** Of three kinds are those that may answer later: one must answer at once. */
  private laterImports(heap: Heap): WebAssembly.ModuleImports {
    const later = new LaterHost(heap, () => this.callbacks);
    const own = new AsyncifiedInstance(heap);
    this.later = later;
    this.own = own;
    const asks = later.imports(true);
    return {
      name_function: (ctx: number, box: number) => later.turn(() => this.nameFunction(ctx, box)),
      free_host_ref: (rt: number, id: number) => later.turn(() => this.freeHostRef(rt, id)),
      should_interrupt: (rt: number) => later.turn(() => this.callbacks.shouldInterrupt(undefined, rt)),
      ...later.imports(false),
      ...suffixed("_wait", asks, suspending),
      ...suffixed("_unwind", asks, (ask) => own.unwinding(ask)),
    } as WebAssembly.ModuleImports;
  }
}

function suffixed<T, U>(suffix: string, fns: Record<string, T>, toImport: (fn: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(fns).map(([name, fn]) => [name + suffix, toImport(fn)]));
}

async function instantiate(
  options: LoaderOptions,
  imports: WebAssembly.Imports,
  getWasm: () => Promise<WebAssembly.Module>,
): Promise<WebAssembly.Instance> {
  const { instantiateWasm, wasmBinary } = options;
  if (instantiateWasm !== undefined) {
    return new Promise((resolve, reject) => {
      Promise.resolve(instantiateWasm(imports, resolve)).catch(reject);
    });
  }
  if (wasmBinary !== undefined) return (await WebAssembly.instantiate(wasmBinary, imports)).instance;
  return WebAssembly.instantiate(await getWasm(), imports);
}
