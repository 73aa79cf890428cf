// SPDX-License-Identifier: MIT
// Stopping what runs, and that the page stays awake meanwhile.
import assert from "node:assert/strict";

/** Runs an endless loop `n` times, more than there are workers, and waits until some wait. */
async function runLoops(user, n) {
  await user.click("#options-fold > summary");
  await user.setOption("timeoutMs", 0);
  await user.write("for (;;) {}");
  for (let i = 0; i < n; i++) await user.press("Control+Enter");
  await user.until((n) => {
    const cards = [...document.querySelectorAll("#results .card")];
    const isWaiting = cards.some((card) => card.dataset.outcome === "waiting");
    return (
      cards.length === n && isWaiting && cards.some((card) => card.dataset.outcome === "running")
    );
  }, n);
}

function stopTest(isolated) {
  return {
    name: `stop ends what runs and what waits, ${isolated ? "isolated" : "plain"}; then the next one runs`,
    async run(stage) {
      const user = await stage.open({ isolated });
      const workers = Number(
        await user.look(() => document.querySelector('[name="poolSize"]').value),
      );
      await runLoops(user, workers + 1);
      const frames = await user.look(
        () =>
          new Promise((done) => {
            let n = 0;
            const step = () => (++n === 10 ? done(n) : requestAnimationFrame(step));
            requestAnimationFrame(step);
          }),
      );
      assert.equal(frames, 10, "the page draws while all workers loop");
      assert.equal(await user.look(() => document.querySelector("#stop").ariaDisabled), "false");
      await user.click("#stop");
      await user.until(() =>
        [...document.querySelectorAll("#results .card")].every(
          (card) => card.dataset.outcome === "cancelled",
        ),
      );
      for (let i = 0; i < workers; i++) assert.match((await user.run("'alive'")).text, /"alive"$/);
      await user.until(() => document.querySelector("#stop").ariaDisabled === "true");
    },
  };
}

export const tests = [
  stopTest(true),
  stopTest(false),
  {
    name: "one task of several is cancelled by its own button",
    async run(stage) {
      const user = await stage.open();
      await user.write("for (;;) {}");
      await user.press("Control+Enter");
      await user.until(
        () => document.querySelector('#results .card[data-outcome="running"]') !== null,
      );
      await user.write("await new Promise((r) => setTimeout(r, 600000))");
      await user.press("Control+Enter");
      await user.until(
        () => document.querySelectorAll('#results .card[data-outcome="running"]').length === 2,
      );
      await user.click("#results .card:last-child header button");
      await user.until(
        () => document.querySelector("#results .card:last-child").dataset.outcome === "cancelled",
      );
      const [other] = await user.cards();
      assert.equal(other.outcome, "running");
      await user.click("#stop");
      await user.ended(2);
    },
  },
  {
    name: "the time limit of the options holds",
    async run(stage) {
      const user = await stage.open({ isolated: false });
      await user.click("#options-fold > summary");
      await user.setOption("timeoutMs", 150);
      const card = await user.run("for (;;) {}");
      assert.equal(card.outcome, "timeout");
      assert.match(card.text, /TimeoutError: the task was stopped by its time limit after 150 ms/);
    },
  },
  {
    name: "stop during a comparison ends it",
    async run(stage) {
      const user = await stage.open();
      await user.write("await new Promise((r) => setTimeout(r, 600000))");
      await user.click("#compare");
      await user.until(() =>
        document.querySelector("#timeline-summary").innerText.includes("1 running"),
      );
      await user.click("#stop");
      await user.until(() => document.querySelector("#results .comparison") !== null);
      assert.match(
        await user.text("#results .comparison"),
        /did not end with a value[\s\S]*CancelledError/,
      );
      await user.until(() => document.querySelector("#stop").ariaDisabled === "true");
    },
  },
];
