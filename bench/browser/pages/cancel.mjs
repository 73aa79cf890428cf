// SPDX-License-Identifier: MIT
// An endless loop is cancelled: how long until the only worker has given the next result. A worker
// of the page that is ended and made anew, as nothing else stops a loop of its, for comparison.
import { now } from "../../lib/stopwatch.mjs";
import { check, tinyTask } from "../../lib/tasks.mjs";
import { bareWorker, echoScript, qjspool } from "./lib/sides.mjs";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function cancelOnce(side) {
  const running = side.pool.submit({ code: "for (;;);" });
  await pause(20);
  const begin = now();
  running.cancel();
  await check(side, tinyTask);
  const took = now() - begin;
  const { error } = await running.promise;
  if (!error?.isCancelled) throw new Error(`not cancelled: ${error?.name}`);
  return took;
}

let bare;
async function replaceOnce() {
  await pause(20);
  const begin = now();
  bare?.close();
  bare = bareWorker(echoScript);
  await bare.ask(0);
  return now() - begin;
}

/** Answers milliseconds of each round, by side; the sides take turns. */
export async function measure({ rounds }) {
  const side = await qjspool({ size: 1 });
  const samples = { qjspool: [], bare: [] };
  for (let round = -2; round < rounds; round++) {
    const cancelled = await cancelOnce(side);
    const replaced = await replaceOnce();
    if (round < 0) continue;
    samples.qjspool.push(cancelled);
    samples.bare.push(replaced);
  }
  return samples;
}
