// SPDX-License-Identifier: MIT
// Tasks per second through two workers, and what each task costs the page's main thread: the
// browser's own count of the time that tasks of that thread took, divided by the tasks.
import { median } from "../lib/stopwatch.mjs";
import { inEach } from "./lib/places.mjs";

export const title = "Browser: many tasks, two workers";

const atOnce = 20_000;
const sides = [
  ["16 in flight, small task", "inFlight", "small"],
  ["16 in flight, 1 + 1", "inFlight", "tiny"],
  ["20,000 at once, small task", "atOnce", "small"],
  ["20,000 at once, 1 + 1", "atOnce", "tiny"],
  ["postMessage, 16 in flight to two workers", "echo"],
];

/** Answers, for each side, its rates and the milliseconds of main thread that each task took. */
async function rounds(page, quick) {
  const results = sides.map(() => ({ rates: [], busy: [] }));
  for (let round = -2; round < (quick ? 5 : 15); round++) {
    for (const [i, [, verb, task]] of sides.entries()) {
      const before = await page.busyMs();
      const done = await page.call("throughput", verb, { task, count: atOnce, ms: quick ? 200 : 400 });
      const after = await page.busyMs();
      if (round < 0) continue; // warming up
      results[i].rates.push(done.rate);
      if (after !== undefined) results[i].busy.push((after - before) / done.count);
    }
  }
  return results;
}

export async function measure(report, places, { quick }) {
  const results = await inEach(places, (page) => rounds(page, quick));
  const columns = places.map((place) => place.title);
  const rowsOf = (key) =>
    sides.map(([text], i) => [text, results.map((result) => median(result[i][key]))]);
  report.table("tasks per second", columns, rowsOf("rates"), 0);
  const busy = rowsOf("busy");
  report.table("main thread, milliseconds of a task", columns, busy, 4);
  for (const [i, place] of places.entries()) {
    if (!place.isPromised) continue;
    const most = Math.max(...busy.slice(0, -1).map(([, numbers]) => numbers[i]));
    const what = `${place.title}: main thread, for each small task at most 0.1 ms`;
    report.promise(what, 0.1, "ms", most, "atMost", 3);
  }
}
