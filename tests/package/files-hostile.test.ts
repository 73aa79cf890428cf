// SPDX-License-Identifier: MIT
// Guests that mean harm, through the package: what they may take of a mount, of descriptors and of
// memory, and what is left when their task is over. The core's own attacks are tests/js/files/hostile.cases.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memory, newWorkerPool, type QuickJSWorkerPool } from "qjspool";
import { mountKinds } from "./lib/mount-kinds.js";
import { works } from "./lib/mounts.js";
import { errorOf, modes, valueOf, type Mode } from "./lib/pools.js";

const LIMIT = 1 << 20;
const ENTRY = 256;

type Run = (pool: QuickJSWorkerPool, mode: Mode) => Promise<void>;

/** Runs the source in one task; its value. */
async function valueFrom<T>(pool: QuickJSWorkerPool, code: string, timeout = 20_000): Promise<T> {
  return valueOf(await pool.evalCode<T>(code, { timeout }));
}

/** Whether a limit's room is all there: a file of so many bytes fits, and one byte more does not. */
async function checkRoom(pool: QuickJSWorkerPool): Promise<void> {
  const code = `
    const fits = (n) => { const fd = os.open('/data/room', os.O_WRONLY | os.O_CREAT | os.O_TRUNC);
      const bytes = new Uint8Array(n); let done = 0, ret;
      while (done < n && (ret = os.write(fd, bytes.buffer, done, n - done)) > 0) done += ret;
      os.close(fd); return done === n; };
    const all = ${LIMIT - ENTRY};
    const out = [os.readdir('/data')[0].length, fits(all), fits(all + 1)];
    os.remove('/data/room'); out`;
  assert.deepEqual(await valueFrom(pool, code), [2, true, false], "room");
}

for (const mode of modes) {
  for (const kind of mountKinds) {
    if (!works(kind, mode)) continue;
    const run = (name: string, body: Run, options = {}): void => {
      const skip = kind.isSlow === true && name.includes("thousands") && "it takes a file milliseconds here";
      test(name, { timeout: 100_000, skip }, async () => {
        const { mount, remove } = await kind.make(LIMIT);
        const pool = await newWorkerPool({ poolSize: 1, ...mode.options, mounts: { "/data": mount }, ...options });
        try {
          await body(pool, mode);
        } finally {
          await pool.close();
          await remove();
        }
      });
    };

    describe(`${mode.name}, ${kind.name}`, () => {
      run("descriptors end at the limit, and all come back", async (pool) => {
        const bomb = `
          let n = 0; const keep = []; for (;; n++) { const fd = os.open('/data/f', os.O_RDWR | os.O_CREAT); if (fd < 0) { n = [n, fd]; break } }
          [n, std.open('/data/f', 'r'), std.tmpfile(), os.readdir('/data')[1]]`;
        for (let i = 0; i < 3; i++) assert.deepEqual(await valueFrom(pool, bomb), [[128, -24], null, null, 0]);
        await valueFrom(pool, "os.remove('/data/f')");
        await checkRoom(pool);
      });

      run("openFilesLimit", async (pool) => {
        assert.deepEqual(await valueFrom(pool, "[1, 2, 3, 4].map(() => os.open('/data/f', os.O_RDWR | os.O_CREAT))"), [3, 4, 5, -24]);
      }, { openFilesLimit: 3 });

      run("no files may be open at all", async (pool) => {
        assert.deepEqual(await valueFrom(pool, "[os.mkdir('/data/d'), os.open('/data/d/f', os.O_RDWR | os.O_CREAT), os.readdir('/data')[0].length]"), [0, -24, 3]);
      }, { openFilesLimit: 0 });

      run("folders end at the limit, and come back, thousands of them", async (pool) => {
        const bomb = "let n = 0; while (os.mkdir('/data/' + n) === 0) n++; [n, os.mkdir('/data/x'), os.open('/data/f', os.O_WRONLY | os.O_CREAT)]";
        assert.deepEqual(await valueFrom(pool, bomb), [LIMIT / ENTRY, -28, -28]);
        await valueFrom(pool, "for (const name of os.readdir('/data')[0]) if (name[0] !== '.') os.remove('/data/' + name)");
        await checkRoom(pool);
      });

      run("empty files end at the limit, and come back, thousands of them", async (pool) => {
        const bomb = "let n = 0; for (;;) { const fd = os.open('/data/' + n, os.O_WRONLY | os.O_CREAT); if (fd < 0) break; os.close(fd); n++ } n";
        assert.equal(await valueFrom(pool, bomb), LIMIT / ENTRY);
        await valueFrom(pool, "for (const name of os.readdir('/data')[0]) if (name[0] !== '.') os.rename('/data/' + name, '/data/one')");
        assert.equal(await valueFrom(pool, "os.remove('/data/one')"), 0);
        await checkRoom(pool);
      });

      run("files without a name, and removed ones, take their room until they are closed", async (pool) => {
        const code = `
          const files = [], err = {}; let n = 0;
          for (;;) { const f = n % 2 ? std.tmpfile(err) : std.open('/data/f', 'w', err); if (f === null) break; os.remove('/data/f');
            files.push(f); f.puts('x'.repeat(100000)); f.flush(); if (f.error()) break; n++ }
          n`;
        assert.equal(await valueFrom(pool, code), 10);
        await checkRoom(pool);
      });

      run("a petabyte is not there", async (pool) => {
        const code = `
          const fd = os.open('/data/f', os.O_RDWR | os.O_CREAT), b = new Uint8Array(1);
          const far = [2 ** 50, 2 ** 40, 2 ** 32, 2 ** 31, ${LIMIT}].map((at) => [os.seek(fd, at, std.SEEK_SET) === at, os.write(fd, b.buffer, 0, 1)]);
          [far, os.stat('/data/f')[0].size]`;
        assert.deepEqual(await valueFrom(pool, code), [new Array(5).fill([true, -28]), 0]);
        await valueFrom(pool, "os.remove('/data/f')");
        await checkRoom(pool);
      });

      run("an append that is too large writes nothing", async (pool) => {
        const code = `
          std.writeFile('/data/f', 'kept'); const b = new Uint8Array(${LIMIT});
          const fd = os.open('/data/f', os.O_WRONLY | os.O_APPEND);
          [os.write(fd, b.buffer, 0, b.length), std.loadFile('/data/f')]`;
        assert.deepEqual(await valueFrom(pool, code), [-28, "kept"]);
        await valueFrom(pool, "os.remove('/data/f')");
        await checkRoom(pool);
      });

      run("listing thousands of names, more than the guest has memory for", async (pool) => {
        await valueFrom(pool, "let n = 0; const long = 'x'.repeat(200); for (;;) { const fd = os.open('/data/' + long + n, os.O_WRONLY | os.O_CREAT); if (fd < 0) break; os.close(fd); n++ } n");
        const result = await pool.evalCode("const keep = []; for (;;) keep.push(os.readdir('/data'))", { memoryLimitBytes: 4 << 20 });
        errorOf(result, "MemoryLimitError");
        assert.equal(await valueFrom(pool, "os.readdir('/data')[0].length"), LIMIT / ENTRY + 2);
      });

      run("patched prototypes and getters are the guest's own trouble", async (pool) => {
        const code = `
          const calls = [];
          Array.prototype.push = Array.prototype.map = Map.prototype.get = Promise.prototype.then = () => { throw new Error('patched') };
          Object.defineProperty(Object.prototype, 'recursive', { get() { calls[calls.length] = 'recursive'; return true }, configurable: true });
          Object.defineProperty(Object.prototype, 'encoding', { get() { calls[calls.length] = 'encoding'; return 'utf8' }, configurable: true });
          Object.defineProperty(Object.prototype, 'then', { get() { calls[calls.length] = 'then' }, configurable: true });
          const fs = await import('node:fs');
          delete Object.prototype.then;
          fs.mkdirSync('/data/d', {}); fs.writeFileSync('/data/d/f', 'text', {});
          const text = fs.readFileSync('/data/d/f', {});
          fs.rmSync('/data/d', { get recursive() { return fs.existsSync('/data/d') } });
          [text, fs.existsSync('/data/d')]`;
        assert.deepEqual(await valueFrom(pool, code), ["text", false]);
        assert.deepEqual(await valueFrom(pool, "[].map.name + Object.keys({}).length"), "map0");
        await checkRoom(pool);
      });

      run("options whose getters close, remove and throw", async (pool) => {
        const code = `
          const fs = await import('node:fs'), seen = [];
          const note = (what, fn) => { try { seen.push([what, fn()]) } catch (e) { seen.push([what, e.message]) } };
          note('throws', () => fs.writeFileSync('/data/f', 'x', { get encoding() { throw new RangeError('mine') } }));
          note('removes', () => { fs.writeFileSync('/data/f', 'x'); return fs.readFileSync('/data/f', { get encoding() { fs.unlinkSync('/data/f'); return 'utf8' } }) });
          note('makes', () => fs.mkdirSync('/data/d', { get recursive() { fs.mkdirSync('/data/d'); return false } }));
          note('is a proxy', () => fs.readdirSync('/data', new Proxy({}, { get() { fs.rmdirSync('/data/d'); } })));
          for (let fd = 3; fd < 20; fd++) os.close(fd);
          seen`;
        const seen = await valueFrom<[string, unknown][]>(pool, code);
        assert.deepEqual(seen[0], ["throws", "mine"]);
        assert.equal(seen.length, 4);
        assert.match(String(seen[1]![1]), /ENOENT|^x$/);
        assert.match(String(seen[2]![1]), /EEXIST/);
        await valueFrom(pool, "for (const n of os.readdir('/data')[0]) if (n[0] !== '.') os.remove('/data/' + n)");
        await checkRoom(pool);
      });

      run("a task's files are closed at its end, however it ends", async (pool, { canBlock }) => {
        const open = "const keep = globalThis.keep = []; for (let i = 0; i < 100; i++) { const f = std.open('/data/f' + i, 'w'); f.puts('text'); keep.push(f) }";
        await valueFrom(pool, `${open} 0`);
        assert.equal(await valueFrom(pool, "std.loadFile('/data/f99')"), "text");
        errorOf(await pool.evalCode(`${open} throw new Error('mine')`), "Error");
        errorOf(await pool.evalCode(`${open} null.x`), "TypeError");
        errorOf(await pool.evalCode(`${open} for (;;);`, { timeout: 50 }), "TimeoutError");
        errorOf(await pool.evalCode(`${open} const hog = []; for (;;) hog.push(new Uint8Array(1 << 20))`, { memoryLimitBytes: 8 << 20 }), "MemoryLimitError");
        errorOf(await pool.evalCode(`${open} await new Promise(() => {})`), canBlock ? undefined : undefined);
        assert.equal(await valueFrom(pool, `${open} keep.length + keep[99].fileno()`), 100 + 3 + 99);
        await valueFrom(pool, "for (const n of os.readdir('/data')[0]) if (n[0] !== '.') os.remove('/data/' + n)");
        await checkRoom(pool);
      });

      run("a session's files stay, are flushed after each task, and end with it", async (pool) => {
        const session = await pool.createSession();
        valueOf(await session.evalCode("globalThis.f = std.open('/data/f', 'w'); f.puts('one '); 0"));
        assert.equal(valueOf(await session.evalCode("f.puts('two'); std.loadFile('/data/f')")), "one ");
        assert.equal(valueOf(await session.evalCode("os.remove('/data/f'); f.fileno()")), 3);
        errorOf(await session.evalCode("f.puts('lost'); for (;;);", { timeout: 50 }), "TimeoutError");
        session.release();
        await checkRoom(pool);
      });
    });
  }
}

test("limits of two mounts are their own", async () => {
  const mounts = { "/a": memory({ limitBytes: 1000 }), "/b": memory({ limitBytes: 2000 }) };
  const pool = await newWorkerPool({ poolSize: 1, mounts });
  const code = "const fill = (p) => { let n = 0; while (os.mkdir(p + '/' + n) === 0) n++; return n }; [fill('/a'), fill('/b')]";
  assert.deepEqual(await valueFrom(pool, code), [3, 7]);
  await pool.close();
});
