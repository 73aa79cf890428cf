// SPDX-License-Identifier: MIT
// The files that are open, by their paths: those with users, and a few that are kept open for a
// moment after their last close, because opening is by far the slowest that can be done to a file.

import type { OpenFile } from "./open-file.js";
import { isWithin } from "./tree.js";

/** As long as this after its last close, a file can be had again at once. */
const KEEP_MS = 5;
const MOST_KEPT = 16;

export class OpenFiles {
  private readonly named = new Map<string, OpenFile>();
  private readonly kept = new Set<OpenFile>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** Its last user left a file that has no name. */
  private readonly onOrphan: (file: OpenFile) => Promise<void>;

  constructor(onOrphan: (file: OpenFile) => Promise<void>) {
    this.onOrphan = onOrphan;
  }

  /** Kept or used. */
  get(path: string): OpenFile | undefined {
    return this.named.get(path);
  }

  add(file: OpenFile): void {
    if (file.path !== null) this.named.set(file.path, file);
  }

  /** It has a user more. */
  use(file: OpenFile): void {
    file.nusers++;
    this.kept.delete(file);
  }

  /** It has a user less. */
  leave(file: OpenFile): Promise<void> | undefined {
    if (--file.nusers > 0) return undefined;
    if (file.path === null) return this.onOrphan(file);
    this.keep(file);
    return undefined;
  }

  /** A file with a name that nobody uses stays open for a moment. */
  keep(file: OpenFile): void {
    if (this.kept.size >= MOST_KEPT) this.drop(this.kept.values().next().value!);
    file.keptSince = performance.now();
    this.kept.add(file);
    this.timer ??= setTimeout(() => this.sweep(), KEEP_MS);
  }

  private sweep(): void {
    this.timer = null;
    const last = performance.now() - KEEP_MS;
    for (const file of this.kept) {
      if (file.keptSince <= last) this.drop(file);
    }
    if (this.kept.size > 0) this.timer = setTimeout(() => this.sweep(), KEEP_MS);
  }

  private drop(file: OpenFile): void {
    this.kept.delete(file);
    this.named.delete(file.path!);
    file.close();
  }

  /**
   * What is kept of a path (and below it) is closed. Answers those with users, of which the caller
   * is one from now on: theirs may leave while it waits for something.
   */
  release(path: string): OpenFile[] {
    const used: OpenFile[] = [];
    for (const [name, file] of this.named) {
      if (!isWithin(name, path)) continue;
      if (file.nusers > 0) used.push(file);
      else this.drop(file);
    }
    for (const file of used) this.use(file);
    return used;
  }

  /** A used file gets another path, or null: none. */
  rename(file: OpenFile, old: string, path: string | null): void {
    if (this.named.get(old) === file) this.named.delete(old);
    file.path = path;
    this.add(file);
  }

  dropKept(): void {
    for (const file of this.kept) this.drop(file);
  }
}
