// SPDX-License-Identifier: MIT
// Removes a directory and all in it, however deep and whatever its permissions: guests can nest
// directories deeper than paths go, and than the runtime's own functions get. No link is followed.

import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";

const MAX_TRIES = 3;

/** Throws what the system says. Someone may still write there: what they add goes too, mostly. */
export function removeTree(root: string): void {
  const attic = mkdtempSync(`${root}-`);
  let count = 0;
  const newPlace = (): string => join(attic, String(++count));
  for (let i = 1; ; i++) {
    try {
      const todo = readdirSync(attic).map((name) => join(attic, name));
      if (existsSync(root)) todo.push(root);
      removeAll(todo, newPlace);
      rmdirSync(attic);
      return;
    } catch (error) {
      if (i === MAX_TRIES) throw error;
    }
  }
}

/** Each directory is moved to a place near the root before what is in it is looked at. */
function removeAll(todo: string[], newPlace: () => string): void {
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
}
