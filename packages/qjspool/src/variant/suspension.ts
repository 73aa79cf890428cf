// SPDX-License-Identifier: MIT
// Host functions and loaders that answer later: the instance is suspended meanwhile, by JavaScript
// Promise Integration, or by itself (asyncify.ts). Other calls into it are fine then, but for one that
// would suspend it again: the instance has one stack.

import { integration, type Suspended } from "../core/promise-integration.js";
import type { Heap } from "./heap.js";
import type { Asyncify, Callbacks } from "./types.js";

export type Run = (...args: unknown[]) => unknown;

/** `afterwards`: called whenever guests have had their turn. */
export type Promising = (afterwards: () => void, ...args: unknown[]) => Promise<number>;

/** How an instance is suspended. */
export interface Suspension {
  /** Makes ready for one that begins now. False: it cannot be. */
  reserve(): boolean;
  /** What was suspended never goes on; nothing else is on the stack. */
  abandon(): void;
  /** An export as a function of a promise. */
  promising(fn: Run): Promising;
}

/** By the host. */
const integrated: Suspension = {
  reserve: () => true,
  // its part of the stack in linear memory is lost with it
  abandon: () => {},
  promising(fn) {
    const run = integration.promising(fn) as (...args: unknown[]) => Promise<number>;
    return async (afterwards, ...args) => {
      const value = await run(...args);
      // not after a failure: the runtime may be gone
      afterwards();
      return value;
    };
  },
};

/** Not at all. */
const refused: Suspension = {
  reserve: () => false,
  abandon: () => {},
  promising: (fn) => async (afterwards, ...args) => {
    try {
      return fn(...args) as number;
    } finally {
      afterwards();
    }
  },
};

export const hasIntegration = "Suspending" in WebAssembly;

/** Without a suspension of its own. */
export function hostSuspension(): Suspension {
  return hasIntegration ? integrated : refused;
}

/** An import that may answer with a promise. */
export function suspending(fn: Suspended): WebAssembly.ImportValue {
  return hasIntegration ? new integration.Suspending(fn) : (fn as WebAssembly.ImportValue);
}

/** What the core threw, where it thinks that something is suspended already. */
const lost = new Promise<number>(() => {});

/** What the core takes for Emscripten's. */
const asyncify: Asyncify = {
  handleSleep(start) {
    let isDone = false;
    let result: unknown;
    let settle: ((value: unknown) => void) | undefined;
    try {
      start((value) => {
        isDone = true;
        result = value;
        settle?.(value);
      });
    } catch {
      return lost as never;
    }
    if (isDone) return result as never;
    return new Promise((resolve) => {
      settle = resolve as (value: unknown) => void;
    }) as never;
  },
};

type Answer = number | Promise<number>;
type Ask = (...args: number[]) => Answer;
/** `refuse`: an exception stands for the answer. `drop`: it came, and nobody waits for it. */
type Refusal = { refuse(ctx: number): number; drop(ctx: number, answer: number): void };

export class LaterHost {
  private readonly heap: Heap;
  private readonly callbacks: () => Callbacks;
  /** Calls to the host that have not returned: frames of its own are on the stack. */
  private nturns = 0;
  private isWaiting = false;
  private waiting: { rt: number; reject(reason: unknown): void } | null = null;

  constructor(heap: Heap, callbacks: () => Callbacks) {
    this.heap = heap;
    this.callbacks = callbacks;
  }

  /** Whether a call into the instance stands at the bottom of its stack. */
  get isAtBottom(): boolean {
    return this.nturns === 0;
  }

  /** The imports that may answer later, and must answer at once; `wait`: and those that can wait. */
  imports(wait: boolean): Record<"call_function" | "load_module" | "normalize_module", Ask> {
    const text = (at: number): string => this.heap.textAt(at);
    const box: Refusal = {
      refuse: (ctx) => this.heap.exports["qjsp_ffi_cannot_suspend"]!(ctx),
      drop: (ctx, answer) => answer === 0 || this.heap.exports["QTS_FreeValuePointer"]!(ctx, answer),
    };
    const string: Refusal = {
      refuse: (ctx) => {
        this.heap.exports["QTS_FreeValuePointer"]!(ctx, box.refuse(ctx));
        return 0;
      },
      drop: (_ctx, answer) => this.heap.free(answer),
    };
    const settle = (ctx: number, answer: Answer, refusal: Refusal): Answer => {
      if (typeof answer === "number") return answer;
      return wait && this.begin(answer) ? this.awaited(ctx, answer) : this.refuse(ctx, answer, refusal);
    };
    return {
      call_function: (ctx, thisAt, argc, argv, id) => {
        const answer = this.turn(() => this.callbacks().callFunction(asyncify, ctx!, thisAt!, argc!, argv!, id!));
        return settle(ctx!, answer, box);
      },
      load_module: (rt, ctx, name) => {
        const answer = this.turn(() => this.callbacks().loadModuleSource(asyncify, rt!, ctx!, text(name!)));
        return settle(ctx!, answer, string);
      },
      normalize_module: (rt, ctx, base, name) => {
        const ask = () => this.callbacks().normalizeModule(asyncify, rt!, ctx!, text(base!), text(name!));
        return settle(ctx!, this.turn(ask), string);
      },
    };
  }

  /** Runs what is the host's, in the middle of a call into the instance. */
  turn<T>(fn: () => T): T {
    this.nturns++;
    try {
      return fn();
    } finally {
      this.nturns--;
    }
  }

  private begin(answer: Promise<number>): boolean {
    if (this.isWaiting || this.nturns > 0 || answer === lost) return false;
    this.isWaiting = this.heap.suspension.reserve();
    return this.isWaiting;
  }

  private awaited(ctx: number, answer: Promise<number>): Promise<number> {
    const rt = this.heap.exports["qjsp_ffi_runtime_of"]!(ctx);
    return new Promise<number>((resolve, reject) => {
      this.waiting = { rt, reject };
      answer.then(resolve, reject);
    }).then(
      (value) => {
        this.isWaiting = false;
        return value;
      },
      (reason: unknown) => {
        this.heap.suspension.abandon();
        this.isWaiting = false;
        throw reason;
      },
    );
  }

  /** A runtime is about to be freed: what is suspended in it must not go on. */
  forget(rt: number): void {
    if (!this.isWaiting || this.waiting?.rt !== rt) return;
    this.waiting.reject(new Error("the runtime was disposed of while a call into it was suspended"));
  }

  private refuse(ctx: number, answer: Promise<number>, refusal: Refusal): number {
    answer.then(
      (value) => refusal.drop(ctx, value),
      () => {},
    );
    return refusal.refuse(ctx);
  }
}
