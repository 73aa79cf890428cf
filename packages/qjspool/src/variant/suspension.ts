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

/** The callbacks with their answers awaited; `rt` of each call is not suspendable meanwhile. */
export function suspendableHost(heap: Heap, callbacks: () => Callbacks): Record<string, Later> {
  const outside = (rt: number, answer: number | Promise<number>): number | Promise<number> => {
    if (!(answer instanceof Promise)) return answer;
    const { exports } = heap;
    exports["qjsp_ffi_leave_suspendable"]!(rt);
    return answer.finally(() => exports["qjsp_ffi_enter_suspendable"]!(rt));
  };
  const text = (at: number): string => heap.textAt(at);
  return {
    call_function: (ctx, thisAt, argc, argv, id) =>
      outside(
        heap.exports["qjsp_ffi_runtime_of"]!(ctx!),
        callbacks().callFunction(asyncify, ctx!, thisAt!, argc!, argv!, id!),
      ),
    load_module: (rt, ctx, name) =>
      outside(rt!, callbacks().loadModuleSource(asyncify, rt!, ctx!, text(name!))),
    normalize_module: (rt, ctx, base, name) =>
      outside(rt!, callbacks().normalizeModule(asyncify, rt!, ctx!, text(base!), text(name!))),
  };
}

/** An import that may wait, if the variant can. */
export function suspending(type: "sync" | "async", fn: unknown): WebAssembly.ImportValue {
  if (type === "sync") return fn as WebAssembly.ImportValue;
  return new integration.Suspending(fn as Suspended);
}
