// SPDX-License-Identifier: MIT
// The other end of a peer that needs a process of its own: opens it here, and takes whole rounds
// of samples when asked, so that the messages between the processes are not in the numbers.
import { firstLine } from "./peers.mjs";
import { sample } from "../../lib/stopwatch.mjs";

const peer = await import(`../peers/${process.argv[2]}.mjs`);
let side;

const verbs = {
  async open({ options }) {
    side = await peer.open(await peer.load(), options);
  },
  evaluate: ({ task }) => side.evaluate(task),
  round: ({ task, budget }) => sample(() => side.evaluate(task), budget),
};

process.on("message", async (request) => {
  try {
    process.send({ value: await verbs[request.verb](request) });
  } catch (error) {
    process.send({ error: firstLine(error) });
  }
});
process.on("disconnect", () => process.exit());
