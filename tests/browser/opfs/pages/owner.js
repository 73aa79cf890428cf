// SPDX-License-Identifier: MIT
// An owner of an OPFS directory and workers that use it, on a page or in a worker of one.
import { OpfsOwner } from "../../../../packages/qjspool/src/files/opfs/owner-handle.js";
import { BrowserPort } from "../../../../packages/qjspool/src/runtime/browser-thread.js";

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

export class TestOwner {
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
