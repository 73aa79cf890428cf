// SPDX-License-Identifier: MIT
// Opens peers by name. A peer is a file in peers/ with `load()` (imports the library) and
// `open(library, { size, isolation })`, which answers `{ evaluate(task), noop?(), close() }`.
// isolated-vm must run in a process with its own flag, so its rounds are taken there.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const opened = [];

/** Answers `{ side }`, or `{ why }` if the peer cannot run here. */
export async function openPeer(name, options = {}) {
  try {
    const side = name === "isolated-vm" ? await openRemote(name, options) : await openHere(name, options);
    opened.push(side);
    return { side };
  } catch (error) {
    return { why: firstLine(error) };
  }
}

async function openHere(name, options) {
  const peer = await import(`../peers/${name}.mjs`);
  return peer.open(await peer.load(), options);
}

/** Ends the threads and processes of all peers that were opened. */
export async function closePeers() {
  for (const side of opened.splice(0)) await side.close();
}

export const firstLine = (error) => String(error?.message ?? error).split("\n")[0].slice(0, 120);

/** Node's flags for a process that evaluates with this peer. */
export const flagsOf = (name) => (name === "isolated-vm" ? ["--no-node-snapshot"] : []);

async function openRemote(name, options) {
  const child = fork(fileURLToPath(new URL("remote-peer.mjs", import.meta.url)), [name], {
    execArgv: flagsOf(name),
  });
  const ask = (request) =>
    new Promise((resolve, reject) => {
      child.once("message", (answer) =>
        answer.error ? reject(new Error(answer.error)) : resolve(answer.value),
      );
      child.send(request);
    });
  await ask({ verb: "open", options });
  return {
    evaluate: (task) => ask({ verb: "evaluate", task }),
    round: (task, budget) => ask({ verb: "round", task, budget }),
    close: () => child.kill(),
  };
}
