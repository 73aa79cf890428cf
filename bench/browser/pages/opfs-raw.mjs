// SPDX-License-Identifier: MIT
// A worker with a sync access handle of its own. ORDER rows: ../opfs.mjs
import { KB, NBLOCKS, timeOf, timeOfBlocking } from "./lib/opfs.mjs";

const large = new Uint8Array(64 * KB);
const small = new Uint8Array(4 * KB);
const line = new Uint8Array(32);

async function run() {
  const root = await navigator.storage.getDirectory();
  const file = await root.getFileHandle("raw", { create: true });
  let handle = await file.createSyncAccessHandle();
  const at = (i) => ({ at: (i % NBLOCKS) * large.length });
  for (let i = 0; i < NBLOCKS; i++) handle.write(large, at(i));
  const times = {
    "read 64": timeOfBlocking(400, (i) => handle.read(large, at(i))),
    "write 64": timeOfBlocking(100, (i) => handle.write(large, at(i))),
    "read 4": timeOfBlocking(400, (i) => handle.read(small, at(i))),
  };
  handle.close();
  times.open = await timeOf(10, async () => {
    (await (await root.getFileHandle("raw")).createSyncAccessHandle()).close();
  });
  times.append = await timeOf(10, async () => {
    handle = await (await root.getFileHandle("raw")).createSyncAccessHandle();
    handle.write(line, { at: handle.getSize() });
    handle.flush();
    handle.close();
  });
  return times;
}

onmessage = async () => postMessage(await run());
