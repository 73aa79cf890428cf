// SPDX-License-Identifier: MIT
// Removes a directory and all in it, however deep and whatever its permissions: guests can nest
// directories deeper than paths go, and than the runtime's own functions get. No link is followed.

import { chmodSync, mkdtempSync, readdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";

const MAX_TRIES = 10;

/**
 * Where what is left is, if it cannot be removed; null: nothing is. Someone may still write there: the
 * first thing that goes is the root's name, so that they find nothing any more.
 */
export function removeTree(root: string): string | null {
  let left = root;
  try {
    const attic = mkdtempSync(`${root}-`);
    let count = 0;
    const newPlace = (): string => join(attic, String(++count));
    renameSync(root, newPlace());
    left = attic;
    for (let i = 0; i < MAX_TRIES; i++) {
      if (removeAll(attic, newPlace)) return null;
    }
  } catch {
    // a directory without a place to move it to: all stays as it is
  }
  return left;
}

/** Each directory is moved into the attic before what is in it is looked at. False: there is more. */
function removeAll(attic: string, newPlace: () => string): boolean {
  const todo = readdirSync(attic).map((name) => join(attic, name));
  try {
    for (let folder = todo.pop(); folder !== undefined; folder = todo.pop()) {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (!entry.isDirectory()) {
          unlinkSync(path);
          continue;
        }
        const place = newPlace();
        chmodSync(path, 0o700);
        renameSync(path, place);
        todo.push(place);
      }
      rmdirSync(folder);
    }
    rmdirSync(attic);
    return true;
  } catch {
    return false;
  }
}
