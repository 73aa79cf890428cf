// SPDX-License-Identifier: MIT
// Runs test files in pages of real browsers: one process for each browser, started when it is
// first needed, and one page for each file. Whatever a page prints or leaves uncaught fails its
// file. No browser outlives this process.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { browserNames, findProgram, launchOptions } from "../../../scripts/lib/browsers.mjs";
import { testsFolder } from "./places.mjs";
import { TestServer } from "./test-server.mjs";

/** A page that will not close in this time is one of a browser that is given up. */
const CLOSE_MS = 10_000;

/** Tests run in several tabs, of which one is in front: the others' timers must not be slower. */
const equalTabs = {
  "dom.min_background_timeout_value": 4,
  "dom.min_background_timeout_value_without_budget_throttling": 4,
  "dom.timeout.enable_budget_timer_throttling": false,
  "dom.workers.throttling.enabled": false,
};

/** Options beside those that all have. */
const extraOptions = { firefox: { extraPrefsFirefox: equalTabs } };

/** What browsers themselves say in a place, about what is meant. */
const expected = { inline: /Content[- ]Security[- ]Policy/ };

/** One process of a browser. */
class BrowserProcess {
  /** Pages that are open. */
  npages = 0;
  #profile;
  #launched;
  #turn = Promise.resolve();

  constructor(name, profile) {
    this.#profile = profile;
    this.#launched = this.#launch(name);
  }

  newPage() {
    return this.#inTurn(async () => (await this.#launched).newPage());
  }

  /** Whether it closed. */
  closePage(page) {
    return this.#inTurn(() => within(CLOSE_MS, page.close()));
  }

  /** Firefox fails to open a page while it closes another. */
  #inTurn(action) {
    const done = this.#turn.then(action);
    this.#turn = done.catch(() => {});
    return done;
  }

  async end() {
    const browser = await this.#launched.catch(() => undefined);
    if (browser !== undefined && !(await within(CLOSE_MS, browser.close()))) {
      browser.process()?.kill("SIGKILL");
    }
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  async #launch(name) {
    const { default: puppeteer } = await import("puppeteer-core");
    rmSync(this.#profile, { recursive: true, force: true });
    mkdirSync(this.#profile, { recursive: true });
    return puppeteer.launch({
      ...launchOptions(name),
      ...extraOptions[name],
      executablePath: join(testsFolder, "run/with-parent"),
      env: { ...process.env, WITH_PARENT: findProgram(name) },
      userDataDir: this.#profile,
      timeout: 60_000,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  }
}

/** A browser: one process, until a page of it hangs. */
class Browser {
  #name;
  #out;
  #nprocesses = 0;
  #current;

  constructor(name, out) {
    this.#name = name;
    this.#out = out;
  }

  /** Calls `use` with a new page; the first one waits for the browser. */
  async withPage(use) {
    const owner = (this.#current ??= this.#start());
    let page;
    owner.npages++;
    try {
      page = await owner.newPage();
      return await use(page);
    } finally {
      const isClosed = page !== undefined && (await owner.closePage(page));
      owner.npages--;
      if (!isClosed) this.#retire(owner);
      if (owner !== this.#current && owner.npages === 0) await owner.end();
    }
  }

  async end() {
    const owner = this.#current;
    this.#current = undefined;
    await owner?.end();
  }

  #start() {
    const profile = join(this.#out, `${this.#name}-profile-${++this.#nprocesses}`);
    return new BrowserProcess(this.#name, profile);
  }

  /** It gets no more pages; those that are open may come to their end. */
  #retire(owner) {
    if (this.#current === owner) this.#current = undefined;
  }
}

/** Whether `promise` settles in time, however. */
async function within(ms, promise) {
  let timer;
  const late = new Promise((done) => (timer = setTimeout(done, ms, false)));
  const settled = promise.then(
    () => true,
    () => true,
  );
  const isSettled = await Promise.race([settled, late]);
  clearTimeout(timer);
  return isSettled;
}

/** What a page came to: its tests, and all else that it said. */
class PageRun {
  cases = [];
  #place;
  #strays = [];
  #running = "";
  #end;
  /** Resolves to why it ended: "" is its own end. */
  ended = new Promise((resolve) => (this.#end = resolve));

  constructor(place) {
    this.#place = place;
  }

  /** Of the page itself; see browser/node-test.ts and browser/page.ts. */
  take(event) {
    if (event.kind === "begin") this.#running = event.name;
    else if (event.kind === "end") {
      this.#running = "";
      this.cases.push(event);
    } else if (event.kind === "stray") this.#strays.push(event.text);
    else this.end("");
  }

  watch(page) {
    page.on("console", (message) => this.#hear(`console.${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.#hear(`page: ${error.stack ?? error}`));
    page.on("error", (error) => this.end(`the page crashed: ${error.message}`));
    page.on("close", () => this.end("the page was closed"));
  }

  end(reason) {
    this.#end(reason);
  }

  /** Everything that was said unexpectedly, and where it stands. */
  get output() {
    const running = this.#running === "" ? [] : [`running: ${this.#running}`];
    return [...this.#strays, ...running].join("\n");
  }

  /** `reason`: why it ended. Adds what is no test's failure as one of the page. */
  result(reason) {
    const faults = [...this.#strays];
    if (reason !== "" && reason !== "late") faults.unshift(reason);
    if (faults.length > 0) {
      this.cases.push({ name: "(the page)", isSkipped: false, failure: faults.join("\n") });
    }
    return { cases: this.cases, isLate: reason === "late", output: this.output };
  }

  #hear(text) {
    if (!expected[this.#place]?.test(text)) this.#strays.push(text);
  }
}

/** The browsers and the server that a run of run.mjs shares. */
export class Browsers {
  #server;
  #browsers = new Map();

  constructor(out) {
    this.#server = new TestServer(out);
    for (const name of browserNames) this.#browsers.set(name, new Browser(name, out));
  }

  async start() {
    for (const [signal, number] of [["SIGINT", 2], ["SIGTERM", 15], ["SIGHUP", 1]]) {
      // puppeteer kills its browsers when this process exits
      process.once(signal, () => process.exit(128 + number));
    }
    await this.#server.start();
  }

  async stop() {
    await Promise.all([...this.#browsers.values()].map((browser) => browser.end()));
    this.#server.stop();
  }

  /** Runs a test file; the result is that of runtimes.mjs. */
  async runTests(runtime, bundle, { timeoutMs }) {
    const start = performance.now();
    const run = new PageRun(runtime.place);
    const where = { place: runtime.place, bundle, runtime: runtime.kind };
    const address = this.#server.open(where, (event) => run.take(event));
    const timer = setTimeout(() => run.end("late"), timeoutMs);
    const reason = await this.#visit(runtime.kind, address.url, run);
    clearTimeout(timer);
    address.close();
    return {
      ...run.result(reason),
      code: 0,
      signal: null,
      seconds: (performance.now() - start) / 1000,
    };
  }

  /** Resolves to why the run ended. */
  async #visit(name, url, run) {
    try {
      return await this.#browsers.get(name).withPage(async (page) => {
        run.watch(page);
        await page.goto(url, { waitUntil: "domcontentloaded" });
        return run.ended;
      });
    } catch (error) {
      return `${name}: ${error.message}`;
    }
  }
}

const places = { "": "isolated", "-plain": "plain", "-inline": "inline" };

/** The runtimes that are pages: `{ name, kind, place, program }`, by their names. */
export const pageRuntimes = Object.fromEntries(
  browserNames.flatMap((kind) =>
    Object.entries(places).map(([suffix, place]) => {
      const name = `${kind}${suffix}`;
      return [name, { name, kind, place, program: findProgram(kind), isPage: true }];
    }),
  ),
);
