// SPDX-License-Identifier: MIT
// How paths below a directory of the host are reached without ever leaving it. What comes out is a
// path for node:fs that one more name can be put behind.

import * as fs from "node:fs";
import { join, sep } from "node:path";
import type { Descriptors } from "./descriptors.js";
import { FileError } from "./errors.js";

export interface Places {
  /**
   * Calls `fn` with a path of the directory called `path`; it names that very directory as long as
   * `fn` runs. Throws an error with a code where there is none, or it is outside.
   */
  inside<T>(path: string, fn: (place: string) => T): T;
  /** Calls `fn` with a path of what a link, the last name of `path`, leads to, if that is inside. */
  behind<T>(path: string, fn: (place: string) => T): T;
  /** The path without links. */
  realpath(path: string): string;
  close(): void;
}

export function newPlaces(root: string, fds: Descriptors): Places {
  return LinuxPlaces.open(root, fds) ?? new CheckedPlaces(root);
}

/** The path of what lies at `real`, from the root's; throws if it is not below it. */
function innerPath(root: string, real: string, separator: string): string {
  if (real === root) return "";
  const prefix = root.endsWith(separator) ? root : root + separator;
  if (!real.startsWith(prefix)) throw new FileError("EACCES");
  return real.slice(prefix.length);
}

/** Opens nothing, whatever it is: only a place. The same on all of Linux's processors but alpha and hppa. */
const O_PATH = 0o10000000;
const KEPT = 16;
/** PATH_MAX with the slash between root and path. */
const MOST_BYTES = 4095;
/** So much of a deep path, in letters, is looked up at once. */
const SHORT_BYTES = 1200;

/**
 * Linux: a directory is opened, wherever links lead; then the system says where it is. Names are
 * looked up from that descriptor (proc(5), /proc/pid/fd), so that nothing can be exchanged in between.
 * The root's own path is used as it is, which saves 2 us of 4: what lies above it is the host's.
 */
class LinuxPlaces implements Places {
  private readonly root: string;
  private readonly fds: Descriptors;
  /** Directories that are likely to be used again, by their path; the oldest first. */
  private readonly kept = new Map<string, number>();

  /** null: not on this system. Throws if the directory cannot be opened. */
  static open(root: string, fds: Descriptors): LinuxPlaces | null {
    if (process.platform !== "linux") return null;
    const fd = fds.open(root, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
    try {
      const [here, there] = [fs.fstatSync(fd), fs.statSync(placeOf(fd))];
      // a runtime whose descriptors are not the system's, or no /proc
      const isUsable = here.ino === there.ino && here.dev === there.dev;
      return isUsable ? new LinuxPlaces(fs.readlinkSync(placeOf(fd)), fds) : null;
    } catch {
      return null;
    } finally {
      fds.close(fd);
    }
  }

  private constructor(root: string, fds: Descriptors) {
    this.root = root;
    this.fds = fds;
  }

  inside<T>(path: string, fn: (place: string) => T): T {
    if (path === "") return fn(this.root);
    const kept = this.reuse(path);
    if (kept !== undefined) return fn(placeOf(kept));
    if (this.isDeep(path)) return this.below(path, fs.constants.O_DIRECTORY, (fd) => fn(placeOf(fd)));
    const fd = this.fds.open(`${this.root}/${path}`, O_PATH | fs.constants.O_DIRECTORY);
    let isKept = false;
    try {
      isKept = this.innerPathOf(fd) === path;
      if (isKept) this.keep(path, fd);
      return fn(placeOf(fd));
    } finally {
      if (!isKept) this.fds.close(fd);
    }
  }

  behind<T>(path: string, fn: (place: string) => T): T {
    if (this.isDeep(path)) return this.below(path, 0, (fd) => fn(placeOf(fd)));
    return this.opened(path, (fd) => fn(placeOf(fd)));
  }

  realpath(path: string): string {
    if (this.isDeep(path)) return this.below(path, 0, () => path);
    const slash = path.lastIndexOf("/");
    const parent = slash < 0 ? "" : path.slice(0, slash);
    const last = path.slice(slash + 1) || ".";
    const found = this.inside(parent, (place) => fs.lstatSync(`${place}/${last}`));
    // a directory that is kept is where its path says
    if (!found.isSymbolicLink() && (parent === "" || this.kept.has(parent))) return path;
    return this.opened(path, (fd) => this.innerPathOf(fd));
  }

  close(): void {
    for (const fd of this.kept.values()) this.fds.close(fd);
    this.kept.clear();
  }

  private opened<T>(path: string, fn: (fd: number) => T): T {
    const fd = this.fds.open(`${this.root}/${path}`, O_PATH);
    try {
      this.innerPathOf(fd);
      return fn(fd);
    } finally {
      this.fds.close(fd);
    }
  }

  /** The system takes the path itself, but not with the root's before it. */
  private isDeep(path: string): boolean {
    return path.length > SHORT_BYTES && Buffer.byteLength(this.root) + Buffer.byteLength(path) >= MOST_BYTES;
  }

  /** What lies so deep that the system has no name for it is reached without following links. */
  private below<T>(path: string, flags: number, fn: (fd: number) => T): T {
    const end = path.lastIndexOf("/", SHORT_BYTES);
    return this.inside(path.slice(0, end), (place) => {
      let [at, fd] = [place, -1];
      const names = path.slice(end + 1).split("/");
      try {
        for (const [i, name] of names.entries()) {
          const kind = i < names.length - 1 ? fs.constants.O_DIRECTORY : flags;
          const next = this.fds.open(`${at}/${name}`, O_PATH | fs.constants.O_NOFOLLOW | kind);
          if (fd >= 0) this.fds.close(fd);
          fd = next;
          at = placeOf(fd);
        }
        return fn(fd);
      } finally {
        if (fd >= 0) this.fds.close(fd);
      }
    });
  }

  /** Throws if it is outside. */
  private innerPathOf(fd: number): string {
    return innerPath(this.root, fs.readlinkSync(placeOf(fd)), "/");
  }

  /** It may have been moved meanwhile, or removed. */
  private reuse(path: string): number | undefined {
    const fd = this.kept.get(path);
    if (fd === undefined) return undefined;
    this.kept.delete(path);
    if (fs.readlinkSync(placeOf(fd)) === `${this.root === "/" ? "" : this.root}/${path}`) {
      this.kept.set(path, fd); // the last to go
      return fd;
    }
    this.fds.close(fd);
    return undefined;
  }

  /** There is room for all that one call uses at a time. */
  private keep(path: string, fd: number): void {
    this.kept.set(path, fd);
    const [oldest] = this.kept;
    if (this.kept.size <= KEPT || oldest === undefined) return;
    this.kept.delete(oldest[0]);
    this.fds.close(oldest[1]);
  }
}

function placeOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/**
 * Elsewhere: a path is looked at before it is used. Who can change links in the directory at the
 * same time (the host can, guests cannot) could lead out between the two.
 */
export class CheckedPlaces implements Places {
  private readonly root: string;

  constructor(root: string) {
    this.root = fs.realpathSync.native(root);
    if (!fs.statSync(this.root).isDirectory()) throw new FileError("ENOTDIR");
  }

  inside<T>(path: string, fn: (place: string) => T): T {
    const place = this.real(path);
    if (!fs.statSync(place).isDirectory()) throw new FileError("ENOTDIR");
    return fn(place);
  }

  behind<T>(path: string, fn: (place: string) => T): T {
    return fn(this.real(path));
  }

  realpath(path: string): string {
    return innerPath(this.root, this.real(path), sep).replaceAll(sep, "/");
  }

  close(): void {}

  private real(path: string): string {
    // names that mean something else to Windows: drives, streams, other separators
    if (process.platform === "win32" && /[\\:]/.test(path)) throw new FileError("EINVAL");
    const real = fs.realpathSync.native(join(this.root, path));
    innerPath(this.root, real, sep);
    return real;
  }
}
