// SPDX-License-Identifier: MIT
// Handles of a context as bytes of docs/wire-format.md and back, by the C code that isolates use.
//
// ORDER qjsp_ffi_bytes: src/ffi/clone.c is the other side.

import type { QuickJSAsyncContext, QuickJSHandle } from "quickjs-emscripten-core";
import { Status } from "../protocol.js";
import type { FfiModule } from "./module.js";

/** What of a context's insides is needed, in 0.32. */
interface Insides {
  ctx: { value: number };
  rt: { value: number };
  ffi: { module: FfiModule };
  getMemory(rt: number): { heapValueHandle(ptr: number, onDispose?: () => void): QuickJSHandle };
}

export class Cloner {
  private readonly insides: Insides;
  private readonly module: FfiModule;

  constructor(context: QuickJSAsyncContext) {
    this.insides = context as unknown as Insides;
    this.module = this.insides.ffi.module;
  }

  /** A handle of a box that the C code gave. */
  adopt(box: number, onDispose?: () => void): QuickJSHandle {
    const { rt } = this.insides;
    return this.insides.getMemory(rt.value).heapValueHandle(box, onDispose);
  }

  /** The bytes; or a handle of what was thrown. `root`: what the path of a bad value begins with. */
  encode(value: QuickJSHandle, root: string): Uint8Array | QuickJSHandle {
    const { heap } = this.module;
    const at = heap.withText(root, (name) =>
      heap.exports["qjsp_ffi_encode"]!(this.insides.ctx.value, value.value, name, 0),
    );
    if (at === 0) throw new RangeError("no memory for a value of the local context");
    const [status, length, data] = new Uint32Array(heap.view.buffer, at, 3) as unknown as number[];
    const bytes = heap.view.slice(data, data! + length!);
    heap.free(data!);
    heap.free(at);
    if ((status! | 0) === Status.ok) return bytes;
    if ((status! | 0) !== Status.exception) throw new RangeError(`a value cannot be carried (status ${status! | 0})`);
    return this.adopt(heap.exports["qjsp_ffi_take_exception"]!(this.insides.ctx.value));
  }

  decode(bytes: Uint8Array, onDispose?: () => void): QuickJSHandle {
    const { heap } = this.module;
    const at = heap.allocate(bytes.length + 1);
    heap.view.set(bytes, at);
    try {
      return this.adopt(heap.exports["qjsp_ffi_decode"]!(this.insides.ctx.value, at, bytes.length), onDispose);
    } finally {
      heap.free(at);
    }
  }

  /** Called for each function that is encoded, with a handle of its own; answers its number. */
  set onFunction(name: (handle: QuickJSHandle) => number) {
    this.module.nameFunction = (_ctx, box) => name(this.adopt(box));
  }
}
