// SPDX-License-Identifier: MIT
// The one thing that the package may print unasked: that it runs on the calling thread, and why.
// Where workers are blocked it is not printed but dropped, so that whatever is printed is a fault.
// places.test.ts checks the warning itself.

const WARNING =
  /^\[WorkerPool\] Running on the calling thread: .*Content-Security-Policy \(worker-src\)/;

export function dropFallbackWarnings(): void {
  const warn = console.warn.bind(console);
  console.warn = (...args: unknown[]): void => {
    if (!WARNING.test(String(args[0]))) warn(...args);
  };
}
