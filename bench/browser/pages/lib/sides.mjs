// SPDX-License-Identifier: MIT
// What a page measures with: our pools, the peer, and workers of the page's own that do as little
// as a worker can.
import { load as loadQuickjs, open as openQuickjs } from "../../../node/peers/quickjs-emscripten.mjs";
import { load as loadQjspool, open as openQjspool } from "../../../node/peers/qjspool.mjs";

export const qjspool = async (options) => openQjspool(await loadQjspool(), options);
export const quickjsEmscripten = async () => openQuickjs(await loadQuickjs());

/** A worker of the page that runs `script`, a text, which answers each message with one. */
export function bareWorker(script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(url);
  const waiting = [];
  worker.onmessage = ({ data }) => waiting.shift()(data);
  return {
    ask: (message) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        worker.postMessage(message);
      }),
    close() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}

export const echoScript = "onmessage = (event) => postMessage(event.data)";
