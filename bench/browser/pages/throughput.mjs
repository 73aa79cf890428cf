// SPDX-License-Identifier: MIT
// Many tasks through two workers. Each export is one round; the page's pools stay open between them.
import { rateAtOnce, rateInFlight } from "../../lib/stopwatch.mjs";
import { check, smallTask, tinyTask } from "../../lib/tasks.mjs";
import { bareWorker, echoScript, qjspool } from "./lib/sides.mjs";

const pool = await qjspool({ size: 2 });
await check(pool, smallTask);
const tasks = { small: smallTask, tiny: tinyTask };
const evaluate = (task) => () => pool.pool.evalCode(tasks[task].script);

const echoes = Array.from({ length: 2 }, () => bareWorker(echoScript));
let nechoed = 0;

/** All answer `{ rate, count }`: tasks per second, and how many there were. */
export const atOnce = async ({ task, count }) => ({ count, rate: await rateAtOnce(evaluate(task), count) });
export const inFlight = ({ task, ms }) => flying(evaluate(task), ms);
export const echo = ({ ms }) => flying(() => echoes[nechoed++ % 2].ask(""), ms);

async function flying(submit, ms) {
  let count = 0;
  const counted = () => {
    count++;
    return submit();
  };
  return { rate: await rateInFlight(counted, 16, ms), count };
}
