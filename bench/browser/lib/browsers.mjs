// SPDX-License-Identifier: MIT
// The browsers of this machine, and pages in them. Knows nothing of what is measured there.
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { findProgram, launchOptions } from "../../../scripts/lib/browsers.mjs";

/** No message of a benchmark takes longer. */
const CALL_MS = 600_000;

/** Answers `{ browser, version }`, or `{ why }` if it is not there. */
export async function launch(name) {
  const program = findProgram(name);
  if (!existsSync(program)) return { why: `${program} is not installed` };
  const browser = await puppeteer.launch({
    ...launchOptions(name),
    protocolTimeout: CALL_MS,
    env: { ...process.env, MOZ_DISABLE_AUTO_SAFE_MODE: "1" },
  });
  return { browser, version: (await browser.version()).replace("/", " ") };
}

/** A page, and the functions that its scripts export. */
export class Page {
  #page;
  #devtools;
  #close;

  constructor(page, close) {
    this.#page = page;
    this.#close = close;
    page.on("console", (message) => console.error(`page: ${message.text()}`));
  }

  goto(url) {
    return this.#page.goto(url, { waitUntil: "domcontentloaded" });
  }

  /** Calls `verb(argument)`, exported by `/script.js`; a value that is not a function is answered. */
  call(script, verb, argument) {
    const callInPage = async (url, name, value) => {
      const found = (await import(url))[name];
      return typeof found === "function" ? found(value) : found;
    };
    return this.#page.evaluate(callInPage, `/${script}.js`, verb, argument);
  }

  /**
   * Milliseconds that tasks of the main thread took so far; undefined: this browser does not say.
   * A task that the machine suspends goes on counting.
   */
  async busyMs() {
    if (this.#page.browser().process().spawnfile !== findProgram("chromium")) return undefined;
    if (this.#devtools === undefined) {
      this.#devtools = await this.#page.createCDPSession();
      await this.#devtools.send("Performance.enable");
    }
    const { metrics } = await this.#devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  }

  close() {
    return this.#close();
  }
}

/** A page of its own context: nothing is cached, and none of another page's processes is used. */
export async function newPage(browser) {
  const context = await browser.createBrowserContext();
  return new Page(await context.newPage(), () => context.close());
}

/** A page of the browser's own profile, which is on disk: a context keeps its storage in memory. */
export async function newStoredPage(browser) {
  const page = await browser.newPage();
  return new Page(page, () => page.close());
}
