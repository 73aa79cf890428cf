// SPDX-License-Identifier: MIT

/** A guest has a file open, so that the page cannot change the directory. */
export class LockedError extends Error {
  override name = "LockedError";

  constructor() {
    super("A task or a session has a file of /data open, which keeps others from changing it.");
  }
}
