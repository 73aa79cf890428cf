// SPDX-License-Identifier: MIT
// What pages go through while they have pools: hidden, frozen, left and come back to, closed. No
// worker may stay behind, no timeout be forgotten. Workers are counted from outside.
import assert from "node:assert/strict";
import { browserNames, launchBrowser } from "./lib/browsers.mjs";
import { buildPages, expected, openPages, openReady } from "./lib/pages.mjs";
import { isolationHeaders } from "./lib/site.mjs";
import { countWorkers } from "./lib/threads.mjs";
import { until } from "./lib/until.mjs";

/** As people's browsers are: pages that nobody sees are slowed down, after a second to the utmost. */
const launchOptions = {
  chromium: {
    ignoreDefaultArgs: [
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
    ],
    args: ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"],
  },
  firefox: {},
};

/** Frames go through shared memory, or as messages. */
const modes = { shared: isolationHeaders, messages: {} };

/** One browser. Its workers are counted, so that its checks run one at a time. */
class Stage {
  constructor(out, browser) {
    this.out = out;
    this.browser = browser;
  }

  /** Runs `check` with a ready page, whose workers are the only ones. */
  async run(mode, check) {
    const site = await openPages(this.out, { headers: modes[mode], pages: { "/else": "<!doctype html>" } });
    await this.untilWorkers(0);
    const { page, lines } = await openReady(this.browser, site.url);
    try {
      assert.equal(await page.evaluate("crossOriginIsolated"), mode === "shared");
      await check({ page, site });
      assert.deepEqual(lines, []);
    } finally {
      if (!page.isClosed()) await page.close();
      site.close();
    }
    await this.untilWorkers(0);
  }

  untilWorkers(count) {
    const isSo = () => countWorkers(this.browser) === count;
    return until(isSo, () => `there are ${countWorkers(this.browser)} workers, not ${count}`);
  }
}

/** Makes `globalThis.pool`, with all of its workers. */
function openPool(page, options) {
  return page.evaluate(async (given) => {
    globalThis.pool = await qjspool.newWorkerPool({ preWarm: true, ...given });
    return pool.isMultiThreaded;
  }, options);
}

const evaluate = (page, code, options) =>
  page.evaluate(
    async (...args) => {
      const { value, error } = await pool.evalCode(...args);
      return error?.name ?? value;
    },
    code,
    options,
  );

/** A pool works: it computes, ends what loops and what only waits, and goes on. */
async function checkPool(page) {
  assert.equal(await evaluate(page, "6 * 7"), 42);
  assert.equal(await evaluate(page, "for (;;) {}", { timeout: 300 }), "TimeoutError");
  assert.equal(await evaluate(page, "6 * 8"), 48);
  const wait = "await new Promise((done) => setTimeout(done, 1e6))";
  assert.equal(await evaluate(page, wait, { timeout: 300 }), "TimeoutError");
  assert.equal(await evaluate(page, "await new Promise((done) => setTimeout(() => done(7), 50))"), 7);
}

async function checkEnds(stage, { page }) {
  for (const end of ["close", "dispose"]) {
    await openPool(page, { poolSize: 3 });
    await stage.untilWorkers(3);
    if (end === "dispose") {
      await page.evaluate(() => {
        globalThis.ends = [1, 2].map(() => pool.evalCode("for (;;) {}").catch((error) => error.name));
      });
    }
    await page.evaluate((name) => pool[name](), end);
    await stage.untilWorkers(0);
  }
  assert.deepEqual(await page.evaluate(() => Promise.all(ends)), ["PoolDisposedError", "PoolDisposedError"]);
}

async function checkManyPools(stage, { page }) {
  const values = await page.evaluate(async () => {
    const found = new Set();
    for (let i = 0; i < 50; i++) {
      const pool = await qjspool.newWorkerPool({ poolSize: 2 });
      found.add((await pool.evalCode("6 * 7")).value);
      if (i % 10 === 0) void pool.evalCode("for (;;) {}").catch(() => {});
      pool.dispose();
    }
    return [...found];
  });
  assert.deepEqual(values, [42]);
  await stage.untilWorkers(0);
}

/** What is closed is not asked: its workers, in the middle of tasks, must end all the same. */
async function checkPageClosed(stage, { page }) {
  await openPool(page, { poolSize: 2 });
  await page.evaluate(() => {
    for (let i = 0; i < 2; i++) void pool.evalCode("for (;;) {}");
  });
  await stage.untilWorkers(2);
  await page.close();
  await stage.untilWorkers(0);
}

async function checkReload(stage, { page }) {
  await openPool(page, { poolSize: 2 });
  await page.evaluate(() => void pool.evalCode("for (;;) {}"));
  await stage.untilWorkers(2);
  await page.reload();
  await stage.untilWorkers(0);
}

/** Left with tasks under way, and come back to: the page is the same one, and so are the workers. */
async function checkBackForward(stage, { page, site }) {
  await openPool(page, { poolSize: 2 });
  await page.evaluate(() => {
    addEventListener("pageshow", (event) => (globalThis.isRestored = event.persisted));
    globalThis.tasks = [
      pool.evalCode("await new Promise((done) => setTimeout(() => done(7), 200))"),
      pool.evalCode("for (;;) {}", { timeout: 300 }),
      pool.evalCode("await new Promise((done) => setTimeout(done, 1e6))", { timeout: 300 }),
    ];
  });
  await page.goto(`${site.url}else`);
  await new Promise((done) => setTimeout(done, 500));
  // page.goBack() waits for a load event, which a restored page does not have
  await page.evaluate(() => void setTimeout(() => history.back()));
  const isBack = () => page.evaluate("globalThis.isRestored === true").catch(() => false);
  await until(isBack, () => "the page was not kept");
  const results = await page.evaluate(async () => {
    const ends = await Promise.all(tasks);
    return ends.map(({ value, error }) => error?.name ?? value);
  });
  assert.deepEqual(results, [7, "TimeoutError", "TimeoutError"]);
  await checkPool(page);
  // one that was given up for lost meanwhile is replaced when it is needed
  await page.evaluate(() => {
    const code = "await new Promise((done) => setTimeout(done, 100))";
    return pool.evalCodeBatch([code, code]);
  });
  await stage.untilWorkers(2);
}

/** Puts another page in front, and stays until the browser slows down the first to the utmost. */
async function hide(stage, page) {
  const front = await stage.browser.newPage();
  await front.bringToFront();
  await until(
    () => page.evaluate("document.visibilityState === 'hidden'"),
    () => "the page is not hidden",
  );
  await new Promise((done) => setTimeout(done, 1500));
  return front;
}

async function checkHidden(stage, { page }) {
  assert.equal(await openPool(page, { poolSize: 2 }), true);
  const front = await hide(stage, page);
  await checkPool(page);
  await page.evaluate(() => pool.close());
  await stage.untilWorkers(0);
  assert.equal(await openPool(page, { poolSize: 1 }), true);
  await checkPool(page);
  await page.evaluate(() => {
    void pool.evalCode("for (;;) {}").catch(() => {});
    setTimeout(() => pool.dispose());
  });
  await stage.untilWorkers(0);
  await front.close();
}

/** On the calling thread, timers are the page's own; what needs none is not to be late. */
async function checkHiddenInline(stage, { page }) {
  await openPool(page, { forceSingleThreaded: true });
  const front = await hide(stage, page);
  assert.equal(await evaluate(page, "6 * 7"), 42);
  assert.equal(await evaluate(page, "for (;;) {}", { timeout: 300 }), "TimeoutError");
  assert.equal(await evaluate(page, "await Promise.resolve(48)"), 48);
  await front.close();
  await checkPool(page);
}

async function checkFrozen(stage, { page }) {
  await openPool(page, { poolSize: 2 });
  const session = await page.createCDPSession();
  const front = await hide(stage, page);
  await page.evaluate(() => {
    document.addEventListener("freeze", () => (globalThis.wasFrozen = true));
    globalThis.tasks = [
      pool.evalCode("await new Promise((done) => setTimeout(() => done(7), 200))"),
      pool.evalCode("for (;;) {}", { timeout: 300 }),
      pool.evalCode("await new Promise((done) => setTimeout(done, 1e6))", { timeout: 300 }),
    ];
  });
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((done) => setTimeout(done, 1000));
  await session.send("Page.setWebLifecycleState", { state: "active" });
  const results = await page.evaluate(async () => {
    const ends = await Promise.all(tasks);
    return ends.map(({ value, error }) => error?.name ?? value);
  });
  assert.equal(await page.evaluate("wasFrozen"), true);
  assert.deepEqual(results, [7, "TimeoutError", "TimeoutError"]);
  await checkPool(page);
  await front.close();
  await stage.untilWorkers(2);
}

/** The page has its turns between tasks of a pool on its own thread. */
async function checkResponsive(stage, { page }) {
  const { nturns, ndone } = await page.evaluate(async () => {
    const pool = await qjspool.newWorkerPool({ forceSingleThreaded: true });
    let ndone = 0;
    let isOver = false;
    const seen = new Set();
    const turn = () => {
      if (ndone > 0 && ndone < 2000) seen.add(ndone);
      if (!isOver) setTimeout(turn);
    };
    turn();
    const tasks = Array.from({ length: 2000 }, async (_, i) => {
      if ((await pool.evalCode(`${i} + 1`)).value === i + 1) ndone++;
    });
    await Promise.all(tasks);
    isOver = true;
    return { nturns: seen.size, ndone };
  });
  assert.equal(ndone, 2000);
  assert.ok(nturns >= 10, `the page had ${nturns} turns between the first task and the last`);
}

/** A pool that a worker of the page makes. */
async function checkNested(stage, { page }, isShared) {
  const result = await page.evaluate(
    (options) => {
      const worker = new Worker("/nested.js", { type: "module" });
      globalThis.worker = worker;
      return new Promise((done, fail) => {
        worker.onmessage = ({ data }) => done(data);
        worker.onerror = (event) => fail(new Error(event.message));
        worker.postMessage(options);
      });
    },
    { withSync: isShared },
  );
  assert.deepEqual(result, expected({ isShared, withSync: isShared }));
  await stage.untilWorkers(1);
  await page.evaluate(() => worker.terminate());
  await stage.untilWorkers(0);
}

const inBoth = [
  { name: "close() and dispose() end the workers", check: checkEnds },
  { name: "50 pools leave no worker", check: checkManyPools },
  { name: "a page closed in mid-task leaves no worker", check: checkPageClosed },
  { name: "a page reloaded in mid-task leaves no worker", check: checkReload },
  { name: "left, and restored by going back", check: checkBackForward },
  { name: "a hidden tab", check: checkHidden },
  { name: "frozen, and awake again", check: checkFrozen, only: "chromium" },
];

/** Groups of checks, `{ name, fn }`: those of a group run one after the other. */
export async function openPart({ out }) {
  await buildPages(out);
  const browsers = new Map();
  const groups = browserNames.map((browserName) => {
    const toCheck = (mode, name, check) => ({
      name: `${browserName}, ${mode}: ${name}`,
      async fn() {
        if (!browsers.has(browserName)) {
          browsers.set(browserName, await launchBrowser(browserName, launchOptions[browserName]));
        }
        const stage = new Stage(out, browsers.get(browserName));
        await stage.run(mode, (opened) => check(stage, opened, mode === "shared"));
      },
    });
    const wanted = inBoth.filter(({ only = browserName }) => only === browserName);
    return [
      ...Object.keys(modes).flatMap((mode) => [
        ...wanted.map(({ name, check }) => toCheck(mode, name, check)),
        toCheck(mode, "a pool made in a worker of the page", checkNested),
      ]),
      toCheck("messages", "a hidden tab, on the calling thread", checkHiddenInline),
      toCheck("messages", "2,000 tasks on the calling thread", checkResponsive),
    ];
  });
  const close = async () => {
    for (const browser of browsers.values()) await browser.close();
  };
  return { groups, close };
}
