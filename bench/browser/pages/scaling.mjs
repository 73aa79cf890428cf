// SPDX-License-Identifier: MIT
// The same work, bound by the CPU, on one worker and on two.
import { now } from "../../lib/stopwatch.mjs";
import { bareWorker, qjspool } from "./lib/sides.mjs";

const ntasks = 16; // an even number, so that two workers can share them

/** Some 20 ms in QuickJS here, and in the page's own engine for eight times the steps. */
function loop(steps) {
  let x = 1;
  for (let i = 0; i < steps; i++) x = (x * 31 + i) | 0;
  return x;
}
const guest = { script: `(${loop})(500_000)` };
const native = `onmessage = () => postMessage((${loop})(4_000_000))`;

async function open() {
  const pools = await Promise.all([1, 2].map((size) => qjspool({ size })));
  const bare = Array.from({ length: 2 }, () => bareWorker(native));
  const evaluate = (pool) => () => pool.evaluate(guest);
  let nasked = 0;
  return {
    "qjspool 1": evaluate(pools[0]),
    "qjspool 2": evaluate(pools[1]),
    "bare 1": () => bare[0].ask(0),
    "bare 2": () => bare[nasked++ % 2].ask(0),
  };
}

/** Answers milliseconds of all tasks, by side: of each round; the sides take turns. */
export async function measure({ rounds }) {
  const sides = Object.entries(await open());
  const times = new Map(sides.map(([name]) => [name, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [name, once] of sides) {
      const begin = now();
      await Promise.all(Array.from({ length: ntasks }, once));
      if (round >= 0) times.get(name).push(now() - begin);
    }
  }
  return Object.fromEntries(times);
}
