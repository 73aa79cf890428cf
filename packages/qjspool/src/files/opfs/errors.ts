// SPDX-License-Identifier: MIT
// Why a browser refused something, as one of errno.ts.

import { E, type Errno } from "../errno.js";

/** Thrown within this folder, and caught where an operation ends. */
export class FileError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}

const numbers: Record<string, number> = {
  NotFoundError: E.ENOENT,
  // something that is not ours has it open
  NoModificationAllowedError: E.EBUSY,
  QuotaExceededError: E.ENOSPC,
  NotAllowedError: E.EACCES,
  SecurityError: E.EACCES,
  // an array that is too large
  RangeError: E.ENOMEM,
};

export function nameOf(error: unknown): string {
  return typeof error === "object" && error !== null ? String((error as { name?: unknown }).name) : "";
}

/** Negated, as operations answer. */
export function errnoOf(error: unknown): Errno {
  if (error instanceof FileError) return -error.errno;
  return -(numbers[nameOf(error)] ?? E.EIO);
}
