// SPDX-License-Identifier: MIT
// The modules of a pool that are known by name, as the bytes that the isolate wants.

import { Status } from "../protocol.js";
import type { Answer } from "../core/isolate.js";

export class ModuleTable {
  /** Whether the running task has called out: it may not be run a second time. */
  hasEffects = false;
  private readonly sources: Map<string, string>;
  private readonly encoded = new Map<string, Uint8Array>();

  constructor(sources: Record<string, string>) {
    this.sources = new Map(Object.entries(sources));
  }

  beginTask(): void {
    this.hasEffects = false;
  }

  find(specifier: string): Answer | undefined {
    const source = this.sources.get(specifier);
    if (source === undefined) return undefined;
    let bytes = this.encoded.get(specifier);
    if (bytes === undefined) {
      bytes = new TextEncoder().encode(source);
      this.encoded.set(specifier, bytes);
    }
    return { status: Status.ok, bytes };
  }
}
