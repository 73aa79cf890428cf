// SPDX-License-Identifier: MIT
// The script of a worker on Node, Bun and Deno. Bundled as CommonJS, which all three can evaluate
// from a string. Nothing may leave it as an exception: some of them would print it.

import { parentPort, workerData } from "node:worker_threads";
import type { WorkerInit } from "../protocol.js";
import { MessageServer, serveRing } from "../worker/serve.js";

function serve(init: WorkerInit, port: NonNullable<typeof parentPort>): void {
  const post = (message: unknown, transfer?: ArrayBuffer[]): void => {
    port.postMessage(message, transfer ?? []);
  };
  if (init.shared !== null) {
    serveRing(init, init.shared, post);
    port.close();
    return;
  }
  const server = new MessageServer(init, post, () => port.close());
  port.on("message", (frame: Uint8Array) => server.handle(frame));
  server.step();
}

try {
  if (parentPort !== null) serve(workerData as WorkerInit, parentPort);
} catch {
  // the driver sees the worker end
  process.exit(1);
}
