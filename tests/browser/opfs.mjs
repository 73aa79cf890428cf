// SPDX-License-Identifier: MIT
// The store in a browser's origin private file system, without a pool around it: an owner of a
// directory and workers that use it, in isolated pages (shared memory) and plain ones (messages).
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { browserNames, launchBrowser, openPage } from "./lib/browsers.mjs";
import { untilReady } from "./lib/pages.mjs";
import { isolationHeaders, openSite } from "./lib/site.mjs";
import { cases } from "./opfs/pages/cases.js";
import { checks } from "./opfs/checks.mjs";
import { placesWithout } from "./opfs/places.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "opfs/pages");
const packageFolder = join(here, "../../packages/qjspool");

const pageHtml = '<!doctype html><html lang="en"><title>opfs</title><script type="module" src="/page.js"></script>';

/** The page, a worker that uses the store, and the script of a pool's workers. */
async function buildPages(folder) {
  const shared = { bundle: true, outdir: folder, target: "es2022", logLevel: "error" };
  const worker = { in: join(packageFolder, "src/runtime/browser-worker.ts"), out: "worker" };
  await esbuild.build({ ...shared, entryPoints: [join(sources, "page.js")], format: "esm" });
  await esbuild.build({ ...shared, entryPoints: ["client.js", "nested.js"].map((file) => join(sources, file)), format: "iife" });
  await esbuild.build({ ...shared, entryPoints: [worker], format: "iife", conditions: ["browser"] });
}

/** One browser with a profile on disk, and a place in it. */
class Stage {
  constructor(browser, name, mode, url) {
    this.browser = browser;
    this.name = name;
    this.mode = mode;
    this.url = url;
  }

  get isShared() {
    return this.mode === "shared";
  }

  /** A page, ready. Whatever it prints fails the check. */
  async open() {
    const opened = await openPage(this.browser);
    await opened.page.goto(this.url);
    await untilReady(opened.page, opened.lines);
    return opened;
  }

  async run(check) {
    const { page, lines } = await this.open();
    try {
      await page.evaluate(() => opfs.clear());
      await check({ page, stage: this });
      assert.deepEqual(lines, []);
    } finally {
      await page.close();
    }
  }
}

async function checkCases({ page }) {
  const wrong = await page.evaluate(async (names) => {
    const found = [];
    for (const [i, name] of names.entries()) {
      const answer = await opfs.withOwner({ name: `cases/${i}` }, (test) => test.client().run("runCase", name));
      found.push(answer);
    }
    return found;
  }, cases.map(({ name }) => name));
  for (const [i, { name, want }] of cases.entries()) assert.deepEqual(wrong[i], want, name);
}

const modes = { shared: isolationHeaders, messages: {} };

export async function openPart({ out }) {
  const folder = join(out, "opfs");
  await buildPages(folder);
  const opened = [];
  const groups = [];
  for (const name of browserNames) {
    const profile = join(out, `opfs-profile-${name}`);
    rmSync(profile, { recursive: true, force: true });
    mkdirSync(profile, { recursive: true });
    const browser = await launchBrowser(name, { userDataDir: profile });
    opened.push(browser);
    const group = [];
    for (const [mode, headers] of Object.entries(modes)) {
      const site = await openSite({ folders: [["/", folder]], headers, pages: { "/": pageHtml } });
      opened.push(site);
      const stage = new Stage(browser, name, mode, site.url);
      const all = [{ name: "does what a store does", check: checkCases }, ...checks];
      for (const { name: what, check, only } of all) {
        if (only !== undefined && only !== mode) continue;
        group.push({ name: `${name}, ${mode}: ${what}`, fn: () => stage.run(check) });
      }
    }
    groups.push(group);
  }
  groups.push(placesWithout(folder, pageHtml));
  return {
    groups,
    async close() {
      for (const one of opened) await one.close();
    },
  };
}
