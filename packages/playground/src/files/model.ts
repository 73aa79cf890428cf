// SPDX-License-Identifier: MIT
// What the tree shows: the folders that are open, read again and again. Knows no DOM.
import { Emitter } from "../engine/emitter.js";
import type { Entry, OriginDirectory } from "./origin-directory.js";

export interface Row {
  /** From the root, without a slash at the begin. */
  readonly path: string;
  /** null: so many more are not shown. */
  readonly entry: Entry | null;
  readonly nmore: number;
  readonly level: number;
  readonly isOpen: boolean;
  /** It was not there, or not so, when the folder was looked at before. */
  readonly isFresh: boolean;
}

/** Between two looks; and a look takes no more than a tenth of the time. */
const INTERVAL_MS = 400;
const PAUSE_FACTOR = 9;
const MOST_ROWS = 1000;

export class FilesModel {
  rows: readonly Row[] = [];
  /** Rows are others than before. */
  readonly changed = new Emitter<readonly Row[]>();
  private readonly open = new Set<string>();
  private directory: OriginDirectory | null = null;
  /** What was seen of each folder the last time, by name. */
  private seen = new Map<string, Map<string, string>>();
  private text = "";
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private looking: Promise<void> | null = null;

  watch(directory: OriginDirectory | null): void {
    this.directory = directory;
    this.look();
  }

  /** Whether anybody can see the tree. */
  set isShown(isShown: boolean) {
    this.isWanted = isShown;
    if (isShown) this.look();
  }

  toggle(path: string, opens = !this.open.has(path)): void {
    if (opens) this.open.add(path);
    else this.open.delete(path);
    this.look();
  }

  /** Now, rather than in a moment. */
  look(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.isWanted || this.directory === null) return;
    this.looking ??= this.lookOnce(this.directory).finally(() => (this.looking = null));
  }

  private async lookOnce(directory: OriginDirectory): Promise<void> {
    const began = performance.now();
    const rows: Row[] = [];
    const seen = new Map<string, Map<string, string>>();
    await this.read(directory, "", 1, rows, seen);
    this.seen = seen;
    this.tell(rows);
    const pause = Math.max(INTERVAL_MS, PAUSE_FACTOR * (performance.now() - began));
    this.timer = setTimeout(() => this.look(), pause);
  }

  private async read(
    directory: OriginDirectory,
    path: string,
    level: number,
    rows: Row[],
    seen: Map<string, Map<string, string>>,
  ): Promise<void> {
    const listing = await directory.list(path).catch(() => null);
    if (listing === null) return;
    const before = this.seen.get(path);
    const now = new Map<string, string>();
    seen.set(path, now);
    for (const entry of listing.entries) {
      if (rows.length >= MOST_ROWS) break;
      const at = path === "" ? entry.name : `${path}/${entry.name}`;
      const state = `${entry.size} ${entry.changedAt}`;
      const isOpen = entry.isFolder && this.open.has(at);
      const isFresh = before !== undefined && before.get(entry.name) !== state;
      now.set(entry.name, state);
      rows.push({ path: at, entry, nmore: 0, level, isOpen, isFresh });
      if (isOpen) await this.read(directory, at, level + 1, rows, seen);
    }
    const { nmore } = listing;
    if (nmore > 0) rows.push({ path: `${path}/`, entry: null, nmore, level, isOpen: false, isFresh: false });
  }

  private tell(rows: readonly Row[]): void {
    const text = JSON.stringify(rows);
    if (text === this.text) return;
    this.text = text;
    this.rows = rows;
    this.changed.emit(rows);
  }
}
