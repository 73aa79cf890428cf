// SPDX-License-Identifier: MIT
// The browsers of the tests, and pages that remember what was printed. Knows nothing of the package.
import puppeteer from "puppeteer-core";
import { launchOptions } from "../../../scripts/lib/browsers.mjs";

export { browserNames } from "../../../scripts/lib/browsers.mjs";

/** `extra`: more of puppeteer's launch options; `args` are added to those that are needed. */
export function launchBrowser(name, extra = {}) {
  const options = launchOptions(name);
  const args = [...(options.args ?? []), ...(extra.args ?? [])];
  return puppeteer.launch({ ...options, ...extra, args });
}

/**
 * A new page. `lines` gets what it prints, its frames and workers print, and what they throw
 * without catching, as "level: text".
 */
export async function openPage(browser) {
  const page = await browser.newPage();
  const lines = [];
  page.on("console", (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => lines.push(`uncaught: ${error.message}`));
  return { page, lines };
}
