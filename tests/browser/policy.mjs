// SPDX-License-Identifier: MIT
// Pages with policies: what works under a strict one, and what is said where workers or WebAssembly
// cannot be had. In both browsers; nothing may hang.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../package/run/places.mjs";
import { browserNames, launchBrowser, openPage } from "./lib/browsers.mjs";
import { buildPages, expected, openPages, openReady, untilReady } from "./lib/pages.mjs";
import { strictPolicy, withPolicy } from "./lib/policies.mjs";
import { isolationHeaders } from "./lib/site.mjs";
import { until } from "./lib/until.mjs";

const ownFiles = { workerUrl: "/qjspool/worker.js", wasmLocation: "/qjspool/isolate.wasm" };
const strict = withPolicy(strictPolicy);

/** What the browsers themselves print of a refusal; nobody can keep them from it. */
const browsersOwn = new RegExp(
  [
    "Content.Security.Policy",
    "violates the following",
    "^uncaught: Loading Worker from",
    "^uncaught: Security Error: Content at",
    "^error: Failed to load",
    "TrustedScriptURL",
  ].join("|"),
);

/** Everything works, and nobody is told of a violation. `headers`, `options`: of the page, of the pool. */
const working = [
  { name: "strict, own files", headers: strict, options: ownFiles },
  {
    name: "strict, own files, isolated",
    headers: { ...strict, ...isolationHeaders },
    options: { ...ownFiles, withSync: true },
    isShared: true,
  },
  { name: "strict, own worker", headers: strict, options: { workerUrl: ownFiles.workerUrl } },
  {
    name: "strict, own files, as URL objects",
    headers: strict,
    options: ownFiles,
    before: `globalThis.toOptions = ({ workerUrl, wasmLocation }) => ({
      workerUrl: new URL(workerUrl, location),
      wasmLocation: new URL(wasmLocation, location),
    })`,
  },
  {
    name: "strict, on the calling thread",
    headers: strict,
    options: { forceSingleThreaded: true },
    isMultiThreaded: false,
  },
  {
    name: "strict and worker-src blob:",
    headers: withPolicy(`${strictPolicy}; worker-src blob:`),
    options: {},
  },
  {
    name: "the worker's script comes with a policy",
    headers: (path) => (path.startsWith("/qjspool/worker") ? withPolicy("default-src 'none'") : strict),
    options: ownFiles,
    only: "chromium",
  },
  {
    name: "isolated without credentials",
    headers: { ...isolationHeaders, "Cross-Origin-Embedder-Policy": "credentialless" },
    options: { withSync: true },
    isShared: true,
  },
  { name: "a sandboxed frame", isFramed: true, options: {} },
  { name: "a file", isFile: true, options: {} },
  {
    name: "trusted types, with a default policy",
    headers: withPolicy("require-trusted-types-for 'script'"),
    options: {},
    before: `trustedTypes.createPolicy("default", {
      createScriptURL: (url) => (url.startsWith("blob:") ? url : null),
    })`,
  },
];

/** Workers cannot be had: the pool runs on the calling thread, and one warning gives the reason. */
const blocked = [
  {
    name: "strict, without workerUrl",
    headers: strict,
    reason:
      /Content-Security-Policy \(worker-src\) forbids its workers; allow "worker-src blob:", or .* workerUrl/,
  },
  {
    name: "worker-src 'none'",
    headers: withPolicy("worker-src 'none'"),
    reason: /Content-Security-Policy \(worker-src\) forbids its workers; allow "worker-src blob:"/,
  },
  {
    name: "worker-src 'none', isolated",
    headers: { ...withPolicy("worker-src 'none'"), ...isolationHeaders },
    isShared: true,
    reason: /Content-Security-Policy \(worker-src\) forbids its workers; allow "worker-src blob:"/,
  },
  {
    name: "worker-src 'none', with workerUrl",
    headers: withPolicy("worker-src 'none'"),
    options: ownFiles,
    reason: /Content-Security-Policy \(worker-src\) forbids its workers; allow \/qjspool\/worker\.js/,
  },
  { name: "no Worker", before: "delete globalThis.Worker", reason: /there are no workers here/ },
  {
    name: "workerUrl is not there",
    options: { workerUrl: "/nowhere.js" },
    reason:
      /script \/nowhere\.js could not be loaded; it must be qjspool\/worker, from the page's own origin/,
  },
  {
    name: "workerUrl is a page",
    options: { workerUrl: "/" },
    reason: /script \/ (could not be loaded|failed \(.*SyntaxError.*\)); it must be qjspool\/worker/,
  },
  {
    name: "workerUrl is another script",
    options: { workerUrl: "/other.js" },
    reason: /script \/other\.js failed \(it did not start in time\); it must be qjspool\/worker/,
  },
  {
    name: "workerUrl of another origin",
    options: { workerUrl: "http://localhost:1/worker.js" },
    reason:
      /script http:\/\/localhost:1\/worker\.js (could not|failed).*; it must be .* from the page's own origin/,
  },
  {
    name: "workerUrl that is none",
    options: { workerUrl: "http://[" },
    reason: /script http:\/\/\[ failed .*; it must be qjspool\/worker/,
  },
  {
    name: "a sandboxed frame, with workerUrl",
    isFramed: true,
    options: ownFiles,
    reason: /script \/qjspool\/worker\.js (could not|failed).*; it must be .* from the page's own origin/,
  },
  {
    name: "isolated, the worker's script is not",
    headers: (path) => (path.startsWith("/qjspool/worker") ? {} : isolationHeaders),
    options: ownFiles,
    isShared: true,
    reason: /script \/qjspool\/worker\.js could not be loaded; .* the page's Cross-Origin-Embedder-Policy/,
  },
  {
    name: "the worker's script comes with a policy",
    headers: (path) => (path.startsWith("/qjspool/worker") ? withPolicy("default-src 'none'") : strict),
    options: ownFiles,
    only: "firefox",
    reason: /does the Content-Security-Policy of its script allow WebAssembly\?/,
  },
  {
    name: "trusted types",
    headers: withPolicy("require-trusted-types-for 'script'"),
    reason: /give its default policy a createScriptURL/,
  },
];

/** There is no pool, and the error says why. */
const refused = [
  {
    name: "WebAssembly is forbidden",
    headers: withPolicy("script-src 'self'"),
    message:
      /^the page's Content-Security-Policy forbids WebAssembly; allow 'wasm-unsafe-eval' in script-src$/,
  },
  {
    name: "WebAssembly is forbidden, own files",
    headers: withPolicy("default-src 'self'"),
    options: ownFiles,
    message:
      /^the page's Content-Security-Policy forbids WebAssembly; allow 'wasm-unsafe-eval' in script-src$/,
  },
  {
    name: "wasmLocation is not there",
    options: { wasmLocation: "/no.wasm" },
    message: /^\/no\.wasm: status 404$/,
  },
  { name: "wasmLocation is a page", options: { wasmLocation: "/" }, message: /^\/ is not WebAssembly: / },
  {
    name: "wasmLocation is forbidden",
    headers: withPolicy(`${strictPolicy}; connect-src 'none'`),
    options: ownFiles,
    message: /^\/qjspool\/isolate\.wasm: ./,
  },
];

const frameHtml = '<!doctype html><title>frame</title><iframe sandbox="allow-scripts" src="/"></iframe>';

/** Opens the page of a row and calls `check` with it: `{ target, lines, reports }`. */
async function withTarget({ out, browser }, row, check) {
  const { headers = {}, isFramed, isFile, before } = row;
  // a sandboxed frame is of no origin: everything is another's to it
  const allHeaders = isFramed ? { "Access-Control-Allow-Origin": "*" } : headers;
  const site = await openPages(out, { headers: allHeaders, pages: { "/frame": frameHtml } });
  const url = isFile
    ? pathToFileURL(join(out, "pages/file/index.html")).href
    : `${site.url}${isFramed ? "frame" : ""}`;
  let opened;
  try {
    opened = isFramed ? await openFramed(browser, url) : await openReady(browser, url);
    const { page, lines, target = page } = opened;
    if (before !== undefined) await target.evaluate(`${before}; 0`);
    await check({ target, lines, reports: site.reports });
  } finally {
    await opened?.page.close();
    site.close();
  }
}

async function openFramed(browser, url) {
  const { page, lines } = await openPage(browser);
  await page.goto(url);
  const target = await until(
    () => page.frames()[1],
    () => "there is no frame",
  );
  await untilReady(target, lines);
  return { page, lines, target };
}

const tryIn = (target, options = {}) =>
  target.evaluate((given) => tryPool(globalThis.toOptions?.(given) ?? given), options);

async function checkWorking(row, { target, lines, reports }) {
  const { isMultiThreaded, isShared, options } = row;
  const withSync = options.withSync === true;
  assert.deepEqual(await tryIn(target, options), expected({ isMultiThreaded, isShared, withSync }));
  assert.deepEqual(lines, []);
  assert.deepEqual(await target.evaluate("violations"), []);
  assert.deepEqual(reports, []);
}

async function checkBlocked({ isShared, options, reason }, { target, lines }) {
  const [pool, forced] = await Promise.all([
    tryIn(target, options),
    tryIn(target, { ...options, forceMultiThreaded: true }),
  ]);
  assert.deepEqual(pool, expected({ isMultiThreaded: false, isShared }));
  assert.equal(forced.name, "MultiThreadingNotSupportedError");
  assert.match(forced.message, reason);
  const own = lines.filter((line) => !browsersOwn.test(line) || line.includes("[WorkerPool]"));
  assert.equal(own.length, 1, `one warning: ${lines.join("\n")}`);
  assert.match(own[0], /^warn: \[WorkerPool\] Running on the calling thread: /);
  assert.match(own[0], reason);
}

async function checkRefused({ options, message }, { target, lines }) {
  for (const more of [{}, { forceSingleThreaded: true }]) {
    const refusal = await tryIn(target, { ...options, ...more });
    assert.match(refusal.message ?? JSON.stringify(refusal), message);
  }
  assert.deepEqual(
    lines.filter((line) => !browsersOwn.test(line)),
    [],
  );
}

/** Policies are the first cell of their rows. */
function checkDocs() {
  const docs = readFileSync(join(root, "docs/browser.md"), "utf8");
  const quoted = [...docs.matchAll(/^\| `(default-src .*?|require-.*?)` \|/gm)].map(([, policy]) => policy);
  const tested = working.map(({ headers }) => headers?.["Content-Security-Policy"]);
  assert.equal(quoted.length, 3);
  for (const policy of quoted)
    assert.ok(tested.includes(withPolicy(policy)["Content-Security-Policy"]), policy);
}

/** Groups of checks, `{ name, fn }`: those of a group run one after the other. */
export async function openPart({ out }) {
  await buildPages(out);
  const browsers = new Map();
  const docs = { name: "the policies of docs/browser.md are those tested", fn: async () => checkDocs() };
  const browserGroups = browserNames.map((name) => {
    const withBrowser = async (row, check) => {
      if (!browsers.has(name)) browsers.set(name, await launchBrowser(name));
      await withTarget({ out, browser: browsers.get(name) }, row, (opened) => check(row, opened));
    };
    const toChecks = (kind, rows, check) =>
      rows
        .filter(({ only = name }) => only === name)
        .map((row) => ({ name: `${name}, ${kind}: ${row.name}`, fn: () => withBrowser(row, check) }));
    return [
      ...toChecks("works", working, checkWorking),
      ...toChecks("blocked", blocked, checkBlocked),
      ...toChecks("refused", refused, checkRefused),
    ];
  });
  const close = async () => {
    for (const browser of browsers.values()) await browser.close();
  };
  return { groups: [[docs], ...browserGroups], close };
}
