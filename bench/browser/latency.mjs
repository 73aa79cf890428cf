// SPDX-License-Identifier: MIT
// One task at a time through a warm pool of one worker, against what the browser takes to carry a
// message to a worker and back.
import { quantile } from "../lib/stopwatch.mjs";
import { inEach } from "./lib/places.mjs";

export const title = "Browser: one task at a time, clean realm";

const sides = [
  ["echo", "postMessage to a worker and back"],
  ["pool small", "qjspool, small task"],
  ["pool tiny", "qjspool, 1 + 1"],
  ["inline small", "qjspool on the page's thread, small task"],
  ["inline tiny", "qjspool on the page's thread, 1 + 1"],
  ["peer small", "quickjs-emscripten, newContext + eval, small task"],
  ["peer tiny", "quickjs-emscripten, newContext + eval, 1 + 1"],
];

export async function measure(report, places, { quick }) {
  const budget = { rounds: quick ? 25 : 101, ms: 20 };
  const samples = await inEach(places, (page) => page.call("latency", "measure", budget));
  const columns = places.map((place) => place.title);
  const rowsOf = (chosen, fraction) =>
    chosen.map(([key, text]) => [text, samples.map((taken) => quantile(taken[key], fraction))]);
  const rows = rowsOf(sides, 0.5);
  report.table("milliseconds of a task", columns, rows, 3);
  report.table("the fastest tenth within", columns, rowsOf(sides.slice(0, 3), 0.1), 3);
  for (const [i, place] of places.entries()) {
    if (!place.isPromised) continue;
    const ratio = rows[1][1][i] / rows[0][1][i];
    const what = `${place.title}: small task, clean realm, warm: at most 1.5 times a postMessage round trip`;
    report.promise(what, 1.5, "times", ratio, "atMost");
  }
}
