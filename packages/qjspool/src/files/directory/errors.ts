// SPDX-License-Identifier: MIT
// Errors of node:fs as numbers of ours.

import { E, type Errno } from "../errno.js";

/** What `fn` returns, or the error that it threw. A way out of the mount is no permission. */
export function attempt<T>(fn: () => T): T | Errno {
  try {
    return fn();
  } catch (error) {
    return errnoOf(error);
  }
}

function errnoOf(error: unknown): Errno {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSYS" || code === "EOPNOTSUPP") return -E.ENOTSUP;
  // a pipe without a reader, or a socket: not for guests
  if (code === "ENXIO") return -E.EACCES;
  // a name that this system cannot have
  if (code === "ERR_INVALID_ARG_VALUE" || code === "ERR_OUT_OF_RANGE") return -E.EINVAL;
  if (typeof code === "string" && Object.hasOwn(E, code)) return -E[code as keyof typeof E];
  return -E.EIO;
}

/** An error that is thrown within `attempt`. */
export class FileError extends Error {
  readonly code: keyof typeof E;
  constructor(code: keyof typeof E) {
    super(code);
    this.code = code;
  }
}
