// SPDX-License-Identifier: MIT
// Host functions and loaders that answer later: the instance is suspended meanwhile, by JavaScript
// Promise Integration. Other calls into it are fine then: those use the callbacks that cannot wait.

import { integration, type Suspended } from "../core/promise-integration.js";
import type { Heap } from "./heap.js";
import type { Asyncify, Callbacks } from "./types.js";

/** What the core takes for Emscripten's. */
const asyncify: Asyncify = {
  handleSleep(start) {
    let isDone = false;
    let result: unknown;
    let settle: ((value: unknown) => void) | undefined;
    start((value) => {
      isDone = true;
      result = value;
      settle?.(value);
    });
    if (isDone) return result as never;
    return new Promise((resolve) => {
      settle = resolve as (value: unknown) => void;
    }) as never;
  },
};

type Later = (...args: number[]) => number | Promise<number>;

const canSuspend = "Suspending" in WebAssembly;

/** The callbacks with their answers awaited; the runtime of each call is not suspendable meanwhile. */
export function suspendableHost(heap: Heap, callbacks: () => Callbacks): Record<string, Later> {
  const text = (at: number): string => heap.textAt(at);
  const awaited = (ctx: number, answer: Promise<number>): Promise<number> => {
    const { exports } = heap;
    const rt = exports["qjsp_ffi_runtime_of"]!(ctx);
    exports["qjsp_ffi_leave_suspendable"]!(rt);
    return answer.finally(() => exports["qjsp_ffi_enter_suspendable"]!(rt));
  };
  /** The exception that stands for an answer which cannot be waited for: a box. */
  const refuse = (ctx: number, answer: Promise<number>): number => {
    answer.catch(() => {});
    return heap.exports["qjsp_ffi_cannot_suspend"]!(ctx);
  };
  const boxOf = (ctx: number, answer: number | Promise<number>): number | Promise<number> => {
    if (!(answer instanceof Promise)) return answer;
    return canSuspend ? awaited(ctx, answer) : refuse(ctx, answer);
  };
  /** Of text: none, and the exception is pending. */
  const textOf = (ctx: number, answer: number | Promise<number>): number | Promise<number> => {
    if (!(answer instanceof Promise)) return answer;
    if (canSuspend) return awaited(ctx, answer);
    heap.exports["QTS_FreeValuePointer"]!(ctx, refuse(ctx, answer));
    return 0;
  };
  return {
    call_function: (ctx, thisAt, argc, argv, id) =>
      boxOf(ctx!, callbacks().callFunction(asyncify, ctx!, thisAt!, argc!, argv!, id!)),
    load_module: (rt, ctx, name) =>
      textOf(ctx!, callbacks().loadModuleSource(asyncify, rt!, ctx!, text(name!))),
    normalize_module: (rt, ctx, base, name) =>
      textOf(ctx!, callbacks().normalizeModule(asyncify, rt!, ctx!, text(base!), text(name!))),
  };
}

/** An import that may wait, if the variant and the host can. */
export function suspending(type: "sync" | "async", fn: unknown): WebAssembly.ImportValue {
  if (type === "sync" || !canSuspend) return fn as WebAssembly.ImportValue;
  return new integration.Suspending(fn as Suspended);
}

/** An export that may be suspended, as a function of a promise. */
export function promising(fn: unknown): (...args: unknown[]) => Promise<number> {
  if (canSuspend) return integration.promising(fn) as (...args: unknown[]) => Promise<number>;
  const plain = fn as (...args: unknown[]) => number;
  return (...args) => new Promise((resolve) => resolve(plain(...args)));
}
