// SPDX-License-Identifier: MIT
// Sessions as tabs: what stays, what does not, and how one is lost.
import assert from "node:assert/strict";

async function addSession(user) {
  await user.click("#new-session");
  await user.until(() =>
    document.querySelector("#tab-note").innerText.includes("this tab’s alone"),
  );
}

function stopTest(isolated) {
  return {
    name: `stop inside a session, ${isolated ? "isolated: its state stays" : "plain: a new session is told of"}`,
    async run(stage) {
      const user = await stage.open({ isolated });
      await addSession(user);
      await user.run("globalThis.kept = 7");
      await user.write("for (;;) {}");
      await user.press("Control+Enter");
      await user.until(
        () => document.querySelector("#results .card").dataset.outcome === "running",
      );
      await user.click("#stop");
      assert.equal((await user.ended(2)).outcome, "cancelled");
      if (!isolated)
        await user.until(() => document.querySelector("#tab-note").innerText.includes("has ended"));
      const card = await user.run("globalThis.kept");
      if (isolated) assert.match(card.text, /\b7$/);
      else assert.match(card.text, /A new session: [\s\S]*undefined$/);
    },
  };
}

export const tests = [
  {
    name: "a session keeps its state, apart from other sessions and the pool",
    async run(stage) {
      const user = await stage.open();
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 3);
      await addSession(user);
      await user.run("let n = 1; globalThis.mine = 'one'");
      assert.match((await user.run("n += 1")).text, /\b2$/);
      assert.match((await user.run("n += 1")).text, /\b3$/);
      await addSession(user);
      assert.match((await user.run("typeof n + typeof mine")).text, /"undefinedundefined"$/);
      await user.click("#pool");
      assert.match((await user.run("typeof n + typeof mine")).text, /"undefinedundefined"$/);
      await user.click("#tab-1");
      assert.equal((await user.cards()).length, 3, "each tab has its results");
      assert.match((await user.run("[n, mine].join()")).text, /"3,one"$/);
    },
  },
  {
    name: "each tab keeps its code",
    async run(stage) {
      const user = await stage.open();
      await user.write("'of the pool'");
      await addSession(user);
      await user.write("'of the session'");
      await user.click("#pool");
      assert.match((await user.run()).text, /"of the pool"$/);
      await user.click("#tab-1");
      assert.match((await user.run()).text, /"of the session"$/);
    },
  },
  {
    name: "a closed session gives its worker back; one worker is always left for the pool",
    async run(stage) {
      const user = await stage.open({ isolated: false });
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 2);
      await addSession(user);
      await user.click("#new-session");
      await user.until(() =>
        document.querySelector("#results .card")?.innerText.includes("close another session"),
      );
      await user.click("#tabs .tab:nth-child(2) .close");
      await user.until(() => document.querySelectorAll("#tabs .tab").length === 2);
      await user.click("#tab-2");
      assert.match((await user.run("globalThis.x = 5")).text, /\b5$/);
      assert.match((await user.run("x")).text, /\b5$/);
    },
  },
  {
    name: "tasks of a session wait in turn, in the lane of its worker",
    async run(stage) {
      const user = await stage.open();
      await addSession(user);
      await user.write("await new Promise((r) => setTimeout(r, 50)); console.log('mine'); 1");
      for (let i = 0; i < 3; i++) await user.press("Control+Enter");
      await user.ended(3);
      const cards = await user.cards();
      const facts = cards.map(({ text }) =>
        /(task-\d+) · (worker \d+) · /.exec(text)?.slice(1).join(" "),
      );
      assert.equal(new Set(facts).size, 3, "each has a name of its own");
      assert.equal(
        new Set(facts.map((fact) => fact.split(" ").at(-1))).size,
        1,
        "all on one worker",
      );
      for (const { text } of cards) assert.equal(text.match(/mine/g).length, 1, "its own console");
    },
  },
  {
    name: "a session that waits for a worker gets it when one is free",
    async run(stage) {
      const user = await stage.open();
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 2);
      await user.write("for (;;) {}");
      await user.press("Control+Enter");
      await user.press("Control+Enter");
      const selector = '#results .card[data-outcome="running"]';
      await user.until((selector) => document.querySelectorAll(selector).length === 2, selector);
      await user.click("#new-session");
      await user.until(() => document.querySelector("#tab-note").innerText.includes("Waiting"));
      await user.write("'got it'");
      await user.press("Control+Enter"); // at the same time as the tab's own try
      await user.click("#pool");
      await user.click("#results .card:first-child header button");
      await user.click("#tab-1");
      assert.match((await user.ended(1)).text, /"got it"$/);
      assert.match(await user.text("#load"), /1 session$/);
      await user.click("#stop");
    },
  },
  stopTest(true),
  stopTest(false),
  {
    name: "a click on an error of a session leads back to its tab",
    async run(stage) {
      const user = await stage.open();
      await addSession(user);
      await user.run("function boom() {\n  missing();\n}");
      await user.run("boom()");
      await user.click("#results .stack li:last-child button");
      assert.deepEqual(await user.markedLine(), { text: "boom()", hasFocus: true });
    },
  },
];
