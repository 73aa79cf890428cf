// SPDX-License-Identifier: MIT
// Writing code, running it, and what is shown of it.
import assert from "node:assert/strict";

async function openAll(user) {
  for (let i = 0; i < 5; i++) {
    await user.look(() => {
      for (const details of document.querySelectorAll("#results details:not([open])"))
        details.open = true;
    });
    await new Promise((done) => setTimeout(done, 50)); // contents come with the toggle event
  }
}

export const tests = [
  {
    name: "the first screen has an example that runs with one key",
    async run(stage) {
      const user = await stage.open();
      const card = await user.run();
      assert.equal(card.outcome, "ok");
      assert.match(card.text, /net: 140\.4\b/);
      assert.match(card.text, /perArticle: Map\(3\)/);
      assert.match(card.text, /due: Date 2026-01-31T00:00:00\.000Z/);
    },
  },
  {
    name: "the button runs too",
    async run(stage) {
      const user = await stage.open({ isolated: false });
      await user.write("6 * 7");
      await user.click("#run");
      const card = await user.ended(1);
      assert.match(card.text, /\b42$/);
    },
  },
  {
    name: "values are shown as what they are, cycles and all",
    async run(stage) {
      const user = await stage.open();
      await user.run(
        "const o = { minus: -0, big: 2n ** 70n, hole: [, 1], set: new Set([1]), re: /x/g, " +
          "bytes: new Uint8Array([255, 16]).buffer, ints: new Int16Array([7, -8]), " +
          "failed: new RangeError('far', { cause: 'near' }), when: new Date(NaN), no: undefined }; o.me = o; o",
      );
      await openAll(user);
      const [{ text }] = await user.cards();
      for (const part of [
        /minus:\s*-0/,
        /big:\s*1180591620717411303424n/,
        /0:\s*empty/,
        /set:\s*Set\(1\)/,
        /re:\s*\/x\/g/,
        /0000:\s*ff 10/,
        /1:\s*-8/,
        /failed:\s*RangeError: "far"/,
        /cause:\s*"near"/,
        /when:\s*Invalid Date/,
        /no:\s*undefined/,
        /me:\s*↺ circular: the value/,
      ]) {
        assert.match(text, part);
      }
    },
  },
  {
    name: "a large value costs what is looked at",
    async run(stage) {
      const user = await stage.open();
      await user.run("Array.from({ length: 250000 }, (_, i) => i)");
      const count = () => user.look(() => document.querySelectorAll("#results *").length);
      assert.ok((await count()) < 60, "folded at first");
      await user.click("#results .value > details > summary");
      await user.until(() => document.querySelectorAll("#results .v-rows > li").length === 25);
      await user.click("#results .v-rows > li:last-child > details > summary");
      await user.until(
        () => document.querySelectorAll("#results .v-rows .v-rows > li").length === 100,
      );
      await user.click("#results .v-rows .v-rows > li:last-child > details > summary");
      await user.until(() =>
        document.querySelector("#results").innerText.includes("249999: 249999"),
      );
      assert.ok((await count()) < 1500);
    },
  },
  {
    name: "a hostile result is shown as plain data",
    async run(stage) {
      const user = await stage.open();
      await user.choose("A hostile result");
      const card = await user.run();
      assert.equal(card.outcome, "ok");
      assert.match(card.text, /"<img src=x onerror=alert\(1\)>": "<script>alert\(1\)<\/script>"/);
      assert.match(card.text, /__proto__: Object\(1\)/);
      assert.match(card.text, /invoice\\u202efdp\.exe, and \\u0000 or \\u200b/);
      assert.match(card.text, /a getter ran, in the sandbox/);
      const parsed = await user.look(
        () => document.querySelectorAll("#results img, #results script").length,
      );
      assert.equal(parsed, 0);
    },
  },
  {
    name: "the console comes while the task runs",
    async run(stage) {
      const user = await stage.open();
      await user.write(
        "console.log('first', { a: 1 }); await new Promise((r) => setTimeout(r, 600000)); 1",
      );
      await user.press("Control+Enter");
      await user.until(() =>
        document.querySelector("#results .console li")?.innerText.includes("first"),
      );
      const [card] = await user.cards();
      assert.equal(card.outcome, "running");
      assert.match(card.text, /log\s+first\s+Object\(1\)\s*\{ a: 1 \}/);
      await user.press("Control+.");
      assert.equal((await user.ended(1)).outcome, "cancelled");
    },
  },
  {
    name: "a click on an error goes to its line",
    async run(stage) {
      const user = await stage.open();
      const card = await user.run("const a = 1;\n\nfunction f() { null.x }\nf()");
      assert.equal(card.outcome, "error");
      assert.match(card.text, /TypeError: cannot read property 'x' of null/);
      await user.click("#results .stack li:nth-child(1) button");
      assert.deepEqual(await user.markedLine(), {
        text: "function f() { null.x }",
        hasFocus: true,
      });
      await user.click("#results .stack li:nth-child(2) button");
      assert.deepEqual(await user.markedLine(), { text: "f()", hasFocus: true });
    },
  },
  {
    name: "a click on an error of the bootstrap code goes there",
    async run(stage) {
      const user = await stage.open();
      await user.click("#bootstrap > summary");
      await user.write("const fine = 1;\nfine.not.there;", "#bootstrap-editor");
      await user.click("#bootstrap > summary");
      await user.press("Control+Enter");
      await user.until(() =>
        document.querySelector("#results .card")?.innerText.includes("not started"),
      );
      await user.click("#results .stack li:nth-child(1) button");
      assert.deepEqual(await user.markedLine("#bootstrap-editor"), {
        text: "fine.not.there;",
        hasFocus: true,
      });
      await user.write("const fine = 41;", "#bootstrap-editor");
      await user.write("fine + 1");
      await user.press("Control+Enter");
      assert.match((await user.ended(2)).text, /\b42$/);
    },
  },
  {
    name: "host functions answer",
    async run(stage) {
      const user = await stage.open({ isolated: false });
      await user.choose("A plugin with host functions");
      const card = await user.run();
      assert.equal(card.outcome, "ok");
      assert.match(card.text, /sold out:\s+Cup, white/);
      assert.match(card.text, /TypeError\s+shop\.find: the id must be a string/);
    },
  },
  {
    name: "limits break one task, and the next one runs",
    async run(stage) {
      const user = await stage.open();
      await user.choose("A memory bomb");
      assert.match((await user.run()).text, /MemoryLimitError/);
      await user.choose("Deep recursion");
      assert.match((await user.run()).text, /RangeError: Maximum call stack size exceeded/);
      assert.match((await user.run("1 + 1")).text, /\b2$/);
    },
  },
  {
    name: "each run finds a clean realm",
    async run(stage) {
      const user = await stage.open();
      await user.choose("Patched built-ins");
      for (let i = 0; i < 3; i++) {
        const card = await user.run();
        assert.match(card.text, /leftBehind: undefined/);
        assert.match(card.text, /map: Array\(3\)/);
      }
    },
  },
];
