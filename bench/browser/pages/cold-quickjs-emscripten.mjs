// SPDX-License-Identifier: MIT
// A page that shows one result of quickjs-emscripten and nothing else.
import { check, tinyTask } from "../../lib/tasks.mjs";
import { load, open } from "../../node/peers/quickjs-emscripten.mjs";

async function evaluate() {
  await check(await open(await load()), tinyTask);
  return performance.now();
}

/** Milliseconds from the start of the page's load. */
export const first = evaluate();
