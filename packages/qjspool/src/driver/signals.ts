// SPDX-License-Identifier: MIT
// One listener for each AbortSignal, however many tasks it may cancel: hosts warn of many.

import type { AbortSignalLike } from "../types.js";

interface Watch {
  readonly listener: () => void;
  readonly cancels: Set<() => void>;
}

const watches = new WeakMap<AbortSignalLike, Watch>();

function newWatch(signal: AbortSignalLike): Watch {
  const cancels = new Set<() => void>();
  const listener = (): void => {
    for (const cancel of [...cancels]) cancel();
  };
  const watch = { listener, cancels };
  watches.set(signal, watch);
  signal.addEventListener("abort", listener);
  return watch;
}

/** `cancel` is called when the signal aborts, until `unwatchSignal`. */
export function watchSignal(signal: AbortSignalLike, cancel: () => void): void {
  (watches.get(signal) ?? newWatch(signal)).cancels.add(cancel);
}

export function unwatchSignal(signal: AbortSignalLike, cancel: () => void): void {
  const watch = watches.get(signal);
  if (watch === undefined || !watch.cancels.delete(cancel) || watch.cancels.size > 0) return;
  watches.delete(signal);
  signal.removeEventListener("abort", watch.listener);
}
