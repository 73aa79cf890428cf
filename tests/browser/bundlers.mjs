// SPDX-License-Identifier: MIT
// Projects as a newcomer makes them: the packed tarball installed, the first example of the
// package's README, each bundler without configuration, and none. The page must show the result,
// from workers, and print nothing of its own.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageFolder, root } from "../package/run/places.mjs";
import { execute } from "../package/run/runtimes.mjs";
import { launchBrowser, openPage } from "./lib/browsers.mjs";
import { strictPolicy, withPolicy } from "./lib/policies.mjs";
import { isolationHeaders, openSite } from "./lib/site.mjs";
import { build, serve, tools } from "./lib/tools.mjs";
import { until } from "./lib/until.mjs";

const fromHere = createRequire(import.meta.url);

/** What development servers say in the page's console. */
const chatter = /^(debug: \[vite\] connect|info: \[webpack-dev-server\] Server started|log: \[HMR\] Waiting)/;

function readFirstExample() {
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8");
  const example = /^```js\n(.*?)^```/ms.exec(readme)?.[1];
  assert.ok(example?.includes('from "qjspool"'), "the README has an example");
  return example;
}

const show = `
const { isMultiThreaded } = pool;
document.querySelector("output").textContent = JSON.stringify({ value, error, isMultiThreaded });
`;

/** vite 6 builds for browsers that have no top-level await. */
function inFunction(program) {
  const [, imports, rest] = /^((?:import [^\n]*\n)*)(.*)$/s.exec(program);
  return `${imports}async function main() {${rest}}\nmain();\n`;
}

/** A program with the worker and the Wasm as files of the site; `imports` declares both addresses. */
function withOwnFiles(imports) {
  return `import { newWorkerPool } from "qjspool";
${imports}
const pool = await newWorkerPool({ workerUrl, wasmLocation });
const { value, error } = await pool.evalCode("6 * 7");
await pool.close();
${show}`;
}

const newUrls = `const workerUrl = new URL("qjspool/worker", import.meta.url);
const wasmLocation = new URL("qjspool/isolate.wasm", import.meta.url);`;
const urlImports = `import workerUrl from "qjspool/worker?url";
import wasmLocation from "qjspool/isolate.wasm?url";`;
const copies = `const workerUrl = new URL("worker.js", import.meta.url);
const wasmLocation = new URL("isolate.wasm", import.meta.url);`;

function htmlWith(script, head = "") {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><link rel="icon" href="/favicon.ico"><title>qjspool</title>${head}</head>
<body><output></output><script type="module" src="${script}"></script></body>
</html>
`;
}

/** What the page shows, once it shows something. */
async function readPage(browser, url) {
  const { page, lines } = await openPage(browser);
  try {
    await page.goto(url);
    const read = () => page.evaluate("document.querySelector('output')?.textContent");
    const text = await until(read, () => `nothing is shown at ${url}:\n${lines.join("\n")}`);
    return { ...JSON.parse(text), lines: lines.filter((line) => !chatter.test(line)) };
  } finally {
    await page.close();
  }
}

async function checkExample(browser, url) {
  const { value, error, isMultiThreaded, lines } = await readPage(browser, url);
  assert.deepEqual(
    { value, error, isMultiThreaded },
    { value: [1, 4, 9], error: undefined, isMultiThreaded: true },
  );
  assert.equal(lines.length, 1, `only what the example prints: ${lines.join("\n")}`);
  assert.match(lines[0], /^log: /);
}

async function checkOwnFiles(browser, url) {
  const { value, isMultiThreaded, lines } = await readPage(browser, url);
  assert.deepEqual({ value, isMultiThreaded, lines }, { value: 42, isMultiThreaded: true, lines: [] });
}

class Workshop {
  constructor(out) {
    this.out = out;
    this.browsers = new Map();
  }

  browser(name) {
    if (!this.browsers.has(name)) this.browsers.set(name, launchBrowser(name));
    return this.browsers.get(name);
  }

  /** An empty folder with the package installed, and these files. */
  newProject(name, files) {
    const project = join(this.out, "projects", name);
    rmSync(project, { recursive: true, force: true });
    const installed = join(this.out, "project/node_modules/qjspool");
    cpSync(installed, join(project, "node_modules/qjspool"), { recursive: true });
    for (const [path, text] of Object.entries({ "package.json": '{ "private": true }\n', ...files })) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    return project;
  }

  /** A project of a tool: its page, and a program. */
  newToolProject(name, tool, program, { main = tool.main, script = tool.script } = {}) {
    return this.newProject(name, { [tool.html]: htmlWith(script), [tool.icon]: "", [main]: program });
  }

  async inDevelopment(tool, project, base, browserName, check) {
    const server = await serve(tool, project, base);
    try {
      await check(await this.browser(browserName), server.url);
    } finally {
      await server.close();
    }
  }

  /** The folders of `dist` in a project, as a site. */
  async onSite(dist, project, base, headers, browserName, check) {
    const folders = dist.map((folder) => [base, join(project, folder)]);
    const site = await openSite({ folders, headers });
    try {
      await check(await this.browser(browserName), `${site.url}${base.slice(1)}`);
      assert.deepEqual(site.reports, [], "violations of the policy");
    } finally {
      site.close();
    }
  }
}

/** The first example of the README, on a development server and built. */
function exampleChecks(shop, name, program, browserName, options) {
  const tool = tools[name];
  const label = [name, options?.main, browserName === "chromium" ? undefined : browserName]
    .filter(Boolean)
    .join(", ");
  const newProject = () => shop.newToolProject(label.replaceAll(", ", "-"), tool, program, options);
  return [
    {
      name: `${label}: the README's example, development`,
      async fn() {
        const project = newProject();
        await shop.inDevelopment(tool, project, "/", browserName, checkExample);
        if (!name.startsWith("vite")) return;
        assert.ok(
          existsSync(join(project, "node_modules/.vite/deps/qjspool.js")),
          "the package is bundled before",
        );
      },
    },
    {
      name: `${label}: the README's example, built`,
      async fn() {
        const project = newProject();
        await build(tool, project, "/");
        await shop.onSite(tool.dist, project, "/", {}, browserName, checkExample);
      },
    },
  ];
}

/** What the package imports only where a host has no JSPI; it is left out of the main bundle or in it. */
function asyncifiedChecks(shop, name) {
  const tool = tools[name];
  const program = `import { getAsyncifiedWasm } from "qjspool";
const value = WebAssembly.Module.exports(await getAsyncifiedWasm()).some(({ name }) => name === "asyncify_start_unwind") ? 42 : 0;
document.querySelector("output").textContent = JSON.stringify({ value, isMultiThreaded: true });
`;
  const newProject = () => shop.newToolProject(`${name}-asyncified`, tool, name === "vite6" ? inFunction(program) : program);
  return [
    { name: `${name}: asyncified, development`, fn: () => shop.inDevelopment(tool, newProject(), "/", "chromium", checkOwnFiles) },
    {
      name: `${name}: asyncified, built`,
      async fn() {
        const project = newProject();
        await build(tool, project, "/");
        await shop.onSite(tool.dist, project, "/", {}, "chromium", checkOwnFiles);
      },
    },
  ];
}

/** Worker and Wasm as files, by each way in which the tool can do it; the site lies in a folder. */
function ownFilesChecks(shop, name, ways, base) {
  const tool = tools[name];
  const headers = { ...isolationHeaders, ...withPolicy(strictPolicy) };
  return Object.entries(ways).flatMap(([way, imports]) => {
    const program = withOwnFiles(imports);
    const newProject = () => {
      const project = shop.newToolProject(
        `${name}-files`,
        tool,
        name === "vite6" ? inFunction(program) : program,
      );
      if (imports !== copies) return project;
      for (const file of ["worker.js", "isolate.wasm"]) {
        cpSync(join(project, "node_modules/qjspool/dist", file), join(project, tool.dist[0], file));
      }
      return project;
    };
    return [
      {
        name: `${name}: ${way}, development`,
        fn: () => shop.inDevelopment(tool, newProject(), base, "chromium", checkOwnFiles),
      },
      {
        name: `${name}: ${way}, built, under a strict policy`,
        async fn() {
          const project = newProject();
          await build(tool, project, base);
          await shop.onSite(tool.dist, project, base, headers, "chromium", checkOwnFiles);
        },
      },
    ];
  });
}

/** A page that needs the headers of docs/browser.md, with the configuration that is given there. */
function headerChecks(shop, name, configName) {
  const tool = tools[name];
  const program = `import { newWorkerPool } from "qjspool";
const pool = await newWorkerPool({ syncHostFunctions: { twice: (n) => n * 2 } });
const { value, error } = await pool.evalCode("twice(21)");
await pool.close();
${show}`;
  return [
    {
      name: `${name}: the headers of docs/browser.md, development`,
      async fn() {
        const docs = readFileSync(join(root, "docs/browser.md"), "utf8");
        const [, config] = docs
          .split(/^```/m)
          .find((block) => block.includes(`// ${configName}`))
          .split(/^js\n/);
        const project = shop.newToolProject(`${name}-headers`, tool, program);
        writeFileSync(join(project, configName), config);
        await shop.inDevelopment(tool, project, "/", "chromium", checkOwnFiles);
      },
    },
  ];
}

/** The package straight from its folder, found by an import map. */
function bareChecks(shop) {
  const imports = JSON.stringify({ imports: { qjspool: "/node_modules/qjspool/dist/browser.js" } });
  const html = htmlWith("/main.js", `<script type="importmap">${imports}</script>`);
  return ["chromium", "firefox"].map((browserName) => ({
    name: `no bundler, ${browserName}: the README's example`,
    async fn() {
      const project = shop.newProject(`none-${browserName}`, {
        "index.html": html,
        "main.js": readFirstExample() + show,
      });
      await shop.onSite(["."], project, "/", {}, browserName, checkExample);
    },
  }));
}

/** The types of the example, as a new TypeScript project of vite has its compiler set up. */
async function checkTypes(shop) {
  const project = shop.newProject("types", {
    "main.ts": `${urlImports}\n${readFirstExample()}export const files: string[] = [workerUrl, wasmLocation];\n`,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        target: "es2023",
        module: "esnext",
        lib: ["ES2023", "DOM"],
        types: [join(dirname(fromHere.resolve("vite8/package.json")), "client")],
        strict: true,
        moduleResolution: "bundler",
        verbatimModuleSyntax: true,
        moduleDetection: "force",
        noEmit: true,
      },
      files: ["main.ts"],
    }),
  });
  const compiler = fromHere.resolve("typescript/bin/tsc");
  const result = await execute(process.execPath, [compiler, "-p", project], {
    cwd: project,
    env: process.env,
  });
  assert.equal(result.code, 0, result.output);
}

/** Groups of checks, `{ name, fn }`: those of a group run one after the other. */
export function openPart({ out }) {
  const shop = new Workshop(out);
  const program = readFirstExample() + show;
  const typed = program
    .replace("const pool", "const pool: QuickJSWorkerPool")
    .replace("import { ", "import { type QuickJSWorkerPool, ");
  const viteWays = { "new URL": newUrls, "?url": urlImports };
  // the slowest first
  const groups = [
    [
      ...exampleChecks(shop, "webpack", program, "chromium"),
      ...ownFilesChecks(shop, "webpack", { "new URL": newUrls }, "/"),
      ...headerChecks(shop, "webpack", "webpack.config.cjs"),
      ...asyncifiedChecks(shop, "webpack"),
    ],
    [
      ...exampleChecks(shop, "vite8", program, "chromium"),
      ...exampleChecks(shop, "vite8", program, "firefox"),
      ...exampleChecks(shop, "vite8", typed, "chromium", { main: "main.ts", script: "/main.ts" }),
      ...ownFilesChecks(shop, "vite8", viteWays, "/sub/"),
      ...headerChecks(shop, "vite8", "vite.config.js"),
      ...asyncifiedChecks(shop, "vite8"),
      { name: "vite8: the types of the example", fn: () => checkTypes(shop) },
    ],
    [
      ...exampleChecks(shop, "vite7", program, "chromium"),
      ...ownFilesChecks(shop, "vite7", viteWays, "/sub/"),
      ...asyncifiedChecks(shop, "vite7"),
    ],
    [
      ...exampleChecks(shop, "vite6", inFunction(program), "chromium"),
      ...ownFilesChecks(shop, "vite6", viteWays, "/sub/"),
      ...asyncifiedChecks(shop, "vite6"),
    ],
    [
      ...exampleChecks(shop, "esbuild", program, "chromium"),
      ...ownFilesChecks(shop, "esbuild", { "copied files": copies }, "/"),
      ...asyncifiedChecks(shop, "esbuild"),
    ],
    bareChecks(shop),
  ];
  const close = async () => {
    for (const browser of shop.browsers.values()) await (await browser).close();
  };
  return { groups, close };
}
