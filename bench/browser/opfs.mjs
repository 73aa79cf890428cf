// SPDX-License-Identifier: MIT
// Files in the origin private file system as a pool's workers reach them, through the one worker that
// owns them, against the browser's own sync access handle. From a profile on disk.
import { quantile } from "../lib/stopwatch.mjs";
import { inEach } from "./lib/places.mjs";

export const title = "Browser: files in OPFS";

/** ORDER measures: pages/opfs-client.mjs, pages/opfs-raw.mjs */
const rows = [
  ["read 64 KB, sync access handle", "raw", "read 64"],
  ["read 64 KB, through the store", "store", "read 64"],
  ["write 64 KB, sync access handle", "raw", "write 64"],
  ["write 64 KB, through the store", "store", "write 64"],
  ["read 4 KB, sync access handle", "raw", "read 4"],
  ["read 4 KB, through the store", "store", "read 4"],
  ["open and close, sync access handle", "raw", "open"],
  ["open, append 32 bytes, flush and close, sync access handle", "raw", "append"],
  ["open, append 32 bytes, close (flushes), the same file again", "store", "append"],
  ["open, read 4 KB and close, another file each time", "store", "open"],
];

export async function measure(report, places, { quick }) {
  const budget = { rounds: quick ? 9 : 31 };
  const visit = (place) => place.visitStored();
  const samples = await inEach(places, (page) => page.call("opfs", "measure", budget), visit);
  const columns = places.map((place) => place.title);
  const of = (side, key) => samples.map((taken) => quantile(taken[side][key], 0.5) * 1000);
  report.table("microseconds", columns, rows.map(([text, side, key]) => [text, of(side, key)]));
  const ratio = (key) => {
    const raw = of("raw", key);
    return of("store", key).map((us, i) => us / raw[i]);
  };
  report.table("times the sync access handle", columns, [
    ["read 64 KB", ratio("read 64")],
    ["write 64 KB", ratio("write 64")],
    ["read 4 KB", ratio("read 4")],
  ]);
  for (const [i, place] of places.entries()) {
    if (!place.isPromised || !place.isIsolated) continue;
    const what = `${place.title}: reading 64 KB through the store: at most 3 times a sync access handle`;
    report.promise(what, 3, "times", ratio("read 64")[i], "atMost");
  }
}
