// SPDX-License-Identifier: MIT
// How much sooner two workers end work that is bound by the CPU than one, and what two workers of
// the page itself gain on this machine.
import { median } from "../lib/stopwatch.mjs";
import { inEach } from "./lib/places.mjs";

export const title = "Browser: bound by the CPU, one worker and two";

export async function measure(report, places, { quick }) {
  const budget = { rounds: quick ? 5 : 15 };
  const samples = await inEach(places, (page) => page.call("scaling", "measure", budget));
  const of = (key) => samples.map((taken) => median(taken[key]));
  const gain = (side) => samples.map((taken) => median(taken[`${side} 1`]) / median(taken[`${side} 2`]));
  const columns = places.map((place) => place.title);
  report.table("milliseconds of 16 tasks", columns, [
    ["qjspool, one worker", of("qjspool 1")],
    ["qjspool, two workers", of("qjspool 2")],
  ], 0);
  report.table("times one worker", columns, [
    ["qjspool, two workers", gain("qjspool")],
    ["two workers of the page, no sandbox", gain("bare")],
  ]);
  for (const [i, place] of places.entries()) {
    if (!place.isPromised) continue;
    const what = `${place.title}: two workers on CPU-bound tasks, at least 1.8 times one`;
    report.promise(what, 1.8, "times", gain("qjspool")[i], "atLeast");
  }
}
