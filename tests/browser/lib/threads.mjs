// SPDX-License-Identifier: MIT
// Counts the workers of a browser's pages from outside: by the threads of its processes, which no
// page can forget or hide. Linux only.
import { readFileSync, readdirSync } from "node:fs";

/** What Chromium and Firefox name the thread of a dedicated worker. */
const workerThread = /^(DedicatedWorker|DOM Worker)/;

/** A file of /proc; "": its process or thread is gone. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function list(path) {
  try {
    return readdirSync(path).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** The processes that a process has started, and theirs. */
function descendants(pid) {
  const children = new Map();
  for (const child of list("/proc")) {
    const stat = read(`/proc/${child}/stat`);
    // the name, in parentheses, may have spaces
    const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found = [...(children.get(String(pid)) ?? [])];
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]) ?? []));
  return found;
}

/** Threads of workers in all processes of pages; the browser's own process has workers of its own. */
export function countWorkers(browser) {
  let count = 0;
  for (const pid of descendants(browser.process().pid)) {
    for (const thread of list(`/proc/${pid}/task`)) {
      if (workerThread.test(read(`/proc/${pid}/task/${thread}/comm`))) count++;
    }
  }
  return count;
}
