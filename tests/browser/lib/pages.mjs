// SPDX-License-Identifier: MIT
// The pages of the policy and lifecycle tests: bundled with the installed package, served, opened.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { openPage } from "./browsers.mjs";
import { openSite } from "./site.mjs";
import { until } from "./until.mjs";

const sources = join(dirname(dirname(fileURLToPath(import.meta.url))), "pages");

const html = (script) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>qjspool</title>${script}</head>
<body></body>
</html>
`;
const pageHtml = html('<script type="module" src="/page.js"></script>');

/** Bundles the scripts to `<out>/pages`, and a page to be opened as a file. Returns the folder. */
export async function buildPages(out) {
  const folder = join(out, "pages");
  const shared = { absWorkingDir: sources, bundle: true, nodePaths: [join(out, "node_modules")] };
  await esbuild.build({
    ...shared,
    entryPoints: ["page.js", "nested.js", "other.js"],
    format: "esm",
    outdir: folder,
  });
  await esbuild.build({ ...shared, entryPoints: ["page.js"], format: "iife", outdir: join(folder, "file") });
  writeFileSync(join(folder, "file/index.html"), html('<script src="page.js"></script>'));
  return folder;
}

/** A site with the pages' scripts, the package's files under /qjspool/, and the page itself as "/". */
export function openPages(out, { headers, pages } = {}) {
  return openSite({
    folders: [
      ["/qjspool/", join(out, "project/node_modules/qjspool/dist")],
      ["/", join(out, "pages")],
    ],
    headers,
    pages: { "/": pageHtml, ...pages },
  });
}

/** Until the script of a page (or frame) has run. */
export function untilReady(target, lines) {
  const isReady = () => target.evaluate("globalThis.isReady === true").catch(() => false);
  return until(isReady, () => `the page did not come up:\n${lines.join("\n")}`);
}

/** A page of a site, ready: `{ page, lines }`. */
export async function openReady(browser, url) {
  const opened = await openPage(browser);
  await opened.page.goto(url);
  await untilReady(opened.page, opened.lines);
  return opened;
}

/** What `tryPool` of the pages resolves to where everything works. ORDER work, pages/try-pool.js */
export function expected({ isMultiThreaded = true, isShared = false, withSync = false }) {
  const results = [42, "TimeoutError", 3, 100_001, 8, 9, 9, ...(withSync ? [4] : [])];
  return { isMultiThreaded, isShared, results };
}
