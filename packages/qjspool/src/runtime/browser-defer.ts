// SPDX-License-Identifier: MIT
// Turns of the event loop, also where nested timers are slow.

/** Tasks of the event loop, without the least delay that nested timers have. */
function newDefer(): (fn: () => void) => void {
  const channel = new MessageChannel();
  const waiting: (() => void)[] = [];
  channel.port1.onmessage = () => waiting.shift()?.();
  return (fn) => {
    waiting.push(fn);
    channel.port2.postMessage(0);
  };
}
let deferred: ((fn: () => void) => void) | undefined;

/** Runs `fn` after the event loop has had a turn. */
export function defer(fn: () => void): void {
  deferred ??= newDefer();
  deferred(fn);
}
