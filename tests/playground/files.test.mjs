// SPDX-License-Identifier: MIT
// The tree of files: what guests write is seen while they run, and shown as nothing but text.
import assert from "node:assert/strict";

/** The rows of the tree: "name size". */
function rows(user) {
  return user.look(() =>
    Array.from(document.querySelectorAll(".file-tree li"), (row) =>
      [".name", ".size"].map((part) => row.querySelector(part).innerText).join(" ").trim(),
    ),
  );
}

/** Waits until the tree has these rows and no others. */
async function untilRows(user, ...wanted) {
  try {
    await user.until((wanted) => {
      const names = Array.from(document.querySelectorAll(".file-tree li .name"), (name) => name.innerText);
      return JSON.stringify(names) === JSON.stringify(wanted);
    }, wanted);
  } catch {
    assert.deepEqual(await rows(user), wanted);
  }
}

function pick(user, number) {
  return user.click(`.file-tree li:nth-child(${number})`);
}

function content(user) {
  return user.text("#file-content pre");
}

async function untilContent(user, text) {
  await user.until((text) => document.querySelector("#file-content pre")?.innerText === text, text);
}

const wait = "await new Promise((done) => setTimeout(done, 600000));";

function liveTest(isolated) {
  return {
    name: `files appear and grow while a task runs, ${isolated ? "isolated" : "plain"}`,
    async run(stage) {
      const user = await stage.open({ isolated });
      await user.write(`
        const f = std.open("/data/log.txt", "w");
        f.puts("one"); f.flush();
        while (std.loadFile("/data/go") === null) await new Promise((done) => setTimeout(done, 20));
        f.puts(" two"); f.flush();
        ${wait}`);
      await user.press("Control+Enter");
      await untilRows(user, "log.txt");
      await pick(user, 1);
      await untilContent(user, "one");
      await user.run("std.writeFile('/data/go', '')").catch(() => {}); // the other one runs on
      await untilContent(user, "one two");
      assert.deepEqual(await rows(user), ["go 0 B", "log.txt 7 B"]);
      await user.press("Control+.");
    },
  };
}

export const tests = [
  liveTest(true),
  liveTest(false),
  {
    name: "files outlive the page, and are deleted from it",
    async run(stage) {
      const user = await stage.open();
      await user.run("os.mkdir('/data/d'); os.mkdir('/data/d/e'); std.writeFile('/data/d/e/f', 'kept'); std.writeFile('/data/g', 'too')");
      await user.page.goto(user.origin);
      await untilRows(user, "d/", "g");
      await pick(user, 1);
      await untilRows(user, "d/", "e/", "g");
      await pick(user, 2);
      await untilRows(user, "d/", "e/", "f", "g");
      await pick(user, 3);
      await untilContent(user, "kept");
      await user.click("#file-content button:nth-of-type(2)");
      await untilRows(user, "d/", "e/", "g");
      assert.equal(await user.look(() => document.querySelector("#file-content").childElementCount), 0);
      await user.click("#delete-all");
      await user.until(() => document.querySelectorAll(".file-tree li").length === 0);
      const card = await user.run("os.readdir('/data')[0].length");
      assert.match(card.text, /\b2$/);
    },
  },
  {
    name: "the tree is walked by keys",
    async run(stage) {
      const user = await stage.open();
      await user.run("for (const d of ['a', 'b']) { os.mkdir(`/data/${d}`); std.writeFile(`/data/${d}/in-${d}`, d) }");
      await untilRows(user, "a/", "b/");
      await user.look(() => document.querySelector('.file-tree [tabindex="0"]').focus());
      await user.press("ArrowDown");
      await user.press("ArrowRight");
      await untilRows(user, "a/", "b/", "in-b");
      await user.press("ArrowRight");
      await user.press("Enter");
      await untilContent(user, "b");
      await user.press("ArrowLeft");
      await user.press("ArrowLeft");
      await untilRows(user, "a/", "b/");
      await user.press("Home");
      await user.press("Enter");
      await untilRows(user, "a/", "in-a", "b/");
      const focused = await user.look(() => document.activeElement.querySelector(".name").innerText);
      assert.equal(focused, "a/");
    },
  },
  {
    name: "hostile names and contents are text",
    async run(stage) {
      const user = await stage.open();
      await user.choose("Hostile files");
      const card = await user.run();
      assert.match(card.text, /megabytesBeforeTheLimit: 31/);
      assert.match(card.text, /\[null, null, null, null\]/);
      await untilRows(user, "strange/");
      await pick(user, 1);
      await untilRows(user, "strange/", "<img src=x onerror=alert(1)>", "invoice\\u202efdp.exe", "line\\nbreak", "日本語.txt");
      await pick(user, 3);
      await untilContent(user, "<script>alert(1)</script>");
      const parsed = await user.look(() => document.querySelectorAll("#files img, #files script").length);
      assert.equal(parsed, 0);
    },
  },
  {
    name: "bytes are shown in hexadecimal, and large files in part",
    async run(stage) {
      const user = await stage.open();
      await user.run("const f = std.open('/data/bytes', 'w'); f.write(new Uint8Array([0, 65, 255]).buffer, 0, 3); f.close(); std.writeFile('/data/large', 'é'.repeat(100000))");
      await untilRows(user, "bytes", "large");
      await pick(user, 1);
      await user.until(() => document.querySelector("#file-content pre")?.innerText.startsWith("000000"));
      assert.match(await content(user), /^000000 {2}00 41 ff +·A·$/);
      await pick(user, 2);
      await user.until(() => document.querySelector("#file-content pre")?.innerText.startsWith("éé"));
      assert.equal((await content(user)).length, 16384);
      assert.match(await user.text("#file-content"), /200 KB, the first 33 KB of it/);
    },
  },
  {
    name: "of hundreds of files some are shown, and the rest is counted",
    async run(stage) {
      const user = await stage.open({ isolated: true });
      await user.run("for (let i = 0; i < 250; i++) os.mkdir(`/data/d${i}`)");
      await user.until(() => document.querySelectorAll(".file-tree li").length === 201);
      assert.equal((await rows(user)).at(-1), "and 50 more entries");
    },
  },
  {
    name: "an open file keeps the page from changing its directory, and it says so",
    async run(stage) {
      const user = await stage.open();
      await user.run("std.writeFile('/data/f', 'text')");
      await untilRows(user, "f");
      await user.write(`const f = std.open("/data/f", "r"); ${wait}`);
      await user.press("Control+Enter");
      await user.until(() => document.querySelector("#results .card")?.dataset.outcome === "running");
      await user.click("#delete-all");
      await user.until(() => document.querySelector("#files-note").innerText.includes("has a file of /data open"));
      assert.deepEqual(await rows(user), ["f 4 B"]);
      await user.press("Control+.");
    },
  },
  {
    name: "programs of several files are imported",
    async run(stage) {
      const user = await stage.open();
      await user.choose("Import from files");
      const card = await user.run();
      assert.match(card.text, /greeting: "Hello, reader!"/);
      assert.match(card.text, /total: 43\.5/);
      await untilRows(user, "app/");
    },
  },
  {
    name: "without such directories files are in memory, and the page says why",
    async run(stage) {
      const user = await stage.open({ before: "Object.defineProperty(navigator, 'storage', { value: {} })" });
      assert.match((await user.run("std.writeFile('/data/f', 'text'); std.loadFile('/data/f')")).text, /"text"$/);
      assert.match(await user.text("#files-note"), /in memory here.*gets no directory/);
    },
  },
];
