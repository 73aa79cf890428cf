// SPDX-License-Identifier: MIT
// Waiting for what other processes do.

const PATIENCE_MS = 15_000;

/** Asks again until `ask` gives something true, and returns it; throws `describe()` in the end. */
export async function until(ask, describe) {
  const last = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > last) throw new Error(describe());
    await new Promise((done) => setTimeout(done, 20));
  }
}
