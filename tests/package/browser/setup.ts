// SPDX-License-Identifier: MIT
// What the test server tells a page, before any test file is loaded.

export interface Setup {
  place: "isolated" | "plain" | "inline";
  runtime: "chromium" | "firefox";
  /** The test file, bundled. */
  bundle: string;
  /** Files of the repository, by their path in it. */
  files: Record<string, string>;
}

let told: Setup | undefined;

const run = new URLSearchParams(location.search).get("run");

export async function loadSetup(): Promise<Setup> {
  const response = await fetch(`../setup?run=${run}`);
  told = (await response.json()) as Setup;
  return told;
}

export function setup(): Setup {
  if (told === undefined) throw new Error("a test file was loaded before its page");
  return told;
}

let sending = Promise.resolve();

/** Tells the server; in order, without waiting. The promise: it has arrived. */
export function tellServer(event: object): Promise<void> {
  const send = async (): Promise<void> => {
    await fetch(`../events?run=${run}`, { method: "POST", body: JSON.stringify([event]) });
  };
  sending = sending.then(send, send);
  return sending;
}
