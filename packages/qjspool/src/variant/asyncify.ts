// SPDX-License-Identifier: MIT
// An instance that suspends itself: isolate-async.wasm, made by Binaryen's Asyncify. To unwind, each
// function on the stack saves its locals in a record and returns; to rewind, the same export is
// called again, and each comes back to where it was, down to the import, which then answers.
//
// The stack in linear memory is left as it is, with its pointer: calls in between use what is below.

import type { Heap } from "./heap.js";
import type { Promising, Run, Suspension } from "./suspension.js";

/**
 * Room for the locals of suspended functions. Too little would be a trap, and the instance's end.
 * Where guests' functions call each other they take as much as those functions' part of the stack in
 * linear memory, and twice that at the most. But some of the engine's own functions that call
 * themselves have no part there (JSON.stringify, bound constructors: 110 to 130 bytes a level):
 * what is there for them is enough for 30,000 levels, for which a host's stack of 1 MB is not. What is
 * not used of it costs no memory.
 */
const LOCALS_SHARE = 4;
const LOCALS_LEAST = 4 << 20;

/** Of the record: where the next local goes, where the room ends. */
const RECORD_BYTES = 8;

type Ask = (...args: number[]) => number | Promise<number>;

export class AsyncifiedInstance implements Suspension {
  private readonly heap: Heap;
  /** On the heap while one is suspended. */
  private record = 0;
  private answer: Promise<number> | null = null;
  private result = 0;
  private isRewinding = false;
  /** Of the stack in linear memory, while nothing is on it. */
  private base = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** Whether the instance is such a one. */
  get canSuspend(): boolean {
    if (!("asyncify_start_unwind" in this.heap.exports)) return false;
    this.base = this.stackPointer;
    return true;
  }

  private get stackPointer(): number {
    return (this.heap.exports["__stack_pointer"] as unknown as WebAssembly.Global<"i32">).value;
  }

  reserve(): boolean {
    const size = RECORD_BYTES + LOCALS_LEAST + (this.base - this.stackPointer) * LOCALS_SHARE;
    const at = this.heap.exports["qjsp_ffi_malloc"]!(size);
    if (at === 0) return false;
    this.record = at;
    new Uint32Array(this.heap.view.buffer, at, 2).set([at + RECORD_BYTES, at + size]);
    return true;
  }

  abandon(): void {
    this.heap.free(this.record);
    this.record = 0;
    (this.heap.exports["__stack_pointer"] as unknown as WebAssembly.Global<"i32">).value = this.base;
  }

  /** The import: unwinds where the answer comes later, and gives it when it is asked again. */
  unwinding(ask: Ask): (...args: number[]) => number {
    return (...args) => {
      if (this.isRewinding) return this.arrive();
      const answer = ask(...args);
      if (typeof answer === "number") return answer;
      this.answer = answer;
      this.heap.exports["asyncify_start_unwind"]!(this.record);
      return 0;
    };
  }

  private arrive(): number {
    this.isRewinding = false;
    this.heap.exports["asyncify_stop_rewind"]!();
    this.heap.free(this.record);
    this.record = 0;
    return this.result;
  }

  promising(fn: Run): Promising {
    return async (afterwards, ...args) => {
      for (;;) {
        const value = this.run(fn, args, afterwards);
        const { answer } = this;
        if (answer === null) return value;
        this.answer = null;
        this.result = await answer;
        this.heap.exports["asyncify_start_rewind"]!(this.record);
        this.isRewinding = true;
      }
    };
  }

  /** From here to where it ends, or waits. */
  private run(fn: Run, args: unknown[], afterwards: () => void): number {
    try {
      const value = fn(...args) as number;
      if (this.answer !== null) this.heap.exports["asyncify_stop_unwind"]!();
      return value;
    } finally {
      afterwards();
    }
  }
}
