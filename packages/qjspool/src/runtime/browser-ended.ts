// SPDX-License-Identifier: MIT
// The last message of a browser's worker: no event tells its owner that a worker has closed itself.

const ENDED = "ended";

/** `reason` is told to the pool; "": it was asked to end. */
export interface Ended {
  [ENDED]: string;
}

export function endedBecause(reason: string): Ended {
  return { [ENDED]: reason };
}

/** Why it ended; undefined: this is another message. */
export function reasonOfEnd(message: unknown): string | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const reason = (message as Partial<Ended>)[ENDED];
  return typeof reason === "string" ? reason : undefined;
}
