// SPDX-License-Identifier: MIT
// From cancel() of an endless loop to the next task's result, with one worker: stopped in place
// where memory is shared, ended and replaced elsewhere.
import { median } from "../lib/stopwatch.mjs";
import { inEach } from "./lib/places.mjs";

export const title = "Browser: an endless loop is cancelled";

export async function measure(report, places, { quick }) {
  const budget = { rounds: quick ? 7 : 25 };
  const samples = await inEach(places, (page) => page.call("cancel", "measure", budget));
  const of = (key) => samples.map((taken) => median(taken[key]));
  report.table("milliseconds", places.map((place) => place.title), [
    ["qjspool, cancel() to the next result", of("qjspool")],
    ["a worker of the page, ended and made anew", of("bare")],
  ]);
}
