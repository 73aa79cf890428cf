// SPDX-License-Identifier: MIT
// The browsers of the tests, and pages that remember what was printed. Knows nothing of the package.
import puppeteer from "puppeteer-core";

const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-component-update",
  "--disable-sync",
];

const launchers = {
  chromium: { browser: "chrome", executablePath: "/usr/bin/chromium", args: chromiumFlags },
  firefox: { browser: "firefox", executablePath: "/usr/bin/firefox-esr" },
};

export const browserNames = Object.keys(launchers);

/** `extra`: more of puppeteer's launch options; `args` are added to those that are needed. */
export function launchBrowser(name, extra = {}) {
  const launcher = launchers[name];
  return puppeteer.launch({
    ...launcher,
    headless: true,
    ...extra,
    args: [...(launcher.args ?? []), ...(extra.args ?? [])],
  });
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
