// SPDX-License-Identifier: MIT
// onConsole: levels, arguments, whose output it is, order, limits; and that it never troubles
// the pool.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newWorkerPool, type ConsoleInfo, type ConsoleLevel } from "qjspool";
import { errorOf, modes, valueOf } from "./lib/pools.js";
import { assertSame } from "./lib/same.js";

interface Line {
  level: ConsoleLevel;
  args: unknown[];
  info: ConsoleInfo;
}

for (const mode of modes) {
  const make = async (options = {}) => {
    const lines: Line[] = [];
    const onConsole = (level: ConsoleLevel, args: unknown[], info: ConsoleInfo) =>
      void lines.push({ level, args, info });
    const pool = await newWorkerPool({ poolSize: 1, ...mode.options, onConsole, ...options });
    return { pool, lines };
  };

  test(`${mode.name}: levels and arguments, before the result`, async () => {
    const { pool, lines } = await make();
    const code = `for (const l of ["log", "info", "warn", "error", "debug", "trace"]) console[l](l, 1); 5`;
    assert.deepEqual(await pool.evalCode(code), { value: 5 });
    assert.deepEqual(
      lines.map(({ level, args }) => [level, ...args]),
      ["log", "info", "warn", "error", "debug", "trace"].map((level) => [level, level, 1]),
    );
    pool.dispose();
  });

  test(`${mode.name}: arguments are clones; what has none is described`, async () => {
    const { pool, lines } = await make();
    const code = `const o = { m: new Map([[1, -0]]) }; o.o = o;
      console.log(o, [, 1n], () => 1, Symbol("s")); console.log()`;
    valueOf(await pool.evalCode(code));
    const o: Record<string, unknown> = { m: new Map([[1, -0]]) };
    o["o"] = o;
    const [first, second, ...described] = lines[0]!.args;
    assertSame([first, second], [o, [, 1n]]);
    assert.deepEqual(
      described.map((text) => typeof text),
      ["string", "string"],
    );
    assert.match(String(described[1]), /Symbol\(s\)/);
    assert.deepEqual(lines[1]!.args, []);
    pool.dispose();
  });

  test(`${mode.name}: whose output it is`, async () => {
    const { pool, lines } = await make({ bootstrapCode: "console.log('boot')" });
    const handles = [1, 2, 3].map((n) => pool.submit({ code: `console.log(${n})` }));
    await Promise.all(handles.map((handle) => handle.promise));
    const session = await pool.createSession();
    await session.evalCode("console.log('session')");
    session.release();
    const boot = lines.filter(({ args }) => args[0] === "boot");
    assert.ok(boot.length >= 1 && boot.every(({ info }) => info.taskId === "bootstrap"));
    const seen = lines.filter(({ args }) => args[0] !== "boot");
    assert.deepEqual(
      seen.map(({ args }) => args[0]),
      [1, 2, 3, "session"],
    );
    assert.deepEqual(
      seen.slice(0, 3).map(({ info }) => info.taskId),
      handles.map((h) => h.taskId),
    );
    assert.ok(seen.every(({ info }) => Number.isInteger(info.workerId) && info.workerId >= 1));
    pool.dispose();
  });

  test(`${mode.name}: in order with host calls`, async () => {
    const order: unknown[] = [];
    const pool = await newWorkerPool({
      poolSize: 1,
      ...mode.options,
      onConsole: (_level, args) => void order.push(args[0]),
      hostFunctions: { call: (n: number) => void order.push(n) },
    });
    valueOf(
      await pool.evalCode(
        "console.log(1); await call(2); console.log(3); await call(4); console.log(5)",
      ),
    );
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
    pool.dispose();
  });

  test(`${mode.name}: what a handler throws is nobody's`, async () => {
    let calls = 0;
    const onConsole = () => {
      calls++;
      throw new Error("handler");
    };
    const { pool } = await make({ onConsole });
    assert.deepEqual(await pool.evalCode("console.log(1); console.log(2); 3"), { value: 3 });
    assert.equal(calls, 2);
    pool.dispose();
  });

  test(`${mode.name}: an async handler that rejects is nobody's`, async () => {
    const onConsole = () => Promise.reject(new Error("handler")) as unknown as void;
    const { pool } = await make({ onConsole });
    assert.deepEqual(await pool.evalCode("console.log(1); 3"), { value: 3 });
    pool.dispose();
  });

  test(`${mode.name}: output over the limit is dropped, once said`, async () => {
    const { pool, lines } = await make({ consoleLimitBytes: 100 });
    const flood = "for (let i = 0; i < 50; i++) console.log('0123456789')";
    valueOf(await pool.evalCode(flood));
    assert.ok(lines.length < 12, `${lines.length} lines`);
    assert.equal(lines.at(-1)!.level, "warn");
    assert.match(String(lines.at(-1)!.args[0]), /100 bytes/);
    lines.length = 0;
    valueOf(await pool.evalCode("console.log('next')"));
    assert.deepEqual(
      lines.map(({ args }) => args),
      [["next"]],
    );
    pool.dispose();
  });

  test(`${mode.name}: the default limit, and none kept`, async () => {
    const { pool, lines } = await make();
    valueOf(await pool.evalCode("for (let i = 0; i < 100; i++) console.log('x'.repeat(1000))"));
    assert.ok(lines.length > 60 && lines.length < 70, `${lines.length} lines`);
    pool.dispose();
    const silent = await make({ consoleLimitBytes: 0 });
    valueOf(await silent.pool.evalCode("console.log(1)"));
    assert.deepEqual(silent.lines, []);
    silent.pool.dispose();
  });

  test(`${mode.name}: before an error, a timeout, and in a timer`, async () => {
    const { pool, lines } = await make();
    errorOf(await pool.evalCode("console.log('a'); throw 1"));
    errorOf(await pool.evalCode("console.log('b'); for (;;) {}", { timeout: 50 }), "TimeoutError");
    valueOf(
      await pool.evalCode("await new Promise(r => setTimeout(() => { console.log('c'); r() }, 1))"),
    );
    assert.deepEqual(
      lines.map(({ args }) => args[0]),
      ["a", "b", "c"],
    );
    pool.dispose();
  });

  test(`${mode.name}: a task that was stopped prints no more`, async () => {
    const { pool, lines } = await make();
    const code = "setInterval(() => console.log('tick'), 1); await new Promise(() => {})";
    errorOf(await pool.evalCode(code, { timeout: 30 }), "TimeoutError");
    const { length } = lines;
    valueOf(await pool.evalCode("await new Promise(r => setTimeout(r, 30))"));
    assert.equal(lines.length, length);
    pool.dispose();
  });

  test(`${mode.name}: nobody listens`, async () => {
    const { pool } = await make({ onConsole: undefined });
    assert.deepEqual(await pool.evalCode("console.log({ get a() { throw 1 } }); 5"), { value: 5 });
    pool.dispose();
  });
}
