// SPDX-License-Identifier: MIT

/** Globals of a task that are bytes already (docs/wire-format.md), functions among them by number. */
export class EncodedGlobals {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
