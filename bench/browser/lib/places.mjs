// SPDX-License-Identifier: MIT
// Where everything is measured: each browser, in a page that is cross-origin isolated and in one
// that is not. What the issues promise, they promise for Chromium.
import { bundlePages } from "./bundle.mjs";
import { launch, newPage, newStoredPage } from "./browsers.mjs";
import { serve } from "./serve.mjs";

const modes = [
  {
    mode: "isolated",
    headers: {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    },
  },
  { mode: "plain", headers: {} },
];

/** Answers `{ places, versions, missing, close() }`. */
export async function openPlaces(here) {
  const files = await bundlePages(here);
  const servers = await Promise.all(modes.map(({ headers }) => serve(files, headers)));
  const places = [];
  const browsers = [];
  const versions = [];
  const missing = [];
  for (const name of ["chromium", "firefox"]) {
    const { browser, version, why } = await launch(name);
    if (browser === undefined) {
      missing.push(why);
      continue;
    }
    browsers.push(browser);
    versions.push(version);
    for (const [i, { mode }] of modes.entries()) {
      places.push({
        title: `${name}, ${mode}`,
        isPromised: name === "chromium",
        isIsolated: mode === "isolated",
        /** Opens a new page there; `path` "": an empty one. */
        async visit(path = "") {
          const page = await newPage(browser);
          await page.goto(servers[i].url + path);
          return page;
        },
        /** A new page whose files are on the disk. */
        async visitStored() {
          const page = await newStoredPage(browser);
          await page.goto(servers[i].url);
          return page;
        },
      });
    }
  }
  return {
    places,
    versions,
    missing,
    async close() {
      await Promise.all(browsers.map((browser) => browser.close()));
      for (const server of servers) server.close();
    },
  };
}

/** Calls `measure(page, place)` with a page of each place, and answers the answers in their order. */
export async function inEach(places, measure, visit = (place) => place.visit()) {
  const answers = [];
  for (const place of places) {
    const page = await visit(place);
    try {
      answers.push(await measure(page, place));
    } finally {
      await page.close();
    }
  }
  return answers;
}
