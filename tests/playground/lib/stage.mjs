// SPDX-License-Identifier: MIT
// One test's servers and pages, and what can be done on the page in a user's words. Everything is
// done with mouse and keys; only looking goes through scripts.
import assert from "node:assert/strict";
import { join } from "node:path";
import { playgroundFolder } from "./browsers.mjs";

const { startServer, isolationHeaders } = await import(join(playgroundFolder, "serve.mjs"));

const defaults = {
  isolated: true,
  width: 1280,
  height: 800,
  scheme: "light",
  motion: "no-preference",
};

/** Firefox says so of a worker that is terminated in WebAssembly that could be suspended. */
const TERMINATED = "thrown: Error: uncaught exception: undefined";

export class Stage {
  #browser;
  #servers = [];
  #pages = [];

  constructor(browser) {
    this.#browser = browser;
  }

  get browser() {
    return this.#browser.name;
  }

  /** Opens the playground and waits until its pool is there. */
  async open(options = {}) {
    const { isolated, path = "", folder, ...rest } = { ...defaults, ...options };
    const server = await startServer({ folder, headers: isolated ? isolationHeaders : {} });
    this.#servers.push(server);
    const page = await this.#browser.newPage(rest);
    const user = new User(page, server.url);
    this.#pages.push(user);
    await page.goto(server.url + path);
    await user.until(() => document.querySelector("#mode-chips").textContent.includes("worker"));
    return user;
  }

  /** Throws if a page printed or threw something, or asked others for something. */
  checkQuiet() {
    for (const { page, origin, allowed } of this.#pages) {
      const own = [origin, `blob:${origin}`];
      const others = page.requests.filter((url) => !own.some((start) => url.startsWith(start)));
      assert.deepEqual(others, [], "requests to others");
      assert.deepEqual(
        page.messages.filter((message) => !allowed.test(message) && message !== TERMINATED),
        [],
        "the page's console",
      );
    }
  }

  async shoot(path) {
    await this.#pages
      .at(-1)
      ?.page.screenshot(path)
      .catch(() => {});
  }

  async close() {
    for (const { page } of this.#pages) await page.close().catch(() => {});
    for (const server of this.#servers) await server.close();
  }
}

/** Who sits before the page. */
export class User {
  /** Messages that this test expects. */
  allowed = /^$/;

  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
  }

  until(fn, ...args) {
    return this.page.waitFor(fn, ...args);
  }

  look(fn, ...args) {
    return this.page.evaluate(fn, ...args);
  }

  click(selector) {
    return this.page.click(selector);
  }

  type(text) {
    return this.page.type(text);
  }

  press(keys) {
    return this.page.press(keys);
  }

  choose(example) {
    return this.page.select("#examples", example);
  }

  /** Replaces what is in an editor. */
  async write(text, editor = "#code-editor") {
    await this.page.click(editor);
    await this.page.press("Control+a");
    await this.page.press("Delete");
    await this.page.type(text);
  }

  /** Sets a field of the options, which must be open. */
  async setOption(name, value) {
    await this.page.click(`#options [name="${name}"]`);
    await this.page.press("Control+a");
    if (value === "") await this.page.press("Delete");
    else await this.page.type(String(value));
    await this.page.press("Enter"); // leaves the value as changed
  }

  /** Writes, runs and waits for the end. Returns the card as text. */
  async run(code) {
    if (code !== undefined) await this.write(code);
    const before = await this.cards();
    await this.page.press("Control+Enter");
    return this.ended(before.length + 1);
  }

  /** Waits until there are `n` cards and the newest of them has ended; returns its text. */
  async ended(n) {
    await this.until((n) => {
      const cards = document.querySelectorAll("#results .card");
      return cards.length === n && !/^(running|waiting)$/.test(cards[0].dataset.outcome);
    }, n);
    return (await this.cards())[0];
  }

  /** The cards of the tab that is shown, newest first. */
  cards() {
    return this.look(() =>
      Array.from(document.querySelectorAll("#results .card"), (card) => ({
        outcome: card.dataset.outcome,
        text: card.innerText,
      })),
    );
  }

  text(selector) {
    return this.look((selector) => document.querySelector(selector).innerText, selector);
  }

  /** The line that is marked in an editor, and whether that editor has the focus. */
  markedLine(editor = "#code-editor") {
    return this.look((selector) => {
      const host = document.querySelector(selector);
      const line = host.shadowRoot.querySelector(".cm-marked");
      return { text: line?.textContent, hasFocus: document.activeElement === host };
    }, editor);
  }
}
