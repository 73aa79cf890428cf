// SPDX-License-Identifier: MIT
// JavaScript Promise Integration (WebAssembly JS API, stage 4), whose types no library has yet. Where a
// host lacks it these are undefined; getCapabilities() tells.

export type Suspended = (...args: number[]) => number | Promise<number>;

interface PromiseIntegration {
  Suspending: new (fn: Suspended) => WebAssembly.ImportValue;
  promising(fn: unknown): unknown;
}

export const integration = WebAssembly as unknown as PromiseIntegration;
