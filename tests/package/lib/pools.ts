// SPDX-License-Identifier: MIT
// What the API tests share: the modes that nearly every test runs in, and short words for results.
// It knows nothing of what is tested.
import assert from "node:assert/strict";
import type { WorkerPoolOptions, WorkerTaskError, WorkerTaskResult } from "qjspool";
import { hasSharedMemory, hasWorkers } from "./needs.js";

export interface Mode {
  name: string;
  isThreaded: boolean;
  /** Guests can wait for host functions without giving up their thread. */
  canBlock: boolean;
  /** To be spread into a pool's options. */
  options: WorkerPoolOptions;
}

/** What a pool is unless told otherwise. */
export const usual: Mode = {
  name: hasWorkers ? "workers" : "no workers",
  isThreaded: hasWorkers,
  canBlock: hasWorkers && hasSharedMemory,
  options: {},
};
export const inline: Mode = {
  name: "one thread",
  isThreaded: false,
  canBlock: false,
  options: { forceSingleThreaded: true },
};
/** Pages that lack something differ by the first alone: on one thread none of that is used. */
export const modes: readonly Mode[] = hasSharedMemory ? [usual, inline] : [usual];

/** The value of a result that must be no error. */
export function valueOf<T>(result: WorkerTaskResult<T>): T {
  if (result.error !== undefined) {
    assert.fail(`an error instead of a value: ${result.error.name}: ${result.error.message}`);
  }
  return result.value as T;
}

/** The error of a result that must be one, perhaps of that name. */
export function errorOf(result: WorkerTaskResult, name?: string): WorkerTaskError {
  if (result.error === undefined) {
    assert.fail(`a value instead of ${name ?? "an error"}: ${String(result.value)}`);
  }
  if (name !== undefined) {
    assert.equal(result.error.name, name, `${result.error.name}: ${result.error.message}`);
  }
  return result.error;
}

/** A promise, and what settles it. */
export function deferred<T = void>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Waits, with a generous bound, until something has become true. */
export async function until(isTrue: () => boolean, what: string, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;

  while (!isTrue()) {
    if (Date.now() > end) assert.fail(`still not so after ${ms} ms: ${what}`);
    await sleep(5);
  }
}
