// SPDX-License-Identifier: MIT
// The script of a worker in browsers. Bundled so that it runs as a classic and as a module worker.
// The first message is what it is started with, and says whether it runs isolates or owns files.

import { Owner } from "../files/opfs/owner.js";
import { isOwnerInit, type OwnerInit, type ToOwner } from "../files/opfs/wire.js";
import type { WorkerInit } from "../protocol.js";
import { MessageServer, serveRing } from "../worker/serve.js";
import { defer } from "./browser-defer.js";
import { endedBecause } from "./browser-ended.js";
import { Watch } from "./browser-watch.js";

/** What a DedicatedWorkerGlobalScope has of it; the page's own types would be in its way. */
interface WorkerScope {
  onmessage: ((event: { data: unknown }) => void) | null;
  onmessageerror: (() => void) | null;
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  close(): void;
}
const scope = globalThis as unknown as WorkerScope;

function end(reason = ""): void {
  scope.onmessage = null;
  scope.postMessage(endedBecause(reason));
  scope.close();
}

function serve(init: WorkerInit): void {
  const post = (message: unknown, transfer?: ArrayBuffer[]): void => {
    scope.postMessage(message, transfer ?? []);
  };
  if (init.shared !== null) {
    serveRing(init, init.shared, post);
    end();
    return;
  }
  const server = new MessageServer(init, post, end);
  const watch = new Watch();
  scope.onmessage = guarded((data) => {
    server.handle(data as Uint8Array);
    watch.begin();
  });
  server.step();
}

async function own(init: OwnerInit): Promise<void> {
  const post = (message: unknown): void => scope.postMessage(message);
  const owner = await Owner.start(init, { post, end, defer });
  if (owner !== null) scope.onmessage = guarded((message) => owner.handle(message as ToOwner));
}

/** Nothing may leave the worker as an exception: the page would print it. */
function guarded(handle: (data: unknown) => void): (event: { data: unknown }) => void {
  return (event) => {
    try {
      handle(event.data);
    } catch (error) {
      end(error instanceof Error ? `${error.name}: ${error.message}` : "an unknown error");
    }
  };
}

scope.onmessage = guarded((init) => {
  if (isOwnerInit(init as OwnerInit)) void own(init as OwnerInit);
  else serve(init as WorkerInit);
});
// Firefox hands no Wasm to a script whose own headers forbid it
scope.onmessageerror = () => {
  end("it could not read a message; does the Content-Security-Policy of its script allow WebAssembly?");
};
