// SPDX-License-Identifier: MIT
// Keyboard only, narrow screens, contrast and names.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { requireDev } from "./lib/browsers.mjs";

/** Walks with Tab until the focus is where `selector` says; throws if it never gets there. */
async function tabTo(user, selector, key = "Tab") {
  for (let i = 0; i < 40; i++) {
    if (await user.look((selector) => document.activeElement?.matches(selector) ?? false, selector))
      return;
    await user.press(key);
  }
  throw new Error(`the focus never came to ${selector}`);
}

function overflow(user) {
  return user.look(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return (
        box.width > 0 && box.right > clientWidth + 1 && element.closest("#tabs, pre, svg") === null
      );
    });
    return {
      over: scrollWidth - clientWidth,
      wide: wide.map((element) => element.outerHTML.slice(0, 120)),
    };
  });
}

async function checkAxe(user) {
  await user.page.page.evaluate(readFileSync(requireDev.resolve("axe-core/axe.min.js"), "utf8"));
  const violations = await user.look(async () => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
    );
  });
  assert.deepEqual(violations, []);
}

/** A page with something of everything on it. */
async function fill(user) {
  await user.choose("The console");
  await user.run();
  await user.choose("An error to click");
  await user.run();
  await user.choose("A hostile result");
  await user.run();
  await user.run("os.mkdir('/data/d'); std.writeFile('/data/f', 'text')");
  await user.look(() => (document.querySelector("#files").open = true));
  await user.until(() => document.querySelectorAll(".file-tree li").length === 2);
  await user.click(".file-tree li:nth-child(2)");
  await user.until(() => document.querySelector("#file-content pre") !== null);
  await user.write("1");
  await user.click("#compare");
  await user.until(() => document.querySelector("#results .comparison") !== null);
  await user.click("#bootstrap > summary");
  await user.click("#options-fold > summary");
  await user.click("#timeline-table > summary");
  await user.click("#trace > summary");
  await user.click("#new-session");
  await user.run();
  await user.click("#pool");
}

function axeTest(scheme) {
  return {
    name: `axe finds nothing to object to, ${scheme}`,
    onlyIn: "chromium",
    async run(stage) {
      const user = await stage.open({ scheme });
      await fill(user);
      await checkAxe(user);
      await user.click("#mode > summary");
      await checkAxe(user);
    },
  };
}

export const tests = [
  {
    name: "all of it with the keyboard alone",
    async run(stage) {
      const user = await stage.open();
      await tabTo(user, "#pool");
      await tabTo(user, "#code-editor");
      await user.press("Control+a");
      await user.type("'typed'");
      await user.press("Tab"); // indents
      assert.ok(
        await user.look(() => document.activeElement.matches("#code-editor")),
        "Tab stays in the editor",
      );
      await user.press("Escape");
      await user.press("Tab");
      assert.ok(
        await user.look(() => !document.activeElement.matches("#code-editor")),
        "Escape, Tab leaves it",
      );
      await tabTo(user, "#run", "Shift+Tab");
      await user.press("Enter");
      assert.match((await user.ended(1)).text, /"typed"$/);
      await tabTo(user, "#new-session", "Shift+Tab");
      await user.press("Enter");
      await user.until(() => document.activeElement.id === "tab-1");
      await user.press("ArrowLeft");
      assert.equal(await user.look(() => document.activeElement.id), "pool");
      await user.press("ArrowRight");
      await user.press("Delete");
      await user.until(() => document.querySelectorAll("#tabs .tab").length === 1);
      assert.equal(await user.look(() => document.activeElement.id), "pool");
      await tabTo(user, "#bootstrap > summary");
      await user.press("Enter");
      assert.ok(await user.look(() => document.querySelector("#bootstrap").open));
    },
  },
  {
    name: "an error is reached and followed with the keyboard",
    async run(stage) {
      const user = await stage.open();
      await user.run("\nnull.x");
      await user.press("Escape");
      await tabTo(user, "#results .stack button");
      await user.press("Enter");
      assert.deepEqual(await user.markedLine(), { text: "null.x", hasFocus: true });
    },
  },
  {
    name: "nothing sticks out at 360 pixels",
    async run(stage) {
      const user = await stage.open({ width: 360, height: 740 });
      assert.deepEqual(await overflow(user), { over: 0, wide: [] });
      await fill(user);
      await user.run(
        "({ ['long'.repeat(90)]: 'word'.repeat(90), nested: [[['deep'.repeat(40)]]] })",
      );
      assert.deepEqual(await overflow(user), { over: 0, wide: [] });
    },
  },
  {
    name: "on a narrow screen a quick result comes into view",
    async run(stage) {
      const user = await stage.open({ width: 360, height: 740 });
      await user.run("'here I am'");
      await user.until(() => {
        const box = document.querySelector("#results .value").getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight;
      });
    },
  },
  {
    name: "results are told to who cannot see them",
    async run(stage) {
      const user = await stage.open();
      await user.run("[1, 2]");
      await user.until(() =>
        document.querySelector("#announcer").innerText.includes("task-1: done, [1, 2], after"),
      );
      await user.run("null.x");
      await user.until(() =>
        document.querySelector("#announcer").innerText.includes("task-2: error, TypeError"),
      );
    },
  },
  {
    name: "with less motion wanted, the timeline still ends up right",
    onlyIn: "chromium",
    async run(stage) {
      const user = await stage.open({ motion: "reduce" });
      await user.run("1");
      await user.until(() => document.querySelector(".timeline .bar.ended") !== null);
    },
  },
  axeTest("light"),
  axeTest("dark"),
];
