// SPDX-License-Identifier: MIT
// One megabyte of nested result, against what the browser takes to clone it.
import { median } from "../lib/stopwatch.mjs";
import { inEach } from "./lib/places.mjs";

export const title = "Browser: one megabyte of nested result";

export async function measure(report, places, { quick }) {
  const budget = { rounds: quick ? 5 : 15, ms: quick ? 60 : 200 };
  const samples = await inEach(places, (page) => page.call("values", "measure", budget));
  const of = (key) => samples.map((taken) => median(taken[key]));
  report.table("milliseconds", places.map((place) => place.title), [
    ["structuredClone on the main thread", of("clone")],
    ["postMessage from a worker", of("bare")],
    ["qjspool, the result of a session", of("qjspool")],
  ]);
}
