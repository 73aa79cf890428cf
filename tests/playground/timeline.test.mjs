// SPDX-License-Identifier: MIT
// The timeline, its table, and the comparison.
import assert from "node:assert/strict";

/** Workers and outcomes of the bars, in the order they were drawn. */
function bars(user) {
  return user.look(() => {
    const lanes = [...document.querySelectorAll(".timeline .lane")];
    const middle = (box) => box.top + box.height / 2;
    return [...document.querySelectorAll(".timeline .bar")].map((bar) => {
      const at = middle(bar.querySelector("rect").getBoundingClientRect());
      const distance = (lane) =>
        Math.abs(middle(lane.querySelector("rect").getBoundingClientRect()) - at);
      const lane = lanes.reduce((a, b) => (distance(b) < distance(a) ? b : a));
      return `${lane.textContent} ${bar.dataset.outcome}`;
    });
  });
}

function compareTest(isolated) {
  return {
    name: `sequential against parallel shows both, ${isolated ? "isolated" : "plain"}`,
    async run(stage) {
      const user = await stage.open({ isolated });
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 2);
      await user.write("await new Promise((r) => setTimeout(r, 100)); [part, parts]");
      await user.click("#compare");
      await user.until(() => document.querySelector("#results .comparison") !== null);
      const text = await user.text("#results .comparison");
      assert.match(text, /\d\.\d× as fast: .*, 4 tasks on 2 workers/);
      assert.match(text, /one after the other\s+[\d.]+ m?s\s+all at once\s+[\d.]+ m?s/);
      await user.click("#results .comparison > details > summary");
      await user.until(
        () =>
          document.querySelectorAll("#results .comparison > details > .v-rows > li").length === 4,
      );
      await user.until(() => document.querySelectorAll(".timeline .bar.ended").length === 9);
      const drawn = await bars(user);
      assert.equal(drawn.length, 1 + 4 + 4, "warm-up, one after the other, all at once");
      assert.ok(
        drawn.every((bar) => /^worker \d+ ok$/.test(bar)),
        drawn.join(),
      );
      const parallel = new Set(drawn.slice(5));
      assert.equal(parallel.size, 2, "both workers had a part in it");
    },
  };
}

export const tests = [
  compareTest(true),
  compareTest(false),
  {
    name: "a bar for each task, in the lane of its worker, with its outcome",
    async run(stage) {
      const user = await stage.open();
      await user.write("await new Promise((r) => setTimeout(r, 600000))");
      await user.press("Control+Enter");
      await user.until(
        () => document.querySelector("#results .card")?.dataset.outcome === "running",
      );
      await user.write("throw 1");
      await user.press("Control+Enter");
      await user.ended(2);
      await user.click("#stop");
      await user.until(() =>
        document.querySelector("#timeline-summary").innerText.includes("1 cancelled"),
      );
      const drawn = await bars(user);
      assert.equal(drawn.length, 2);
      assert.match(drawn[0], /^worker \d cancelled$/);
      assert.match(drawn[1], /^worker \d error$/);
      assert.notEqual(drawn[0].split(" ")[1], drawn[1].split(" ")[1]);
      const label = await user.look(() =>
        document.querySelector(".timeline").getAttribute("aria-label"),
      );
      assert.match(label, /^2 tasks on \d workers in .*: 1 cancelled, 1 error$/);
    },
  },
  {
    name: "the same as a table, from which one gets to the result",
    async run(stage) {
      const user = await stage.open();
      await user.run("'find me'");
      await user.click("#timeline-table > summary");
      await user.until(() => document.querySelectorAll("#timeline-table tbody tr").length === 1);
      assert.match(
        await user.text("#timeline-table tbody"),
        /task-1\s+\d\s+[\d.]+ ms\s+[\d.]+ ms\s+✓ done/,
      );
      await user.click("#timeline-table tbody button");
      assert.match(await user.look(() => document.activeElement.innerText), /"find me"$/);
    },
  },
  {
    name: "earlier runs can be looked at again",
    async run(stage) {
      const user = await stage.open();
      await user.run("1");
      await user.run("throw 2");
      await user.until(() =>
        document.querySelector("#timeline-summary").innerText.includes("1 error"),
      );
      await user.click("#older");
      await user.until(() =>
        document.querySelector("#timeline-summary").innerText.includes("1 done"),
      );
      await user.click("#newer");
      await user.until(() =>
        document.querySelector("#timeline-summary").innerText.includes("1 error"),
      );
    },
  },
  {
    name: "many tasks at once wait in a lane of their own",
    async run(stage) {
      const user = await stage.open();
      await user.write("await new Promise((r) => setTimeout(r, 600000))");
      for (let i = 0; i < 12; i++) await user.press("Control+Enter");
      await user.until(() => document.querySelector(".timeline .queue") !== null);
      assert.match(await user.text("#load"), /[1-9] busy · [1-9]\d* waiting/);
      await user.click("#stop");
      await user.until(() =>
        document.querySelector("#timeline-summary").innerText.includes("12 cancelled"),
      );
    },
  },
];
