// SPDX-License-Identifier: MIT
// What guests can be given as files. Types only; options/mounts.ts makes and checks them.
import type { UrlLike } from "./options.js";

/** Options of {@link memory}. */
export interface MemoryMountOptions {
  /**
   * Bytes that it may hold, 256 for each file and directory included: 1 to 3 GiB. Default 64 MiB.
   * Beyond them guests get `ENOSPC`.
   */
  limitBytes?: number;
}

/** Options of {@link hostDirectory} and {@link opfs}. */
export interface StoredMountOptions {
  /** Guests can change nothing. Default `false`. */
  readOnly?: boolean;
  /**
   * Bytes that it may hold, 256 for each file and directory included; what was there before counts.
   * Default 0: no limit.
   */
  limitBytes?: number;
}

/**
 * Where the files of a mount are kept. Made by {@link memory}, {@link hostDirectory},
 * {@link opfs}. One that stands at two paths of a pool is one set of files.
 */
export type Mount =
  | { readonly kind: "memory"; readonly readOnly: boolean; readonly limitBytes: number }
  | {
      readonly kind: "directory";
      readonly directory: string | UrlLike;
      readonly readOnly: boolean;
      readonly limitBytes: number;
    }
  | {
      readonly kind: "opfs";
      readonly name: string;
      readonly readOnly: boolean;
      readonly limitBytes: number;
    };

/** Mounts by the path at which guests see them. */
export type Mounts = Record<string, Mount>;
