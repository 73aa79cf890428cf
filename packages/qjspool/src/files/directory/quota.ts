// SPDX-License-Identifier: MIT
// How much of its limit a directory of the host has used, as far as its guests are the cause: what
// was there when it was mounted, and what they add and take away. Counted by all workers together,
// in memory that they share; each adds before it writes, so that the sum never passes the limit.

import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ENTRY_COST } from "../store.js";

/** Structured clone carries it. */
export interface QuotaLink {
  readonly limit: number;
  readonly used: SharedArrayBuffer;
}

export class Quota {
  private readonly limit: bigint;
  private readonly used: BigInt64Array;

  constructor(link: QuotaLink) {
    this.limit = BigInt(link.limit);
    this.used = new BigInt64Array(link.used);
  }

  /** False: that would be too much, and nothing is counted. */
  take(bytes: number): boolean {
    if (bytes <= 0) return true;
    const wanted = BigInt(bytes);
    if (Atomics.add(this.used, 0, wanted) + wanted <= this.limit) return true;
    Atomics.sub(this.used, 0, wanted);
    return false;
  }

  giveBack(bytes: number): void {
    if (bytes > 0) Atomics.sub(this.used, 0, BigInt(bytes));
  }
}

/** A quota that has counted what is there. What cannot be read is not counted. */
export function newQuota(root: string, limit: number): QuotaLink {
  const link = { limit, used: new SharedArrayBuffer(8) };
  const todo = [root];
  let used = 0;
  for (let folder = todo.pop(); folder !== undefined; folder = todo.pop()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      used += ENTRY_COST + (entry.isFile() ? (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0);
      if (entry.isDirectory()) todo.push(path);
    }
  }
  new BigInt64Array(link.used)[0] = BigInt(used);
  return link;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
