// SPDX-License-Identifier: MIT
// Files of guests against the same calls of node:fs, in this one process, taking turns: on the disk
// of temporary files and, where there is one, in a file system in memory, which hides no call's cost.
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bench } from "./lib/bench.mjs";
import { load } from "./peers/qjspool.mjs";
import { median, takeTurns } from "../lib/stopwatch.mjs";

const size = 4096;

/** The host's own: the side that the others are measured by. */
function nodeSide(folder, n) {
  const bytes = Buffer.alloc(size, "x");
  const into = Buffer.alloc(size);
  const path = join(folder, "node");
  return {
    async round() {
      const begin = performance.now();
      for (let i = 0; i < n; i++) {
        let fd = fs.openSync(path, "w");
        fs.writeSync(fd, bytes, 0, size);
        fs.closeSync(fd);
        fd = fs.openSync(path, "r");
        fs.readSync(fd, into, 0, size, null);
        fs.closeSync(fd);
      }
      return [((performance.now() - begin) * 1000) / n];
    },
  };
}

const descriptors = (path, n) => `
  const bytes = new ArrayBuffer(${size}), into = new ArrayBuffer(${size})
  const begin = performance.now()
  for (let i = 0; i < ${n}; i++) {
    let fd = os.open("${path}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(fd, bytes, 0, ${size})
    os.close(fd)
    fd = os.open("${path}", os.O_RDONLY)
    if (os.read(fd, into, 0, ${size}) !== ${size}) throw new Error("not all was read")
    os.close(fd)
  }
  ;(performance.now() - begin) * 1000 / ${n}`;

const streams = (path, n) => `
  const text = "x".repeat(${size})
  const begin = performance.now()
  for (let i = 0; i < ${n}; i++) {
    let file = std.open("${path}", "w")
    file.puts(text)
    file.close()
    file = std.open("${path}", "r")
    if (file.readAsString().length !== ${size}) throw new Error("not all was read")
    file.close()
  }
  ;(performance.now() - begin) * 1000 / ${n}`;

function guestSide(pool, code) {
  return {
    async round() {
      const { value, error } = await pool.evalCode(code);
      if (error) throw new Error(error.message);
      return [value];
    },
  };
}

async function place(report, { newWorkerPool, hostDirectory, memory }, name, parent, quick) {
  const folder = fs.mkdtempSync(join(parent, "qjspool-bench-"));
  const n = quick ? 500 : 2000;
  const pool = await newWorkerPool({ poolSize: 1, mounts: { "/d": hostDirectory(folder), "/m": memory() } });
  const sides = {
    "node:fs": nodeSide(folder, n),
    "os, hostDirectory()": guestSide(pool, descriptors("/d/guest", n)),
    "std, hostDirectory()": guestSide(pool, streams("/d/guest", n)),
    "os, memory()": guestSide(pool, descriptors("/m/guest", n)),
    "std, memory()": guestSide(pool, streams("/m/guest", n)),
  };
  try {
    await takeTurns(Object.values(sides), 3, {}); // warm
    const samples = await takeTurns(Object.values(sides), quick ? 5 : 15, {});
    const times = Object.entries(sides).map(([side, key]) => [side, median(samples.get(key))]);
    const [, own] = times[0];
    report.table(`4 KB, ${name}`, ["us", "beside node:fs"], times.map(([side, us]) => [side, [us, us / own]]));
    return times[1][1] / own;
  } finally {
    pool.dispose();
    fs.rmSync(folder, { recursive: true });
  }
}

await bench("Files", async (report, { quick }) => {
  const qjspool = await load();
  const what = "open, write 4 KB, close, open, read, close: at most 1.5 times node:fs";
  const ratio = await place(report, qjspool, "on disk", tmpdir(), quick);
  report.promise(`${what} (on disk)`, 1.5, "times", ratio, "atMost");
  if (!fs.existsSync("/dev/shm")) return;
  const bare = await place(report, qjspool, "in /dev/shm", "/dev/shm", quick);
  report.promise(`${what} (in memory)`, 1.5, "times", bare, "atMost");
});
