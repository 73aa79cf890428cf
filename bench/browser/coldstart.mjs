// SPDX-License-Identifier: MIT
// From the start of a page's load to a first result: a fresh context of the browser each time, so
// that neither the script nor what was compiled of it is cached. The peer takes turns.
import { median } from "../lib/stopwatch.mjs";

export const title = "Browser: cold page to the first result";

const peers = ["qjspool", "quickjs-emscripten"];

async function load(place, peer) {
  const page = await place.visit(`cold-${peer}.html`);
  try {
    return await page.call(`cold-${peer}`, "first");
  } finally {
    await page.close();
  }
}

export async function measure(report, places, { quick }) {
  const samples = peers.map(() => places.map(() => []));
  for (let round = 0; round < (quick ? 5 : 15); round++) {
    for (const [i, place] of places.entries()) {
      for (const [j, peer] of peers.entries()) samples[j][i].push(await load(place, peer));
    }
  }
  const rows = peers.map((peer, j) => [peer, samples[j].map(median)]);
  report.table("milliseconds", places.map((place) => place.title), rows, 0);
  for (const [i, place] of places.entries()) {
    if (!place.isPromised) continue;
    const what = `${place.title}: cold page to the first result, at most 400 ms`;
    report.promise(what, 400, "ms", rows[0][1][i], "atMost", 0);
  }
}
