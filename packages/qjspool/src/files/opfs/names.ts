// SPDX-License-Identifier: MIT
// What may be named: directories by hosts, paths by clients, of which nothing is trusted.

import { E, type Errno } from "../errno.js";
import { TRASH } from "./trash.js";

/** ORDER src/fs/path.h */
const NAME_MAX = 255;
const PATH_MAX = 4096;

const isName = (name: string): boolean =>
  name !== "" && name !== "." && name !== ".." && !name.includes("\0");

/** Why a directory cannot be used; "": it can. */
export function faultOfDirectory(name: string): string {
  if (name === "") return "it is empty; name a folder of the origin's private file system";
  const parts = name.split("/");
  if (parts.some((part) => !isName(part))) {
    return 'it must be a relative path without "." and "..", with single slashes';
  }
  if (parts[0] === TRASH) return "this name is qjspool's own";
  return name.length > NAME_MAX ? `it is longer than ${NAME_MAX} characters` : "";
}

const encoder = new TextEncoder();

/** 0, or why a path of a store cannot be one. */
export function checkPath(path: string): Errno {
  if (path === "") return 0;
  // three bytes of UTF-8 are the most that a unit takes
  const mayBeLong = path.length * 3 > NAME_MAX;
  if (mayBeLong && encoder.encode(path).length > PATH_MAX) return -E.ENAMETOOLONG;
  for (const name of path.split("/")) {
    if (!isName(name)) return -E.EINVAL;
    if (mayBeLong && encoder.encode(name).length > NAME_MAX) return -E.ENAMETOOLONG;
  }
  return 0;
}
