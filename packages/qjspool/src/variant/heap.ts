// SPDX-License-Identifier: MIT
// The instance behind a variant: isolate.wasm with the functions of src/ffi, its memory, and text in
// it. What it imports from pools is refused: no isolate of a pool is made in it.

import { readText, textSize, writeAscii, writeText } from "../codec/text.js";
import { wasiImports } from "../core/wasi.js";
import type { Suspension } from "./suspension.js";

/**
 * 256 MiB, of which only what is used is there. It never grows: the core keeps arrays over the memory, and
 * growing would leave them without one, so that lengths and names of properties came out wrong.
 * The smaller sizes are for hosts that have no address space for it.
 */
const PAGES = [4096, 1024, 256];

/** What the C code asks of the host, see src/ffi/ffi.h. Pointers are numbers. */
export interface FfiHost {
  free_host_ref(rt: number, id: number): void;
  /** A number for a function that goes to a pool; the box is the host's. */
  name_function(ctx: number, box: number): number;
  should_interrupt(rt: number): number;
  call_function(ctx: number, thisAt: number, argc: number, argv: number, id: number): number;
  load_module(rt: number, ctx: number, name: number): number;
  normalize_module(rt: number, ctx: number, base: number, name: number): number;
}

export type FfiExports = Record<string, (...args: (number | boolean)[]) => number>;

export interface HeapOptions {
  memory?: WebAssembly.Memory | undefined;
  instantiate(imports: WebAssembly.Imports): Promise<WebAssembly.Instance>;
}

export class Heap {
  readonly memory: WebAssembly.Memory;
  exports!: FfiExports;
  /** Of asynchronous variants. */
  suspension!: Suspension;
  private bytes: Uint8Array<ArrayBuffer>;
  // looked up once: an instance's exports are a slow dictionary
  private malloc!: (size: number) => number;
  private release!: (at: number) => number;

  private constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.bytes = new Uint8Array(memory.buffer as ArrayBuffer);
  }

  /** `host`: the imports of module "qjsp_ffi". */
  static async open(options: HeapOptions, newHost: (heap: Heap) => WebAssembly.ModuleImports): Promise<Heap> {
    const memory = options.memory ?? newMemory();
    const heap = new Heap(memory);
    const instance = await options.instantiate({
      env: { memory },
      wasi_snapshot_preview1: wasiImports(memory),
      qjsp: poolImports(),
      qjsp_ffi: newHost(heap),
    });
    heap.exports = instance.exports as unknown as FfiExports;
    heap.exports["_initialize"]!();
    heap.malloc = heap.exports["qjsp_ffi_malloc"]!;
    heap.release = heap.exports["qjsp_ffi_free"]!;
    return heap;
  }

  /** The memory as it is now: growing one of the caller's detaches the view. */
  get view(): Uint8Array<ArrayBuffer> {
    if (this.bytes.length === 0) {
      this.bytes = new Uint8Array(this.memory.buffer as ArrayBuffer);
    }
    return this.bytes;
  }

  /** Text up to a NUL, or `most` bytes. */
  textAt(at: number, most = Infinity): string {
    if (at === 0) return "";
    const { view } = this;
    const nul = view.indexOf(0, at);
    return readText(view, at, Math.min(nul < 0 ? view.length : nul, at + most));
  }

  /** Writes text and a NUL in at most `room` bytes. Returns how many, without the NUL. */
  putText(text: string, at: number, room = Infinity): number {
    const { view } = this;
    if (text.length < room) {
      const end = writeAscii(view, at, text);
      if (end >= 0) {
        view[end] = 0;
        return end - at;
      }
    }
    if (textSize(text) < room) {
      const end = writeText(view, at, text);
      view[end] = 0;
      return end - at;
    }
    // as much as fits, whole characters
    let n = Math.min(text.length, room - 1);
    while (n > 0 && textSize(text.slice(0, n)) >= room) n--;
    return room > 0 ? this.putText(text.slice(0, n), at) : 0;
  }

  /** A copy of the text on the heap, while `fn` runs. */
  withText<T>(text: string, fn: (at: number) => T): T {
    const at = this.allocate(textSize(text) + 1);
    try {
      this.putText(text, at);
      return fn(at);
    } finally {
      this.release(at);
    }
  }

  allocate(size: number): number {
    const at = this.malloc(size);
    if (at === 0 && size > 0) throw new RangeError(`no memory for ${size} bytes`);
    return at;
  }

  free(at: number): void {
    this.release(at);
  }
}

function newMemory(): WebAssembly.Memory {
  for (const pages of PAGES) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch (error) {
      if (pages === PAGES.at(-1)) throw error;
    }
  }
  throw new RangeError("no memory for an engine");
}

/** Pools' imports, none of which a variant comes to call but the clock. */
function poolImports(): WebAssembly.ModuleImports {
  const refuse = (): never => {
    throw new Error("there is no pool behind this instance");
  };
  const names = ["interrupt", "console", "call", "module", "strip_types", "file", "file_wait"];
  return { now: () => performance.now(), ...Object.fromEntries(names.map((name) => [name, refuse])) };
}
