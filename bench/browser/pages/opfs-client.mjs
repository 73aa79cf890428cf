// SPDX-License-Identifier: MIT
// A worker that uses files as those of a pool do. ORDER rows: ../opfs.mjs
import { openAsync, openBlocking } from "../../../packages/qjspool/src/files/opfs/client.js";
import { Open } from "../../../packages/qjspool/src/files/store.js";
import { KB, NBLOCKS, timeOf, timeOfBlocking } from "./lib/opfs.mjs";

const MAKE = Open.readWrite | Open.create;
const NFILES = 20;
const large = new Uint8Array(64 * KB);
const small = new Uint8Array(4 * KB);
const line = new Uint8Array(32);

let store;
let time;

/** Longer than files are kept open. */
const pause = () => new Promise((done) => setTimeout(done, 30));

async function run() {
  const handle = await store.open("file", MAKE, 0);
  const at = (i) => (i % NBLOCKS) * large.length;
  for (let i = 0; i < NBLOCKS; i++) await store.write(handle, at(i), large);
  const times = {
    "read 64": await time(400, (i) => store.read(handle, at(i), large)),
    "write 64": await time(100, (i) => store.write(handle, at(i), large)),
    "read 4": await time(400, (i) => store.read(handle, at(i), small)),
  };
  await store.close(handle);
  times.append = await timeOf(20, async () => {
    const log = await store.open("log", MAKE | Open.append, 0);
    await store.append(log, line);
    await store.close(log);
  });
  for (let i = 0; i < NFILES; i++) {
    const one = await store.open(`file${i}`, MAKE, 0);
    await store.write(one, 0, small);
    await store.close(one);
  }
  await pause();
  times.open = await timeOf(NFILES, async (i) => {
    const one = await store.open(`file${i}`, Open.readOnly, 0);
    await store.read(one, 0, small);
    await store.close(one);
  });
  return times;
}

onmessage = async ({ data }) => {
  if (data.link === undefined) {
    postMessage(await run());
    return;
  }
  const isShared = data.link.shared !== null;
  store = isShared ? openBlocking(data.link) : openAsync(data.link);
  time = isShared ? timeOfBlocking : timeOf;
  postMessage(null);
};
