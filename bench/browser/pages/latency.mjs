// SPDX-License-Identifier: MIT
// One task after the other, from the call to its result. The clock of a page that is not isolated
// has steps of 0.1 ms, so whole runs of tasks are timed.
import { rateInFlight } from "../../lib/stopwatch.mjs";
import { check, smallTask, tinyTask } from "../../lib/tasks.mjs";
import { bareWorker, echoScript, qjspool, quickjsEmscripten } from "./lib/sides.mjs";

async function open() {
  const echo = bareWorker(echoScript);
  const pool = await qjspool({ size: 1 });
  const inline = await qjspool({ forceSingleThreaded: true });
  const peer = await quickjsEmscripten();
  for (const side of [pool, inline, peer]) await check(side, smallTask);
  const once = { echo: () => echo.ask(smallTask.script) };
  for (const [name, side] of Object.entries({ pool, inline, peer })) {
    once[`${name} small`] = () => side.evaluate(smallTask);
    once[`${name} tiny`] = () => side.evaluate(tinyTask);
  }
  return once;
}

/** Answers milliseconds of a task, by side, of each round; the sides take turns. */
export async function measure({ rounds, ms }) {
  const sides = Object.entries(await open());
  const times = new Map(sides.map(([name]) => [name, []]));
  for (let round = -15; round < rounds; round++) {
    for (const [name, once] of sides) {
      const each = 1000 / (await rateInFlight(once, 1, ms));
      if (round >= 0) times.get(name).push(each); // before: warming up
    }
  }
  return Object.fromEntries(times);
}
