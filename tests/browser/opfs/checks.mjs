// SPDX-License-Identifier: MIT
// What is checked of the store beside the table of cases.js: several clients, several tabs, ends in
// the middle of something, room that runs out.
import assert from "node:assert/strict";

async function checkModel({ page }) {
  const answers = await page.evaluate(async () => {
    const found = [];
    for (const seed of [1, 2, 3, 4]) {
      found.push(await opfs.withOwner({}, (test) => opfs.runModel(test.clients(3), { seed, count: 700 })));
    }
    return found;
  });
  for (const count of answers) assert.ok(count >= 700);
}

/** At once, each in a directory of its own. */
async function checkModels({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({ limit: 50e6 }, async (test) => {
      const run = async (client, i) => {
        await client.run("call", "mkdir", `d${i}`);
        return opfs.runModel([client], { seed: 10 + i, count: 500, within: `d${i}` });
      };
      return Promise.all(test.clients(3).map(run));
    }),
  );
  for (const count of answers) assert.ok(count >= 500);
}

async function checkLarge({ page }) {
  const piece = 256 * 1024;
  const sizes = [1, 65536, piece - 1, piece, piece + 1, 3 * piece, 2_000_001];
  const run = (given) => opfs.withOwner({}, (test) => test.client().run("largeWrites", given));
  assert.deepEqual(await page.evaluate(run, sizes), []);
}

async function checkLargeList({ page }) {
  const found = await page.evaluate(() =>
    opfs.withOwner({}, (test) => test.client().run("fillDirectory", "many", 1200)),
  );
  assert.deepEqual(found, [...Array(1200).keys()]);
}

async function checkAppends({ page }) {
  const { lines, files } = await page.evaluate(() =>
    opfs.withOwner({}, async (test, name) => {
      const [one, other] = test.clients(2);
      await Promise.all([one.run("appendLines", "log", "one", 1000), other.run("appendLines", "log", "other", 1000)]);
      await Promise.all([one.run("appendFiles", "small", "one", 200), other.run("appendFiles", "small", "other", 200)]);
      return {
        lines: (await opfs.readText(name, "log")).split("\n").slice(0, -1),
        files: (await opfs.readText(name, "small")).split("\n").slice(0, -1),
      };
    }),
  );
  const wanted = (who) => Array.from({ length: 1000 }, (_, i) => `${who} ${i} ${"x".repeat(i % 50)}`);
  assert.equal(lines.length, 2000);
  for (const who of ["one", "other"]) {
    assert.deepEqual(lines.filter((line) => line.startsWith(`${who} `)), wanted(who));
    assert.equal(files.filter((line) => line.startsWith(who)).length, 200);
  }
}

/** No file of others is touched, and the file that was written can be used at once. */
async function checkKilled({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({}, async (test) => {
      const keeper = test.client();
      await keeper.run("call", "put", "other", "untouched");
      const handle = await keeper.run("call", "open", "open", "w+");
      const found = [];
      for (const ms of [50, 120, 1]) {
        const writer = test.client();
        void writer.run("writeForever", "victim");
        await opfs.pause(ms);
        writer.kill();
        if (!crossOriginIsolated) await opfs.pause(50); // its last messages may be under way
        found.push(await keeper.run("call", "put", "victim", "mine"), await keeper.run("call", "get", "victim"));
      }
      found.push(await keeper.run("call", "append", handle, "still"), await keeper.run("call", "get", "other"));
      found.push(await keeper.run("call", "close", handle), await keeper.run("call", "get", "open"));
      return found;
    }),
  );
  assert.deepEqual(answers, [0, "mine", 0, "mine", 0, "mine", 5, "untouched", 0, "still"]);
}

/** Its files are page code's as soon as it has ended, though it closed none. */
async function checkFreed({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({}, async (test, name) => {
      const client = test.client();
      await client.run("call", "open", "held", "w+");
      await client.run("call", "open", "", "nameless");
      client.kill();
      const file = await (await opfs.directory(name)).getFileHandle("held");
      const writable = await opfs.until(() => file.createWritable().catch(() => null));
      await writable.write("page's");
      await writable.close();
      return [await test.client().run("call", "get", "held"), await opfs.listNames(`.qjspool-trash/${name}`)];
    }),
  );
  assert.deepEqual(answers, ["page's", []]);
}

async function checkStopped({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({}, async (test) => {
      const [client, other] = test.clients(2);
      const stopped = client.run("untilStopped", "a");
      await opfs.pause(100);
      client.setStopped(true);
      const found = [await stopped];
      client.setStopped(false);
      found.push(await client.run("call", "put", "b", "after"), await client.run("call", "get", "b"));
      // nothing of what was given up is open: its directory can be had by others
      await navigator.locks.request("qjspool:" + "stopped", () => {});
      found.push(await other.run("call", "unlink", "a"), await other.run("call", "list"));
      return found;
    }),
  );
  assert.deepEqual(answers, ["EINTR", 0, "after", 0, "b"]);
}

/** A call that waits for the directory can be given up; what it opens later is closed. */
async function checkStoppedWaiting({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({ name: "waits" }, async (test, name) => {
      const client = test.client();
      let release;
      const held = new Promise((done) => (release = done));
      await new Promise((granted) => {
        void navigator.locks.request("qjspool:waits", () => (granted(), held));
      });
      const opened = client.run("call", "open", "late", "w+");
      await opfs.pause(60);
      client.setStopped(true);
      const found = [await opened];
      const begin = performance.now();
      found.push(await client.run("call", "close", 0), performance.now() - begin < 1000);
      client.setStopped(false);
      release();
      // it was opened after all, and must be closed: the lock comes free
      await navigator.locks.request("qjspool:waits", async () => {
        const file = await (await opfs.directory(name)).getFileHandle("late", { create: true });
        await (await file.createWritable()).close();
      });
      found.push(await client.run("call", "put", "late", "1"));
      return found;
    }),
  );
  assert.deepEqual(answers, ["EINTR", "EBADF", true, 0]);
}

/** Two tabs, each with an owner of the same directory. */
async function checkTabs({ page, stage }) {
  const { page: other, lines } = await stage.open();
  const start = (p) =>
    p.evaluate(async () => {
      globalThis.test = await opfs.TestOwner.start("tabs");
      globalThis.user = test.client();
    });
  const call = (p, ...args) => p.evaluate((given) => user.run(...given), args);
  try {
    await Promise.all([start(page), start(other)]);
    const who = ["one", "other"];
    await Promise.all([page, other].map((p, i) => call(p, "appendFiles", "log", who[i], 150)));
    const text = await page.evaluate(() => opfs.readText("tabs", "log"));
    const found = text.split("\n").slice(0, -1);
    for (const name of who) assert.equal(found.filter((line) => line.startsWith(name)).length, 150, name);
    assert.equal(found.length, 300);

    // an open file keeps the other tab away, until it is closed
    const handle = await call(page, "call", "open", "held", "w+");
    const waiting = call(other, "call", "put", "held", "other's");
    await call(page, "call", "append", handle, "mine");
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(await page.evaluate(() => opfs.readText("tabs", "held")), "mine");
    await call(page, "call", "close", handle);
    assert.equal(await waiting, 0);
    assert.equal(await call(page, "call", "get", "held"), "other's");

    // nor is it kept for long by a tab that is closed
    await call(other, "call", "open", "held", "r+");
    const begin = performance.now();
    const freed = call(page, "call", "get", "held");
    await other.close();
    assert.equal(await freed, "other's");
    assert.ok(performance.now() - begin < 5000);
    assert.deepEqual(lines, []);
  } finally {
    if (!other.isClosed()) await other.close();
    await page.evaluate(() => test.end());
  }
}

/** A directory that another never gives back. */
async function checkBusy({ page }) {
  const answers = await page.evaluate(async () => {
    const one = await opfs.TestOwner.start("busy");
    const other = await opfs.TestOwner.start("busy");
    const whole = await opfs.TestOwner.start("busy/below");
    const [first, second, third] = [one.client(), other.client(), whole.client()];
    const handle = await first.run("call", "open", "a", "w+");
    const begin = performance.now();
    const found = await Promise.all([second.run("call", "get", "a"), third.run("call", "list")]);
    const ms = performance.now() - begin;
    await first.run("call", "close", handle);
    found.push(await second.run("call", "get", "a"), await third.run("call", "put", "b", ""));
    found.push(await first.run("call", "list"));
    for (const test of [one, other, whole]) test.end();
    return { found, ms };
  });
  assert.deepEqual(answers.found, ["EBUSY", "EBUSY", "", 0, "a below/"]);
  assert.ok(answers.ms > 9000 && answers.ms < 15_000, `${answers.ms}`);
}

async function checkLimit({ page }) {
  const answers = await page.evaluate(async () => {
    const found = {};
    await opfs.withOwner({ name: "limited" }, async (test) => {
      await test.client().run("call", "put", "before", "x".repeat(1000));
    });
    // 256 of each entry
    await opfs.withOwner({ name: "limited", limit: 100_000 }, async (test) => {
      const client = test.client();
      found.full = await client.run("fill", "big", 1e6, 30_000);
      found.list = await client.run("call", "what", "big");
      found.small = await client.run("call", "put", "small", "y".repeat(9000));
      found.left = await client.run("call", "get", "small");
      found.grown = await client.run("call", "open", "small", "r+");
      found.truncated = await client.run("call", "truncate", found.grown, 20_000);
      found.closed = await client.run("call", "close", found.grown);
      found.removed = await client.run("call", "unlink", "big");
      found.again = await client.run("fill", "big", 90_000, 30_000);
      found.entries = [];
      for (let i = 0; i < 60; i++) found.entries.push(await client.run("call", "mkdir", `d${i}`));
    });
    return found;
  });
  const { full, small, grown, entries, ...rest } = answers;
  assert.deepEqual(full, { at: 90_000, size: 90_000, result: "ENOSPC", closed: 0 });
  assert.equal(small, "ENOSPC");
  assert.equal(typeof grown, "number");
  const again = { at: 90_000, size: 90_000, result: 30_000, closed: 0 };
  assert.deepEqual(rest, { list: "f90000", left: "", truncated: "ENOSPC", closed: 0, removed: 0, again });
  const made = entries.filter((result) => result === 0).length;
  // 100,000 less two files with 91,000 bytes and the empty one
  assert.equal(made, Math.floor((100_000 - 91_000 - 3 * 256) / 256));
  assert.ok(entries.slice(made).every((result) => result === "ENOSPC"));
}

/** The browser's own limit, which only Chromium lets us set. */
async function checkQuota({ page, stage }) {
  if (stage.name !== "chromium") return;
  const devtools = await page.createCDPSession();
  const origin = new URL(stage.url).origin;
  const { usage } = await devtools.send("Storage.getUsageAndQuota", { origin });
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 5_000_000 });
  try {
    const full = await page.evaluate(() =>
      opfs.withOwner({}, async (test) => {
        const client = test.client();
        const result = await client.run("fill", "big", 50e6, 100_000);
        const removed = await client.run("call", "unlink", "big");
        return { ...result, removed, small: await client.run("call", "put", "small", "fits") };
      }),
    );
    assert.equal(full.result, "ENOSPC");
    assert.equal(full.at, full.size);
    assert.ok(full.at > 1_000_000 && full.at <= 5_000_000, `${full.at}`);
    assert.deepEqual([full.removed, full.small], [0, 0]);
  } finally {
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
  }
}

async function checkLost({ page }) {
  const answers = await page.evaluate(async () => {
    const test = await opfs.TestOwner.start("lost");
    const [client, waiter] = test.clients(2);
    const handle = await client.run("call", "open", "a", "w+");
    const forever = waiter.run("untilStopped", "b");
    await opfs.pause(50);
    test.crash();
    const found = [await forever, await client.run("call", "append", handle, "x"), test.lost];
    found.push(await test.client().run("call", "list"));
    // the directory is free again
    const other = await opfs.TestOwner.start("lost");
    found.push(await other.client().run("call", "put", "a", "new"));
    other.end();
    return found;
  });
  assert.deepEqual(answers.slice(0, 3), ["EIO", "EIO", ["it crashed"]]);
  assert.deepEqual(answers.slice(3), ["EIO", 0]);
}

/** What is disposed of has nothing open, and nothing half-written. */
async function checkDisposed({ page }) {
  const answers = await page.evaluate(async () => {
    const test = await opfs.TestOwner.start("disposed");
    const client = test.client();
    const handle = await client.run("call", "open", "a", "w+");
    await client.run("call", "open", "", "nameless");
    await client.run("call", "write", handle, 0, "written");
    test.end();
    const file = await (await opfs.directory("disposed")).getFileHandle("a");
    const writable = await opfs.until(() => file.createWritable({ keepExistingData: true }).catch(() => null));
    await writable.close();
    const late = client.run("call", "read", handle, 0);
    return [await opfs.readText("disposed", "a"), await opfs.listNames(".qjspool-trash/disposed"), await late, test.lost];
  });
  assert.deepEqual(answers, ["written", [], "EIO", []]);
}

async function checkRefusals({ page }) {
  const messages = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    await root.getFileHandle("file", { create: true });
    const names = ["", "..", "a/../b", "/a", "a//b", ".qjspool-trash/x", "file/a", "x".repeat(300)];
    const found = [];
    for (const name of names) found.push(await opfs.TestOwner.start(name).then(String, (error) => error.message));
    Object.defineProperty(globalThis, "Worker", { value: class { constructor() { throw new Error("no workers"); } } });
    found.push(await opfs.TestOwner.start("a").then(String, (error) => error.message));
    return found;
  });
  for (const message of messages.slice(0, -1)) assert.match(message, /^OPFS "/);
  assert.match(messages[0], /it is empty/);
  assert.match(messages[1], /relative path/);
  assert.match(messages[5], /qjspool's own/);
  assert.match(messages[6], /is a file/);
  assert.match(messages.at(-1), /no workers/);
}

/** What a crash left is gone with the next start, and guests never see it. */
async function checkLeftovers({ page }) {
  const answers = await page.evaluate(async () => {
    const trash = await opfs.directory(".qjspool-trash/left%2Fover", true);
    await trash.getFileHandle("old", { create: true });
    return opfs.withOwner({ name: "left/over" }, async (test, name) => {
      const client = test.client();
      const found = [await client.run("call", "list"), await client.run("call", "what", ".qjspool-trash")];
      found.push(await opfs.listNames(".qjspool-trash/left%2Fover"), await opfs.listNames(name));
      return found;
    });
  });
  assert.deepEqual(answers, ["", "ENOENT", null, []]);
}

/** Page code writes a file while guests do, and takes the lock to have them all. */
async function checkPageCode({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({ name: "both" }, async (test, name) => {
      const client = test.client();
      await client.run("call", "put", "a", "guest's");
      const found = [await opfs.readText(name, "a")];
      await navigator.locks.request("qjspool:both", async () => {
        const file = await (await opfs.directory(name)).getFileHandle("a");
        const writable = await file.createWritable();
        await writable.write("page's");
        await writable.close();
      });
      found.push(await client.run("call", "get", "a"));
      // a file that page code has open
      const file = await (await opfs.directory(name)).getFileHandle("a");
      const writable = await opfs.until(() => file.createWritable().catch(() => null));
      found.push(await client.run("call", "put", "a", "x"), await client.run("call", "unlink", "a"));
      await writable.close();
      found.push(await client.run("call", "put", "a", "y"));
      return found;
    }),
  );
  assert.deepEqual(answers, ["guest's", "page's", "EBUSY", "EBUSY", 0]);
}

/** Calls that no client of ours makes. */
async function checkHostile({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({}, async (test, name) => {
      const [victim, attacker] = test.clients(2);
      const handle = await victim.run("call", "open", "secret", "w+");
      await victim.run("call", "write", handle, 0, "secret");
      const found = [];
      for (let h = -2; h < handle + 3; h++) found.push(await attacker.run("call", "read", h, 0), await attacker.run("call", "close", h));
      found.push(...(await attacker.run("hostile", attacker.link.shared === null)));
      const kept = [await victim.run("call", "read", handle, 0), await victim.run("call", "close", handle)];
      return { isRefused: found.every((result) => typeof result === "string" && result.startsWith("E")), found, kept, list: await opfs.listNames(name) };
    }),
  );
  assert.ok(answers.isRefused, JSON.stringify(answers.found));
  assert.deepEqual(answers.kept, ["secret", 0]);
  assert.deepEqual(answers.list, ["secret"]);
}

/** Where the owner cannot wait for memory without blocking, messages wake it. */
async function checkWithoutWaitAsync({ page }) {
  const answers = await page.evaluate(() =>
    opfs.withOwner({ hidesWaitAsync: true }, async (test) => {
      const clients = test.clients(2);
      const found = [clients.every(({ link }) => link.port !== null)];
      await Promise.all(clients.map((client, i) => client.run("appendFiles", "log", `c${i}`, 50)));
      found.push(await opfs.runModel(clients, { seed: 9, count: 200 }).then((n) => n >= 200));
      await opfs.pause(50);
      found.push(await clients[0].run("call", "what", "log"));
      return found;
    }),
  );
  assert.deepEqual(answers.slice(0, 2), [true, true]);
}

/** Whoever takes the lock by force has the directory; we cannot know what of it is still so. */
async function checkStolen({ page }) {
  const answers = await page.evaluate(async () => {
    const test = await opfs.TestOwner.start("stolen");
    const client = test.client();
    const handle = await client.run("call", "open", "a", "w+");
    await navigator.locks.request("qjspool:stolen", { steal: true }, () => opfs.until(() => test.lost.length > 0));
    const found = [await client.run("call", "append", handle, "x"), ...test.lost];
    await opfs.withOwner({ name: "stolen" }, async (other) => found.push(await other.client().run("call", "put", "a", "new")));
    return found;
  });
  assert.deepEqual(answers, ["EIO", 'the lock of OPFS "stolen" was taken by force', 0]);
}

/** A directory with an open file that page code has locked in the middle of it. */
async function checkHalfMoved({ page, stage }) {
  if (stage.name !== "chromium") return; // elsewhere directories move at once
  const answers = await page.evaluate(() =>
    opfs.withOwner({}, async (test, name) => {
      const client = test.client();
      const call = (...args) => client.run("call", ...args);
      await call("mkdir", "d");
      for (const file of ["a", "b", "c", "locked"]) await call("put", `d/${file}`, file);
      const handles = [await call("open", "d/a", "r+"), await call("open", "d/c", "r+")];
      await opfs.pause(50);
      const file = await (await opfs.directory(`${name}/d`)).getFileHandle("locked");
      const writable = await file.createWritable();
      const found = [await call("rename", "d", "e")];
      for (const handle of handles) found.push(await call("append", handle, "!"), await call("close", handle));
      await writable.abort();
      const all = [...(await opfs.listNames(`${name}/d`)), ...(await opfs.listNames(`${name}/e`))];
      return [...found, all.sort().join(" ")];
    }),
  );
  assert.deepEqual(answers, ["EBUSY", 2, 0, 2, 0, "a b c locked"]);
}

/** The pool's own thread is a worker. */
async function checkNested({ page }) {
  const what = await page.evaluate(
    () => new Promise((done) => {
      const worker = new Worker("/nested.js");
      worker.onmessage = ({ data }) => (worker.terminate(), done(data));
      worker.postMessage("nested");
    }),
  );
  const bytes = ["c0", "c1"].flatMap((who) => Array.from({ length: 20 }, (_, i) => `${who}${i} 0 \n`)).join("").length;
  assert.equal(what, `f${bytes}`);
}

/** ORDER run: opfs.mjs. `only`: in one mode. */
export const checks = [
  { name: "large writes, reads and appends", check: checkLarge },
  { name: "three clients and a model", check: checkModel },
  { name: "three clients at once, each with a model", check: checkModels },
  { name: "two clients append, and lose nothing", check: checkAppends },
  { name: "a directory whose list is larger than a piece", check: checkLargeList },
  { name: "a client is killed while it writes", check: checkKilled },
  { name: "what a killed client had open is closed", check: checkFreed },
  { name: "a call is given up", check: checkStopped, only: "shared" },
  { name: "a call that waits for the directory is given up", check: checkStoppedWaiting, only: "shared" },
  { name: "two tabs", check: checkTabs },
  { name: "a directory that another keeps", check: checkBusy },
  { name: "a limit", check: checkLimit },
  { name: "the browser's own limit", check: checkQuota },
  { name: "the owner is lost", check: checkLost },
  { name: "the owner is disposed of", check: checkDisposed },
  { name: "what cannot be opened says why", check: checkRefusals },
  { name: "what a crash left", check: checkLeftovers },
  { name: "page code and guests", check: checkPageCode },
  { name: "hostile clients", check: checkHostile },
  { name: "the lock is taken by force", check: checkStolen },
  { name: "a directory that is moved in part", check: checkHalfMoved },
  { name: "an owner that a worker has made", check: checkNested },
  { name: "without waitAsync", check: checkWithoutWaitAsync, only: "shared" },
];
