// SPDX-License-Identifier: MIT
// A store in a directory of the host, for Node, Bun and Deno. A handle is a descriptor of the
// process; every worker opens its own, and the system is what they share.

import * as fs from "node:fs";
import { E, type Errno } from "../errno.js";
import { ENTRY_COST, FileType, Open, Remove, type Entry, type FileInfo, type Result, type Store } from "../store.js";
import { type Descriptors, plainDescriptors, SharedDescriptors } from "./descriptors.js";
import { attempt, FileError } from "./errors.js";
import { newPlaces, type Places } from "./places.js";
import { Quota, type QuotaLink } from "./quota.js";

/** Structured clone carries it. */
export interface DirectoryLink {
  root: string;
  quota: QuotaLink | null;
  /** Where the worker writes down its descriptors; null: nobody need know. */
  descriptors: SharedArrayBuffer | null;
}

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } =
  fs.constants;
const PERMISSIONS = 0o777;
const MAX_TRIES = 100;

export class DirectoryStore implements Store {
  private readonly fds: Descriptors;
  private readonly places: Places;
  private readonly quota: Quota | null;
  private readonly handles = new Set<number>();
  private isDisposed = false;

  /** Throws if the directory cannot be opened. `places`: for tests. */
  constructor(link: DirectoryLink, places?: Places) {
    this.fds = link.descriptors === null ? plainDescriptors : new SharedDescriptors(link.descriptors);
    this.places = places ?? newPlaces(link.root, this.fds);
    this.quota = link.quota === null ? null : new Quota(link.quota);
  }

  // ---- files ----

  open(path: string, flags: number, mode: number): Result {
    return this.counted(() => {
      const permissions = mode & PERMISSIONS;
      if ((flags & Open.nameless) !== 0) return this.openNameless(path, flags, permissions);
      return this.at(path, (place) => this.openAt(path, place, flags, permissions));
    });
  }

  close(handle: number): Result {
    return this.counted(() => {
      this.quota?.closing(handle, fs.fstatSync(handle));
      this.handles.delete(handle);
      this.fds.close(handle);
      return 0;
    });
  }

  read(handle: number, offset: number, to: Uint8Array): Result {
    return this.call(() => {
      let done = 0;
      while (done < to.length) {
        const wanted = to.length - done;
        const n = fs.readSync(handle, to, done, wanted, offset + done);
        done += n;
        if (n < wanted) break; // of a regular file that is the end
      }
      return done;
    });
  }

  write(handle: number, offset: number, from: Uint8Array): Result {
    return this.grown(handle, offset + from.length, 0, () =>
      fs.writeSync(handle, from, 0, from.length, offset),
    );
  }

  append(handle: number, from: Uint8Array): Result {
    return this.grown(handle, 0, from.length, () => {
      // the system puts each write at the end: one, unless the disk is full
      const done = fs.writeSync(handle, from, 0, from.length, null);
      if (done < from.length) throw new FileError("ENOSPC");
      return fs.fstatSync(handle).size;
    });
  }

  truncate(handle: number, size: number): Result {
    return this.grown(handle, size, 0, () => this.resize(handle, size));
  }

  sync(): Result {
    return 0;
  }

  info(handle: number): FileInfo | Errno {
    return this.call(() => describe(fs.fstatSync(handle)));
  }

  // ---- names ----

  stat(path: string, follows: boolean): FileInfo | Errno {
    return this.call(() => {
      const found = this.at(path, (place) => fs.lstatSync(place, { throwIfNoEntry: false }));
      if (found === undefined) return -E.ENOENT;
      if (!follows || !found.isSymbolicLink()) return describe(found);
      return this.places.behind(path, (place) => describe(fs.statSync(place)));
    });
  }

  list(path: string): Entry[] | Errno {
    return this.call(() =>
      this.places.inside(path, (place) =>
        fs.readdirSync(place, { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          type: isPlain(entry) ? typeOf(entry) : specialType(`${place}/${entry.name}`),
        })),
      ),
    );
  }

  mkdir(path: string, mode: number): Result {
    return this.counted(() =>
      this.at(path, (place) => {
        this.charged(ENTRY_COST, () => fs.mkdirSync(place, mode & PERMISSIONS));
        return 0;
      }),
    );
  }

  remove(path: string, what: number): Result {
    return this.counted(() =>
      this.at(path, (place) => {
        const found = fs.lstatSync(place);
        if (what === Remove.directory) {
          fs.rmdirSync(place);
        } else {
          // some runtimes would remove it
          if (found.isDirectory()) return -E.EISDIR;
          fs.unlinkSync(place);
        }
        this.quota?.removed(found);
        return 0;
      }),
    );
  }

  rename(from: string, to: string): Result {
    const ret = this.counted(() => this.atBoth(from, to, (source, target) => this.renameAt(source, target)));
    return ret === -E.EEXIST ? -E.ENOTEMPTY : ret;
  }

  utimes(path: string, atimeMs: number, mtimeMs: number): Result {
    return this.call(() =>
      this.places.behind(path, (place) => {
        fs.utimesSync(place, timeOf(atimeMs), timeOf(mtimeMs));
        return 0;
      }),
    );
  }

  realpath(path: string): string | Errno {
    return this.call(() => this.places.realpath(path));
  }

  dispose(): void {
    for (const handle of this.handles) this.close(handle);
    this.call(() => this.places.close());
    this.isDisposed = true;
  }

  // ---- inside ----

  /** What `fn` returns, or its error; with a limit, all that the quota must not miss is done at a time. */
  private counted<T>(fn: () => T): T | Errno {
    return this.call(() => (this.quota === null ? fn() : this.quota.locked(fn)));
  }

  /** What `fn` returns, or its error. */
  private call<T>(fn: () => T): T | Errno {
    if (this.isDisposed || !this.fds.enter()) return -E.EIO;
    try {
      return attempt(fn);
    } finally {
      this.fds.leave();
    }
  }

  /** Calls `fn` with a path of the entry; what it names may be a link. */
  private at<T>(path: string, fn: (place: string) => T): T {
    const { parent, name } = split(path);
    return this.places.inside(parent, (place) => fn(`${place}/${name}`));
  }

  private atBoth<T>(from: string, to: string, fn: (source: string, target: string) => T): T {
    const { parent, name } = split(to);
    return this.at(from, (source) =>
      // a directory is looked up once, lest the second time it is another
      split(from).parent === parent
        ? fn(source, source.slice(0, source.lastIndexOf("/") + 1) + name)
        : this.at(to, (target) => fn(source, target)),
    );
  }

  private renameAt(source: string, target: string): Result {
    const replaced = this.quota === null ? undefined : replacedBy(source, target);
    fs.renameSync(source, target);
    if (replaced !== undefined) this.quota?.removed(replaced);
    return 0;
  }

  private openAt(path: string, place: string, flags: number, mode: number): Result {
    // with a limit it is done by hand, once it is known how much that gives back
    const host = hostFlags(flags) | (this.quota === null && (flags & Open.truncate) !== 0 ? O_TRUNC : 0);
    const isNew = this.quota !== null && (flags & Open.create) !== 0 && !exists(place);
    const open = (): number => {
      const fd = attempt(() => this.fds.open(place, host | O_NOFOLLOW, mode));
      if (fd !== -E.ELOOP) return fd;
      return this.places.behind(path, (target) => this.fds.open(target, host & ~(O_CREAT | O_EXCL)));
    };
    const fd = isNew ? this.charged(ENTRY_COST, open) : open();
    return fd < 0 ? fd : this.accept(fd, flags);
  }

  /** A guest may open nothing that waits, or is a device. */
  private accept(fd: number, flags: number): Result {
    try {
      const found = fs.fstatSync(fd);
      if (found.isDirectory()) throw new FileError("EISDIR");
      if (!found.isFile()) throw new FileError("EACCES");
      if (this.quota !== null && (flags & Open.truncate) !== 0) this.resize(fd, 0);
      if (this.quota?.opened(fd, fs.fstatSync(fd)) === false) throw new FileError("ENFILE");
    } catch (error) {
      this.fds.close(fd);
      throw error;
    }
    this.handles.add(fd);
    return fd;
  }

  /** A file with a name for a moment: not every system has nameless ones. */
  private openNameless(path: string, flags: number, mode: number): Result {
    return this.places.inside(path, (place) => {
      for (let i = 0; i < MAX_TRIES; i++) {
        const name = `${place}/.tmp-${Math.random().toString(36).slice(2)}`;
        const fd = attempt(() =>
          this.charged(ENTRY_COST, () =>
            this.fds.open(name, hostFlags(flags) | O_CREAT | O_EXCL | O_NOFOLLOW, mode),
          ),
        );
        if (fd === -E.EEXIST) continue;
        if (fd < 0) return fd;
        fs.unlinkSync(name);
        return this.accept(fd, flags);
      }
      return -E.EEXIST;
    });
  }

  /** What it becomes larger by is counted already. */
  private resize(handle: number, size: number): Result {
    const before = this.quota === null ? 0 : fs.fstatSync(handle).size;
    fs.ftruncateSync(handle, size);
    this.quota?.giveBack(before - size);
    return 0;
  }

  /** Does what makes a file grow to `end`, or by `more`, as far as the limit allows. */
  private grown(handle: number, end: number, more: number, fn: () => number): Result {
    return this.counted(() => {
      if (this.quota === null) return fn();
      const before = fs.fstatSync(handle).size;
      const growth = Math.max(0, more, end - before);
      if (!this.quota.take(growth)) throw new FileError("ENOSPC");
      try {
        return fn();
      } finally {
        // a full disk takes less, or a part of what is refused then
        const { size } = fs.fstatSync(handle);
        this.quota.giveBack(growth - Math.max(0, size - before));
        this.quota.resized(handle, size);
      }
    });
  }

  /** Counts `bytes`, unless `fn` fails. */
  private charged<T>(bytes: number, fn: () => T): T {
    if (this.quota === null) return fn();
    if (!this.quota.take(bytes)) throw new FileError("ENOSPC");
    try {
      const ret = fn();
      if (typeof ret === "number" && ret < 0) this.quota.giveBack(bytes);
      return ret;
    } catch (error) {
      this.quota.giveBack(bytes);
      throw error;
    }
  }
}

function split(path: string): { parent: string; name: string } {
  const slash = path.lastIndexOf("/");
  return { parent: slash < 0 ? "" : path.slice(0, slash), name: path.slice(slash + 1) || "." };
}

/** Numbers below 0 mean now to node:fs. */
function timeOf(ms: number): number | Date {
  return ms < 0 ? new Date(ms) : ms / 1e3;
}

function exists(place: string): boolean {
  return fs.lstatSync(place, { throwIfNoEntry: false }) !== undefined;
}

/** What goes when one is renamed to the other; undefined: nothing does. */
function replacedBy(source: string, target: string): fs.Stats | undefined {
  const gone = fs.lstatSync(target, { throwIfNoEntry: false });
  const moved = fs.lstatSync(source);
  return gone !== undefined && (gone.ino !== moved.ino || gone.dev !== moved.dev) ? gone : undefined;
}

/** Waiting for the other end of a pipe, or making a terminal ours, is no guest's to cause. */
function hostFlags(flags: number): number {
  const access = flags & Open.accessMode;
  let host = access === Open.readOnly ? O_RDONLY : access === Open.writeOnly ? O_WRONLY : O_RDWR;
  if ((flags & Open.create) !== 0) host |= O_CREAT;
  if ((flags & Open.exclusive) !== 0) host |= O_EXCL;
  if ((flags & Open.append) !== 0) host |= O_APPEND;
  return host | (O_NONBLOCK ?? 0) | (O_NOCTTY ?? 0); // Windows has neither
}

function isPlain(entry: fs.Dirent): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
}

/** Some runtimes do not know pipes and sockets when they list. */
function specialType(place: string): number {
  const found = fs.lstatSync(place, { throwIfNoEntry: false });
  return found === undefined ? FileType.character : typeOf(found);
}

function typeOf(entry: fs.Dirent | fs.Stats): number {
  if (entry.isFile()) return FileType.regular;
  if (entry.isDirectory()) return FileType.directory;
  if (entry.isSymbolicLink()) return FileType.link;
  if (entry.isFIFO()) return FileType.pipe;
  if (entry.isSocket()) return FileType.socket;
  return entry.isBlockDevice() ? FileType.block : FileType.character;
}

function describe(found: fs.Stats): FileInfo {
  const { size, ino, mode, nlink, atimeMs, mtimeMs, ctimeMs, birthtimeMs } = found;
  return {
    size,
    ino,
    mode: (mode & 0o7777) | typeOf(found),
    nlink,
    atimeMs,
    mtimeMs,
    ctimeMs,
    birthtimeMs,
  };
}
