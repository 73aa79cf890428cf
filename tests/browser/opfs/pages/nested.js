// SPDX-License-Identifier: MIT
// A worker that makes an owner itself, as one that makes a pool does.
import { TestOwner } from "./owner.js";

onmessage = async ({ data: name }) => {
  const test = await TestOwner.start(name);
  const clients = test.clients(2);
  await Promise.all(clients.map((client, i) => client.run("appendFiles", "log", `c${i}`, 20)));
  const what = await clients[0].run("call", "what", "log");
  test.end();
  postMessage(what);
};
