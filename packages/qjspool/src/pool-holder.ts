// SPDX-License-Identifier: MIT
// One shared pool, made at the first call and again once it was disposed of. Knows how to hold a
// pool, not how to make one; singleton.ts puts the two together.
import { DEFAULTS } from "./options.js";
import type { WorkerPoolOptions } from "./types.js";

export class PoolHolder<Pool extends { readonly alive: boolean }> {
  readonly #make: (options: WorkerPoolOptions | undefined) => Promise<Pool>;
  #creating: Promise<Pool> | null = null;
  #pool: Pool | null = null;
  #options: WorkerPoolOptions = {};

  constructor(make: (options: WorkerPoolOptions | undefined) => Promise<Pool>) {
    this.#make = make;
  }

  /** The pool, made if there is none. Rejects as its creation did; the next call tries again. */
  async get(options: WorkerPoolOptions | undefined): Promise<Pool> {
    if (this.#creating === null && !this.#pool?.alive) {
      this.#options = { ...options };
      this.#creating = this.#create(options);
    } else {
      checkSameOptions(this.#options, options);
    }
    return this.#creating ?? this.#pool!;
  }

  /** The pool, if it is there. */
  peek(): Pool | null {
    return this.#pool?.alive ? this.#pool : null;
  }

  async #create(options: WorkerPoolOptions | undefined): Promise<Pool> {
    try {
      await null; // `#creating` is set before anything can fail
      this.#pool = await this.#make(options);
      return this.#pool;
    } finally {
      this.#creating = null;
    }
  }
}

/**
 * Throws if a later caller asks for another pool than there is. Only primitives are compared:
 * whether two objects or functions mean the same cannot be told, so those are passed over.
 */
function checkSameOptions(first: WorkerPoolOptions, later: WorkerPoolOptions | undefined): void {
  const was: Record<string, unknown> = { ...DEFAULTS, ...withoutUndefined(first) };
  for (const [name, value] of Object.entries(later ?? {})) {
    if (value === undefined || isObject(value) || Object.is(value, was[name])) continue;
    throw new TypeError(
      `getWorkerPool: the shared pool was made with another "${name}"; ` +
        "dispose of it first, or use newWorkerPool for a pool of your own",
    );
  }
}

function withoutUndefined(options: WorkerPoolOptions): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function isObject(value: unknown): boolean {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
