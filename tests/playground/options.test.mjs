// SPDX-License-Identifier: MIT
// What can be set, and what the page does where the platform gives less.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

export const tests = [
  {
    name: "options make another pool",
    async run(stage) {
      const user = await stage.open();
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 3);
      await user.until(() => document.querySelector("#mode-chips").innerText.includes("3 workers"));
      await user.setOption("memoryMib", 2);
      const card = await user.run("new Uint8Array(4e6).length");
      assert.match(card.text, /MemoryLimitError: .* 2097152 bytes/);
      await user.setOption("seed", 42);
      const first = (await user.run("Math.random()")).text.split("\n").at(-1);
      const second = (await user.run("Math.random()")).text.split("\n").at(-1);
      assert.match(first, /^0\.\d+$/);
      assert.equal(second, first);
    },
  },
  {
    name: "with isolation by worker, state stays",
    async run(stage) {
      const user = await stage.open();
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 1);
      await user.page.select('#options [name="isolation"]', "worker");
      await user.run("globalThis.stays = 1");
      assert.match((await user.run("stays")).text, /\b1$/);
    },
  },
  {
    name: "a wrong option is told, and nothing runs",
    async run(stage) {
      const user = await stage.open();
      await user.click("#options-fold > summary");
      await user.setOption("poolSize", 0);
      await user.until(() =>
        document.querySelector("#options-error").innerText.includes("Workers: a whole number"),
      );
      await user.press("Control+Enter");
      await user.setOption("poolSize", 1);
      await user.until(() => document.querySelector("#options-error").innerText === "");
      const card = await user.run("'now'");
      assert.match(card.text, /"now"$/);
      assert.equal((await user.cards()).length, 1);
    },
  },
  {
    name: "with and without isolation the page says what it can do",
    async run(stage) {
      const isolated = await stage.open();
      assert.match(await isolated.text("#mode-chips"), /\d workers\s*isolated page/);
      const plain = await stage.open({ isolated: false });
      assert.match(await plain.text("#mode-chips"), /\d workers\s*page not isolated/);
      await plain.click("#mode > summary");
      assert.match(await plain.text("#mode-text"), /Cross-Origin-Opener-Policy: same-origin/);
      await plain.press("Escape");
      assert.equal(await plain.look(() => document.querySelector("#mode").open), false);
    },
  },
  {
    name: "without workers it runs on the page's thread, and says so",
    async run(stage) {
      const user = await stage.open({ before: "delete globalThis.Worker" });
      user.allowed = /^warn(ing)?: \[WorkerPool\] Running on the calling thread: /;
      assert.match(await user.text("#mode-chips"), /no workers/);
      assert.match((await user.run("6 * 7")).text, /\b42$/);
      assert.equal((await user.run("for (;;) {}")).outcome, "timeout");
      assert.match((await user.run("await null; 'after'")).text, /"after"$/);
      await user.click("#mode > summary");
      assert.match(await user.text("#mode-text"), /Single-threaded/);
    },
  },
  {
    name: "the trace can be read on the page, and saved",
    onlyIn: "chromium",
    async run(stage) {
      const user = await stage.open();
      await user.run("1 + 1");
      await user.click("#trace > summary");
      await user.until(() =>
        /worker \d ends task-1: ok/.test(document.querySelector("#trace-lines").innerText),
      );
      const download = user.page.page.waitForEvent("download");
      await user.click("#save-trace");
      const { traceEvents } = JSON.parse(readFileSync(await (await download).path(), "utf8"));
      const task = traceEvents
        .filter(({ name }) => name === "task-1")
        .map(({ ph, args }) => ({ ph, ...args }));
      assert.deepEqual(task, [
        { ph: "B", code: '"1 + 1"' },
        { ph: "E", outcome: "ok" },
      ]);
    },
  },
  {
    name: "what bootstrap code prints is in the trace",
    async run(stage) {
      const user = await stage.open();
      await user.click("#bootstrap > summary");
      await user.write("console.warn('from the start', [1])", "#bootstrap-editor");
      await user.run("1");
      await user.click("#trace > summary");
      await user.until(() =>
        document
          .querySelector("#trace-lines")
          .innerText.includes("bootstrap code, console.warn: from the start [1]"),
      );
    },
  },
  {
    name: "it works from any folder of a static host",
    async run(stage) {
      const { cpSync, mkdtempSync, rmSync } = await import("node:fs");
      const { join } = await import("node:path");
      const { tmpdir } = await import("node:os");
      const { playgroundFolder } = await import("./lib/browsers.mjs");
      const folder = mkdtempSync(join(tmpdir(), "playground-"));
      try {
        cpSync(join(playgroundFolder, "dist"), join(folder, "some/where"), { recursive: true });
        const user = await stage.open({ isolated: false, folder, path: "some/where/index.html" });
        assert.match((await user.run("6 * 7")).text, /\b42$/);
        const outside = user.page.requests.filter(
          (url) => !url.includes("/some/where/") && !url.startsWith("blob:"),
        );
        assert.deepEqual(outside, []);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  },
];
