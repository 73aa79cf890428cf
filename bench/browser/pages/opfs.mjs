// SPDX-License-Identifier: MIT
// A file of OPFS reached by its sync access handle and through the store, in turns.
import { OpfsOwner } from "../../../packages/qjspool/src/files/opfs/owner-handle.js";
import { BrowserPort } from "../../../packages/qjspool/src/runtime/browser-thread.js";

/** A worker of this folder that answers each message. */
function askable(script) {
  const worker = new Worker(script, { type: "module" });
  const waiting = [];
  worker.onmessage = ({ data }) => waiting.shift()(data);
  const ask = (message, transfer = []) =>
    new Promise((answer) => {
      waiting.push(answer);
      worker.postMessage(message, transfer);
    });
  return { ask, end: () => worker.terminate() };
}

/** Answers milliseconds of one operation, by side and operation, of each round. */
export async function measure({ rounds }) {
  const owner = await OpfsOwner.start({
    name: "bench",
    limit: 0,
    isShared: crossOriginIsolated,
    spawn: (init) => new BrowserPort(init, { workerUrl: undefined, stackBytes: 0, transfer: [] }),
  });
  const { link, transfer } = owner.newClient();
  const sides = { raw: askable("/opfs-raw.js"), store: askable("/opfs-client.js") };
  await sides.store.ask({ link }, transfer);
  const times = { raw: {}, store: {} };
  for (let round = -2; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      const taken = await side.ask({ run: true });
      for (const [key, ms] of Object.entries(taken)) if (round >= 0) (times[name][key] ??= []).push(ms);
    }
  }
  for (const side of Object.values(sides)) side.end();
  owner.dispose();
  const root = await navigator.storage.getDirectory();
  for (const name of ["raw", "bench"]) await root.removeEntry(name, { recursive: true }).catch(() => {});
  return times;
}
