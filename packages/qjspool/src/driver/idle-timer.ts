// SPDX-License-Identifier: MIT

/** A timer that keeps no process alive. */
export function startIdleTimer(ms: number, fn: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(fn, ms);
  // browsers have numbers, and nothing to keep alive
  (timer as { unref?(): void }).unref?.();
  return timer;
}
