// SPDX-License-Identifier: MIT
// A worker that uses a store as those of a pool do: blocking, where memory is shared.
import { openAsync, openBlocking } from "../../../../packages/qjspool/src/files/opfs/client.js";
import { CALLS, Desk, FLAGS, HANDLE, LENGTH, Op, OP, STATE, State } from "../../../../packages/qjspool/src/files/opfs/wire.js";
import { setAttack, steps, told } from "./steps.js";

let store;

/** Numbers that no call has, in shared memory. The store's own calls must work after each. */
async function attackDesk(shared) {
  const { control, numbers } = new Desk(shared);
  const found = [];
  const values = [-1, 0, 17, 18, 999, 2 ** 31 - 1, -(2 ** 31)];
  for (const op of [...Object.values(Op), 0, -1, 99]) {
    for (const value of values) {
      control[OP] = op;
      control[HANDLE] = value;
      control[FLAGS] = op === Op.open ? 0 : value;
      control[LENGTH] = op === Op.piece ? -1 : op === Op.stat || op === Op.list || op === Op.realpath || op === Op.more ? -5 : value;
      Atomics.store(control, STATE, State.called);
      Atomics.add(control, CALLS, 1);
      Atomics.notify(control, CALLS);
      while (Atomics.load(control, STATE) !== State.answered) Atomics.wait(control, STATE, State.called, 10);
      found.push(told(numbers[2]));
    }
  }
  // states that cannot be, and calls that are none
  for (const state of [7, State.abandoned, State.answered]) {
    Atomics.store(control, STATE, state);
    Atomics.add(control, CALLS, 5);
    Atomics.notify(control, CALLS);
    Atomics.wait(control, STATE, state, 30);
  }
  Atomics.store(control, STATE, State.answered);
  found.push(told(await store.open("nothing", 0, 0)));
  return found;
}

async function attackPort(port) {
  const wrong = [null, 1, "x", {}, { id: 1 }, { id: 1, op: Op.open, handle: 0, flags: 0, x: 0, y: 0, room: 0, bytes: "secret" }];
  for (const message of wrong) port.postMessage(message);
  const found = [];
  const answered = port.onmessage;
  const ask = (message) =>
    new Promise((answer) => {
      port.onmessage = ({ data }) => answer(told(data.result));
      port.postMessage({ id: -5, flags: 0, x: 0, y: 0, bytes: new Uint8Array(0), room: 0, ...message });
    });
  for (const op of [...Object.values(Op), 0, -1, 99, NaN]) {
    if (op === Op.piece || op === Op.stat || op === Op.list || op === Op.realpath || op === Op.more) continue;
    for (const handle of [-1, 0, 1.5, NaN, 1e300]) found.push(await ask({ op, handle, room: 1e300, x: -1 }));
  }
  port.onmessage = answered;
  found.push(told(await store.open("nothing", 0, 0)));
  return found;
}

onmessage = async ({ data }) => {
  if (data.link !== undefined) {
    const stopped = data.stop && new Int32Array(data.stop);
    const isStopped = () => Atomics.load(stopped, 0) !== 0;
    const { shared, port } = data.link;
    setAttack((byMessages) => (byMessages ? attackPort(port) : attackDesk(shared)));
    store = data.link.shared === null ? openAsync(data.link) : openBlocking(data.link, isStopped);
    return;
  }
  try {
    postMessage({ value: await steps[data.name](store, ...data.args) });
  } catch (error) {
    postMessage({ error: `${data.name}: ${error.stack ?? error}` });
  }
};
