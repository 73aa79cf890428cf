// SPDX-License-Identifier: MIT
// Pages that have no origin private file system: what they are told.
import assert from "node:assert/strict";
import { launchBrowser, openPage } from "../lib/browsers.mjs";
import { untilReady } from "../lib/pages.mjs";
import { openSite } from "../lib/site.mjs";

const HOST = "plain.test";

/** `host`: instead of 127.0.0.1, which browsers trust without https. */
const places = [
  {
    name: "firefox, a private window",
    browser: "firefox",
    launch: { extraPrefsFirefox: { "browser.privatebrowsing.autostart": true } },
    says: /^OPFS "x": this page may not use it \(a private window, or blocked storage\?\)/,
  },
  {
    name: "firefox, without https",
    browser: "firefox",
    launch: { extraPrefsFirefox: { "network.dns.localDomains": HOST } },
    host: HOST,
    says: /^OPFS "x": it needs a page from https or localhost/,
  },
  {
    name: "chromium, without https",
    browser: "chromium",
    launch: { args: [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`] },
    host: HOST,
    says: /^OPFS "x": it needs a page from https or localhost/,
  },
];

async function check(folder, html, { browser: name, launch, host, says }) {
  const browser = await launchBrowser(name, launch);
  const site = await openSite({ folders: [["/", folder]], pages: { "/": html } });
  try {
    const { page, lines } = await openPage(browser);
    await page.goto(host === undefined ? site.url : site.url.replace("127.0.0.1", host));
    await untilReady(page, lines);
    const start = () => opfs.TestOwner.start("x").then(() => "it works", (error) => error.message);
    assert.match(await page.evaluate(start), says);
    assert.deepEqual(lines, []);
  } finally {
    await browser.close();
    site.close();
  }
}

/** A group of checks, each with a browser of its own. */
export function placesWithout(folder, html) {
  return places.map((place) => ({ name: place.name, fn: () => check(folder, html, place) }));
}
