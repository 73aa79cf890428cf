// SPDX-License-Identifier: MIT
// A page with an owner of an OPFS directory and workers that use it, on globalThis: `opfs`.
import { runModel } from "./model.js";
import { TestOwner } from "./owner.js";

let nnames = 0;

/** An owner of a new directory, ended after `use`. */
async function withOwner(options, use) {
  const { name = `test-${++nnames}`, ...rest } = options;
  const test = await TestOwner.start(name, rest);
  try {
    return await use(test, name);
  } finally {
    test.end();
  }
}

async function directory(path, create = false) {
  let dir = await navigator.storage.getDirectory();
  for (const part of path.split("/")) dir = await dir.getDirectoryHandle(part, { create });
  return dir;
}

/** What page code sees of a file; null: nothing. */
async function readText(path, name) {
  try {
    const file = await (await directory(path)).getFileHandle(name);
    return await (await file.getFile()).text();
  } catch {
    return null;
  }
}

async function listNames(path) {
  const names = [];
  try {
    for await (const name of (await directory(path)).keys()) names.push(name);
  } catch {
    return null;
  }
  return names.sort();
}

/** All that a test has left. */
async function clear() {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true }).catch(() => {});
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Until `ask` answers something true. */
async function until(ask, ms = 5000) {
  for (const end = performance.now() + ms; performance.now() < end; await pause(10)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`still not: ${ask}`);
}

globalThis.opfs = { TestOwner, withOwner, directory, readText, listNames, clear, pause, until, runModel };
globalThis.isReady = true;
