// SPDX-License-Identifier: MIT
// One megabyte of nested result: through the pool, from a worker of the page, and cloned in place.
import { nested } from "../../lib/nested.mjs";
import { takeTurns } from "../../lib/stopwatch.mjs";
import { bareWorker, qjspool } from "./lib/sides.mjs";

async function open() {
  const value = nested();
  const bare = bareWorker(`const value = (${nested})(); onmessage = () => postMessage(value)`);
  const { pool } = await qjspool({ size: 1 });
  const session = await pool.createSession();
  await session.evalCode(`globalThis.value = (${nested})(); 0`);
  const result = await session.evalCode("value");
  if (JSON.stringify(result.value) !== JSON.stringify(value)) throw new Error("wrong value");
  return {
    clone: async () => structuredClone(value),
    bare: () => bare.ask(0),
    qjspool: () => session.evalCode("value"),
  };
}

/** Answers milliseconds of every sample, by side. */
export async function measure({ rounds, ms }) {
  const sides = Object.entries(await open()).map(([name, once]) => ({ name, once }));
  await takeTurns(sides, 3, { ms, atLeast: 3 });
  const samples = await takeTurns(sides, rounds, { ms, atLeast: 3 });
  return Object.fromEntries([...samples].map(([{ name }, taken]) => [name, taken]));
}
