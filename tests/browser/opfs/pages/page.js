// SPDX-License-Identifier: MIT
// A page with an owner of an OPFS directory and workers that use it, on globalThis: `opfs`.
import { OpfsOwner } from "../../../../packages/qjspool/src/files/opfs/owner-handle.js";
import { BrowserPort } from "../../../../packages/qjspool/src/runtime/browser-thread.js";
import { runModel } from "./model.js";

const isShared = crossOriginIsolated;

/** A worker that uses the store. `run` calls one of the functions of steps.js there. */
class TestClient {
  constructor(owner) {
    this.owner = owner;
    this.worker = new Worker("/client.js");
    this.answers = [];
    this.worker.onmessage = ({ data }) => this.answers.shift()(data);
    const { link, transfer } = owner.newClient();
    this.link = link;
    this.worker.postMessage({ link, stop: (this.stop = isShared ? new SharedArrayBuffer(4) : null) }, transfer);
  }

  async run(name, ...args) {
    this.worker.postMessage({ name, args });
    const { value, error } = await new Promise((answer) => this.answers.push(answer));
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** The worker is ended wherever it is. */
  kill() {
    this.worker.terminate();
    this.owner.releaseClient(this.link);
  }

  setStopped(stopped) {
    Atomics.store(new Int32Array(this.stop), 0, stopped ? 1 : 0);
  }
}

class TestOwner {
  lost = [];

  static async start(name, { limit = 0, hidesWaitAsync = false } = {}) {
    const test = new TestOwner();
    const spawn = (init) => {
      test.port = new BrowserPort(init, { workerUrl: "/worker.js", stackBytes: 0, transfer: [] });
      return test.port;
    };
    const { waitAsync } = Atomics;
    if (hidesWaitAsync) delete Atomics.waitAsync;
    test.restore = () => hidesWaitAsync && Object.defineProperty(Atomics, "waitAsync", { value: waitAsync, configurable: true, writable: true });
    test.owner = await OpfsOwner.start({ name, limit, isShared, spawn });
    test.owner.onLost = (reason) => test.lost.push(reason);
    return test;
  }

  client() {
    return new TestClient(this.owner);
  }

  clients(n) {
    return Array.from({ length: n }, () => this.client());
  }

  /** As the browser would: no message, no warning. */
  crash() {
    this.port.worker.terminate();
    this.port.onExit("it crashed");
  }

  end() {
    this.restore();
    this.owner.dispose();
  }
}

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

globalThis.opfs = { TestOwner, OpfsOwner, withOwner, directory, readText, listNames, clear, pause, until, runModel };
globalThis.isReady = true;
