// SPDX-License-Identifier: MIT
// What guests do with real packages: a module each, whose exports must be these. ESM and CommonJS, by
// import and by require; no native code.

export const programs = [
  {
    name: "lodash-es",
    code: `import { chunk, groupBy, sortBy, template } from "lodash-es"; import debounce from "lodash-es/debounce.js";
      export const chunks = chunk([1, 2, 3, 4, 5], 2), groups = groupBy([6.1, 4.2, 6.3], Math.floor);
      export const sorted = sortBy([{ n: 2 }, { n: 1 }], "n"), text = template("hello <%= user %>!")({ user: "fred" }), type = typeof debounce;`,
    want: { chunks: [[1, 2], [3, 4], [5]], groups: { 4: [4.2], 6: [6.1, 6.3] }, sorted: [{ n: 1 }, { n: 2 }], text: "hello fred!", type: "function" },
  },
  {
    name: "lodash (CommonJS, imported)",
    code: `import _ from "lodash"; import merge from "lodash/merge.js";
      export const camel = _.camelCase("foo bar_baz"), merged = merge({ a: [{ b: 2 }] }, { a: [{ c: 3 }] }), deep = _.get({ a: [{ b: 1 }] }, "a[0].b");`,
    want: { camel: "fooBarBaz", merged: { a: [{ b: 2, c: 3 }] }, deep: 1 },
  },
  {
    name: "semver (CommonJS, required)",
    code: `import { createRequire } from "module"; const semver = createRequire("/app/x.js")("semver");
      export const ok = semver.satisfies("1.2.3", "1.x || >=2.5.0"), next = semver.inc("1.2.3", "minor"), sorted = semver.sort(["1.10.0", "1.9.0", "1.9.0-beta"]);`,
    want: { ok: true, next: "1.3.0", sorted: ["1.9.0-beta", "1.9.0", "1.10.0"] },
  },
  {
    name: "ms (CommonJS)",
    code: `import ms from "ms"; export const day = ms("2 days"), text = ms(60000, { long: true });`,
    want: { day: 172800000, text: "1 minute" },
  },
  {
    name: "zod",
    code: `import { z } from "zod"; const User = z.object({ name: z.string().min(2), age: z.coerce.number().int() });
      export const good = User.parse({ name: "Ann", age: "41" }), bad = User.safeParse({ name: "A", age: 1.5 }).error.issues.map((i) => i.path.join("."));`,
    want: { good: { name: "Ann", age: 41 }, bad: ["name", "age"] },
  },
  {
    name: "date-fns",
    code: `import { addMonths, differenceInCalendarDays, format } from "date-fns"; const d = new Date(Date.UTC(2024, 0, 31, 12));
      export const next = addMonths(d, 1).toISOString(), days = differenceInCalendarDays(new Date(2024, 2, 1), new Date(2024, 1, 1)), text = format(new Date(2024, 4, 6), "yyyy-MM-dd EEEE");`,
    want: { next: "2024-02-29T12:00:00.000Z", days: 29, text: "2024-05-06 Monday" },
  },
  {
    name: "marked",
    code: `import { marked } from "marked"; export const html = marked.parse("# Title\\n\\n* one\\n* **two**\\n");`,
    want: { html: "<h1>Title</h1>\n<ul>\n<li>one</li>\n<li><strong>two</strong></li>\n</ul>\n" },
  },
  {
    name: "acorn",
    code: `import { parse } from "acorn"; const tree = parse("const f = async (x) => x?.y ?? 1", { ecmaVersion: 2022 });
      export const type = tree.body[0].declarations[0].init.type, isAsync = tree.body[0].declarations[0].init.async;
      let place; try { parse("1 +") } catch (e) { place = e.message } export { place };`,
    want: { type: "ArrowFunctionExpression", isAsync: true, place: "Unexpected token (1:3)" },
  },
  {
    name: "yaml",
    code: `import YAML from "yaml"; export const value = YAML.parse("a: [1, two]\\nb: &x {c: true}\\nd: *x"), text = YAML.stringify({ list: [1, { k: "v" }] });`,
    want: { value: { a: [1, "two"], b: { c: true }, d: { c: true } }, text: "list:\n  - 1\n  - k: v\n" },
  },
  {
    name: "immer",
    // it reads process.env, which guests have not unless they are given one
    code: `globalThis.process = { env: { NODE_ENV: "production" } }; const { produce } = await import("immer"); const a = { list: [{ done: false }], other: {} };
      const b = produce(a, (draft) => { draft.list[0].done = true; draft.list.push({ done: false }) });
      export const list = b.list, kept = a.list[0].done, shared = a.other === b.other, frozen = Object.isFrozen(b);`,
    want: { list: [{ done: true }, { done: false }], kept: false, shared: true, frozen: true },
  },
  {
    name: "uuid",
    code: `import { v4, v5, validate } from "uuid"; export const five = v5("hello", v5.URL), four = validate(v4());`,
    want: { five: "074171de-bc84-5ea4-b636-1135477620e1", four: true },
  },
  {
    name: "fflate",
    code: `import { strFromU8, strToU8, unzlibSync, zlibSync } from "fflate"; const packed = zlibSync(strToU8("hello ".repeat(1000)), { level: 9 });
      export const small = packed.length < 100, text = strFromU8(unzlibSync(packed)).length;`,
    want: { small: true, text: 6000 },
  },
];
