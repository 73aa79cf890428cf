// SPDX-License-Identifier: MIT
// Chromium and Firefox behind one small interface: what these tests need of a page, and no more.
// Debian's browsers, driven by playwright-core and, over WebDriver BiDi, puppeteer-core.
//
// A page: goto, evaluate, waitFor, click, select, press, type, screenshot, close; `messages`, what
// was printed or thrown; `requests`, the addresses it asked for.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  browserNames,
  chromiumFlags,
  findProgram,
  launchOptions,
} from "../../../scripts/lib/browsers.mjs";

export { browserNames };

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
export const playgroundFolder = join(root, "packages/playground");
export const requireDev = createRequire(join(playgroundFolder, "package.json"));

/** Every wait of a test; far longer than what is waited for takes. */
const WAIT_MS = 20_000;
const POLL_MS = 30;

export function launch(name) {
  if (name === "chromium") return Chromium.launch();
  if (name === "firefox") return Firefox.launch();
  throw new Error(`no such browser: ${name} (there are: ${browserNames.join(", ")})`);
}

function installed(name, debianPackage) {
  if (!existsSync(findProgram(name))) {
    execFileSync(join(root, "scripts/setup.sh"), ["--with", debianPackage], { stdio: "ignore" });
  }
  return findProgram(name);
}

/** What both drivers' pages have alike. */
class Page {
  messages = [];
  requests = [];

  constructor(page) {
    this.page = page;
    page.on("console", (message) => this.messages.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.messages.push(`thrown: ${error?.stack ?? error}`));
    page.on("request", (request) => {
      const url = request.url();
      // goes nowhere; Firefox lists fonts of its own there
      if (!url.startsWith("data:")) this.requests.push(url);
    });
  }

  /** As an expression: the one form that both drivers take with any number of arguments. */
  evaluate(fn, ...args) {
    return this.page.evaluate(`(${fn})(...${JSON.stringify(args)})`);
  }

  /**
   * Asks again and again from outside: what drivers do inside the page for this, its policy
   * forbids.
   */
  async waitFor(fn, ...args) {
    const end = performance.now() + WAIT_MS;
    while (!(await this.evaluate(fn, ...args))) {
      if (performance.now() > end)
        throw new Error(`waited in vain for ${fn} (${JSON.stringify(args)})`);
      await new Promise((done) => setTimeout(done, POLL_MS));
    }
  }

  async close() {
    await this.page.close();
  }
}

class ChromiumPage extends Page {
  async goto(url) {
    await this.page.goto(url);
  }

  click(selector) {
    return this.page.click(selector, { timeout: WAIT_MS });
  }

  async select(selector, value) {
    await this.page.selectOption(selector, value);
  }

  press(keys) {
    return this.page.keyboard.press(keys);
  }

  type(text) {
    return this.page.keyboard.insertText(text);
  }

  async screenshot(path) {
    await this.page.screenshot({ path, fullPage: true });
  }

  async close() {
    await this.page.context().close();
  }
}

class Chromium {
  name = "chromium";

  static async launch() {
    const { chromium } = requireDev("playwright-core");
    const executablePath = installed("chromium", "chromium");
    const browser = new Chromium();
    browser.browser = await chromium.launch({ executablePath, args: chromiumFlags });
    return browser;
  }

  async newPage({ width, height, scheme, motion, before }) {
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: motion,
    });
    const page = await context.newPage();
    if (before !== undefined) await page.addInitScript(before);
    return new ChromiumPage(page);
  }

  close() {
    return this.browser.close();
  }
}

class FirefoxPage extends Page {
  async goto(url) {
    await this.page.goto(url, { waitUntil: "load" });
  }

  async click(selector) {
    await this.page.waitForSelector(selector, { timeout: WAIT_MS });
    await this.page.click(selector);
  }

  async select(selector, value) {
    await this.page.select(selector, value);
  }

  async press(keys) {
    const names = keys.split("+");
    for (const name of names) await this.page.keyboard.down(name);
    for (const name of names.reverse()) await this.page.keyboard.up(name);
  }

  /** Key by key, as it has no other way; no key that an editor adds something to. */
  async type(text) {
    await this.page.keyboard.type(text);
  }

  async screenshot(path) {
    await this.page.screenshot({ path, fullPage: true });
  }
}

class Firefox {
  name = "firefox";

  static async launch() {
    const puppeteer = requireDev("puppeteer-core");
    installed("firefox", "firefox-esr");
    const browser = new Firefox();
    browser.browser = await puppeteer.launch({
      ...launchOptions("firefox"),
      extraPrefsFirefox: { "ui.systemUsesDarkTheme": 0 },
    });
    return browser;
  }

  async newPage({ width, height, before }) {
    const page = await this.browser.newPage();
    await page.setViewport({ width, height });
    if (before !== undefined) await page.evaluateOnNewDocument(before);
    return new FirefoxPage(page);
  }

  close() {
    return this.browser.close();
  }
}
