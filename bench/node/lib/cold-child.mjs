// SPDX-License-Identifier: MIT
// One cold start, timed from within: imports the peer named on the command line, opens it with one
// worker, evaluates once, and prints the milliseconds as JSON.
import { check, tinyTask } from "../../lib/tasks.mjs";

const name = process.argv[2];
const peer = await import(`../peers/${name}.mjs`);
const begin = performance.now();
const library = await peer.load();
const imported = performance.now();
const options = name === "qjspool" ? { size: 2, preWarm: false } : { size: 1 };
const side = await peer.open(library, options);
await check(side, tinyTask);
const end = performance.now();
console.log(JSON.stringify({ imported: imported - begin, first: end - imported, total: end }));
process.exit();
