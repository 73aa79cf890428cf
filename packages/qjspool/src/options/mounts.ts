// SPDX-License-Identifier: MIT
// Mounts: how callers make them, and what they must be.
import type { MemoryMountOptions, Mount, StoredMountOptions, UrlLike, WorkerPoolOptions } from "../types.js";
import { badOption, checkKeys, toBag, toBoolean, toChoice, toInteger, toPlainObject, toText } from "./checks.js";

const GIB = 2 ** 30;
const DEFAULT_MEMORY_BYTES = 64 * 2 ** 20;
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4094;
/** A directory of the origin's file system for pools that name none; others are not the guests' to see. */
const OPFS_NAME = "qjspool";

/**
 * Files in memory: empty at first, gone with the pool. All workers of the pool see the same ones where
 * there is SharedArrayBuffer; elsewhere each worker has its own, which a warning says once.
 *
 * @throws TypeError for options that cannot be.
 */
export function memory(options: MemoryMountOptions = {}): Mount {
  const given = toBag(options, "memory");
  checkKeys(given, ["limitBytes"]);
  const limitBytes = toInteger(given.limitBytes, "limitBytes", DEFAULT_MEMORY_BYTES, 1, 3 * GIB);
  return Object.freeze({ kind: "memory", readOnly: false, limitBytes });
}

/**
 * A directory of this machine, on Node, Bun and Deno. It is opened when a pool is made, and must exist.
 * Guests never leave it, whatever links it holds.
 *
 * @param directory Its path, or a `file:` URL.
 * @throws TypeError for arguments that cannot be.
 */
export function hostDirectory(directory: string | UrlLike, options: StoredMountOptions = {}): Mount {
  const isText = typeof directory === "string" && directory !== "" && !directory.includes("\0");
  if (!isText && !(directory instanceof URL && directory.protocol === "file:")) {
    throw badOption("hostDirectory", "a path or a file: URL", directory);
  }
  return Object.freeze({ kind: "directory", directory, ...toStored(options, "hostDirectory") });
}

/**
 * A directory of the origin private file system of a browser: it outlives the pool and the page. It is
 * made if it does not exist.
 *
 * @param name Its path there, as `"projects/42"`.
 * @throws TypeError for arguments that cannot be.
 */
export function opfs(name: string, options: StoredMountOptions = {}): Mount {
  const names = typeof name === "string" ? name.split("/") : [""];
  if (names.some((part) => part === "" || part === "." || part === ".." || part.includes("\0"))) {
    throw badOption("opfs", 'the path of a directory, as "a/b"', name);
  }
  return Object.freeze({ kind: "opfs", name, ...toStored(options, "opfs") });
}

/** Mounts that show what another one holds, and which. */
const originals = new WeakMap<Mount, Mount>();

/**
 * The same files, for guests that may not change them: `{ "/out": files, "/in": readOnly(files) }`.
 *
 * @throws TypeError for what is no mount.
 */
export function readOnly(mount: Mount): Mount {
  const shown = Object.freeze({ ...toMount(mount, "readOnly"), readOnly: true });
  originals.set(shown, originals.get(mount) ?? mount);
  return shown;
}

function toStored(options: StoredMountOptions, name: string) {
  const given = toBag(options, name);
  checkKeys(given, ["readOnly", "limitBytes"]);
  return {
    readOnly: toBoolean(given.readOnly, "readOnly", false),
    limitBytes: toInteger(given.limitBytes, "limitBytes", 0, 0, Number.MAX_SAFE_INTEGER),
  };
}

/** A mount of a pool, complete. */
export interface ResolvedMount {
  /** Absolute, normal. */
  readonly path: string;
  /** null: what `variant: "wasmfs"` stands for on this platform. */
  readonly mount: Mount | null;
  /** Mounts with the same one hold the same files. */
  readonly origin: object;
}

/** The origin's directory for a pool that does not name one. */
export const defaultOpfs = (): Mount => opfs(OPFS_NAME);

/** Of a pool's options; "wasmfs" is one more mount, unless its place is taken. */
export function toMounts(given: WorkerPoolOptions): ResolvedMount[] {
  const table = toPlainObject(given.mounts, "mounts") ?? {};
  const mounts: ResolvedMount[] = Object.entries(table).map(([path, mount]) => {
    checkPath(path, `mounts: ${JSON.stringify(path)}`);
    const resolved = toMount(mount, `mounts[${JSON.stringify(path)}]`);
    return { path, mount: resolved, origin: originals.get(mount as Mount) ?? (mount as Mount) };
  });
  const variant = toChoice(given.variant, "variant", "singlefile", ["singlefile", "wasmfs"]);
  const path = toText(given.opfsMountPath, "opfsMountPath", "/data");
  checkPath(path, "opfsMountPath");
  const isTaken = mounts.some((mount) => mount.path === path);
  if (variant === "wasmfs" && !isTaken) mounts.push({ path, mount: null, origin: {} });
  return mounts;
}

/** As C's qjsp_mounts_check has it. */
function checkPath(path: string, name: string): void {
  const encoder = new TextEncoder();
  const names = path.split("/").slice(1);
  const isGood = (part: string) =>
    part !== "" && part !== "." && part !== ".." && encoder.encode(part).length <= MAX_NAME_BYTES;
  const isNormal = path === "/" || (path.startsWith("/") && names.every(isGood));
  if (isNormal && !path.includes("\0") && encoder.encode(path).length <= MAX_PATH_BYTES) return;
  throw badOption(name, 'an absolute path as "/data", without "." or ".." or a slash at its end', path);
}

/** Whoever writes one by hand gets the same checks as from the functions. */
function toMount(value: unknown, name: string): Mount {
  const mount = value as Partial<Mount> | null;
  switch (typeof mount === "object" ? mount?.kind : undefined) {
    case "memory": {
      const { limitBytes, readOnly } = mount as Extract<Mount, { kind: "memory" }>;
      return { ...memory({ limitBytes }), readOnly: toBoolean(readOnly, "readOnly", false) };
    }
    case "directory": {
      const { directory, readOnly, limitBytes } = mount as Extract<Mount, { kind: "directory" }>;
      return hostDirectory(directory, { readOnly, limitBytes });
    }
    case "opfs": {
      const { name: directory, readOnly, limitBytes } = mount as Extract<Mount, { kind: "opfs" }>;
      return opfs(directory, { readOnly, limitBytes });
    }
    default:
      throw badOption(name, "memory(), hostDirectory() or opfs()", value);
  }
}
