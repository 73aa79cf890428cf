// SPDX-License-Identifier: MIT
// Builds dist/ from src/ and the Wasm files: for Node and for browsers the worker and the entry,
// the types. Knows nothing of C: scripts/build-wasm makes the Wasm, this only packs it.
//
//   node build.mjs              everything, types checked; fails above the size budget
//   node build.mjs --no-types   only the JavaScript
//   node build.mjs --check      only the type check; needs no Wasm
//   node build.mjs --stub       only src/generated/, empty if it is not there: for unit tests
//   --wasm DIR                  where the Wasm files are (../../build/wasm)
import { execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

/** Bytes of an entry, minified and gzipped, that nothing may exceed. */
const entryBudget = 460 * 1000;
/** The same of what is loaded where an instance must suspend itself. */
const asyncifiedBudget = 420 * 1000;

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const generated = join(here, "src/generated");
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const banner = `/*! qjspool ${version} | MIT | with QuickJS-NG, see THIRD-PARTY.txt */`;

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  legalComments: "none",
  charset: "utf8",
  banner: { js: banner },
  sourcemap: "linked",
  logLevel: "warning",
  write: false,
};

/**
 * Which file is the worker's script, and how each platform's code is made. A worker is CommonJS
 * for Node, since that is what `new Worker(source, { eval: true })` takes in every runtime, and a
 * script that leaves no names behind for browsers.
 */
const platforms = {
  node: {
    options: { platform: "node", target: ["node20", "es2022"], conditions: ["node"], external: ["node:*", "quickjs-emscripten-core"] },
    worker: { source: "src/runtime/node-worker.ts", format: "cjs", outfile: "dist/worker.cjs" },
  },
  browser: {
    options: {
      platform: "browser",
      target: ["es2022"],
      conditions: ["browser"],
      external: ["quickjs-emscripten-core"],
    },
    worker: { source: "src/runtime/browser-worker.ts", format: "iife", outfile: "dist/worker.js" },
  },
};

/** A raw deflate stream (RFC 1951), a twentieth smaller than zlib makes it. */
async function deflate(path) {
  try {
    const options = { encoding: "buffer", maxBuffer: 1 << 28 };
    return (await promisify(execFile)("zopfli", ["--deflate", "-c", path], options)).stdout;
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    throw new Error("zopfli is missing: run scripts/setup.sh --wasm, or install it", { cause: error });
  }
}

async function readWasm(dir) {
  const read = async (name) => {
    const path = join(dir, name);
    if (!existsSync(path)) {
      throw new Error(`${path} is missing: run scripts/build-wasm first, or name its folder by --wasm`);
    }
    const raw = readFileSync(path);
    const packed = await deflate(path);
    return {
      name,
      bytes: raw,
      raw: raw.length,
      packed: packed.length,
      base64: packed.toString("base64"),
    };
  };
  const names = ["isolate", "isolate-async", "sched", "files"];
  const [isolate, asyncified, sched, files] = await Promise.all(names.map((name) => read(`${name}.wasm`)));
  return { isolate, asyncified, sched, files };
}

/** Bundles a platform's worker, and makes it a module of its main side. Returns the code. */
async function bundleWorker(name) {
  const { options, worker } = platforms[name];
  const { source, format, outfile } = worker;
  const result = await esbuild.build({
    ...shared,
    ...options,
    entryPoints: [source],
    outfile,
    format,
    metafile: true,
  });
  if (Object.keys(result.metafile.inputs).some((path) => path.includes("generated/"))) {
    throw new Error(`${source} imports what is embedded, which would embed it twice`);
  }
  writeOutputs(result.outputFiles);
  const code = result.outputFiles
    .find((file) => !file.path.endsWith(".map"))
    .text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  writeGenerated(`${name}-worker-source.ts`, { workerSource: code });
  return code;
}

/** Writes a module of strings, if it changed: whoever watches it is not woken for nothing. */
function writeGenerated(file, strings) {
  const lines = Object.entries(strings).map(
    ([name, value]) => `export const ${name}: string = ${JSON.stringify(value)};\n`,
  );
  const text = ["// SPDX-License-Identifier: MIT\n// Written by build.mjs.\n", ...lines].join("");
  const path = join(generated, file);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  mkdirSync(generated, { recursive: true });
  writeFileSync(path, text);
}

/** Empty strings where nothing was embedded yet: enough for types and unit tests. */
function writeStubs() {
  const stubs = {
    "wasm.ts": { filesWasm: "", isolateWasm: "", schedWasm: "" },
    "asyncified.ts": { asyncifiedWasm: "" },
  };
  for (const name of Object.keys(platforms)) stubs[`${name}-worker-source.ts`] = { workerSource: "" };
  for (const [file, strings] of Object.entries(stubs)) {
    if (!existsSync(join(generated, file))) writeGenerated(file, strings);
  }
}

/** The main entry is not bundled again into another one: the engine is in the package once. */
const besideMain = (main) => ({
  name: "beside-main",
  setup(build) {
    build.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: `./${main}`, external: true }));
  },
});

/** What few hosts need stays a file of its own, which the entries import when they come to need it. */
const besideEntry = {
  name: "beside-entry",
  setup(build) {
    build.onResolve({ filter: /\/generated\/asyncified\.js$/ }, () => ({ path: "./asyncified.js", external: true }));
  },
};

/** `main`: the file of the main entry, for those that stand beside it. */
async function bundleEntry(name, format, outfile, source = "src/index.ts", main) {
  const { options } = platforms[name];
  const plugins = main === undefined ? [besideEntry] : [besideMain(main)];
  const entryPoints = [source];
  const result = await esbuild.build({ ...shared, ...options, entryPoints, outfile, format, plugins });
  writeOutputs(result.outputFiles);
  return result.outputFiles.find((file) => !file.path.endsWith(".map")).contents;
}

function writeOutputs(files) {
  for (const file of files) {
    mkdirSync(dirname(file.path), { recursive: true });
    const isMap = file.path.endsWith(".map");
    writeFileSync(file.path, isMap ? withoutEmbedded(file.text) : file.contents);
  }
}

/** A source map whose generated source, most of its size, is left out. */
function withoutEmbedded(text) {
  const map = JSON.parse(text);
  map.sourcesContent = map.sourcesContent.map((content, i) =>
    map.sources[i].includes("generated/") ? null : content,
  );
  return JSON.stringify(map);
}

/** Public types, a file for each entry and kind of module. */
async function bundleTypes(source, name, mayImport) {
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const bundle = await rollup({
    input: join(here, source),
    external: mayImport,
    plugins: [dts({ tsconfig: join(here, "tsconfig.json") })],
    onwarn: (warning) => {
      throw new Error(`types: ${warning.message}`);
    },
  });
  const { output } = await bundle.generate({ format: "es" });
  await bundle.close();
  // the types of `using`, for users whose own library has none
  const head = '// SPDX-License-Identifier: MIT\n/// <reference lib="esnext.disposable" />\n';
  const code = head + output[0].code;
  const imported = [...code.matchAll(/^import .* from '(.*)';$/gm)].map((match) => match[1]);
  const strange = imported.filter((from) => !mayImport.includes(from));
  if (output.length !== 1 || strange.length > 0) throw new Error(`types: ${name} imports ${strange}`);
  writeFileSync(join(dist, `${name}.d.ts`), code);
  writeFileSync(join(dist, `${name}.d.cts`), code);
}

function checkTypes() {
  const tsc = join(here, "node_modules/typescript/bin/tsc");
  const child = spawn(process.execPath, [tsc, "-p", here], { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error("the type check failed"))));
  });
}

/** `wasm`: as readWasm gives it; the others: `[name, code]`. */
function printSizes(wasm, workers, entries) {
  const zipped = (data) => gzipSync(data, { level: 9 }).length;
  const sizes = ([name, data]) => [name, Buffer.byteLength(data), zipped(data)];
  const rows = [
    ["", "bytes", "packed"],
    ...Object.values(wasm).map(({ name, raw, packed }) => [name, raw, packed]),
    ...workers.map(sizes),
    ...entries.map(sizes),
  ];
  for (const [name, ...columns] of rows) {
    console.log(name.padEnd(20) + columns.map((size) => String(size).padStart(10)).join(""));
  }
  const largest = Math.max(...rows.slice(-entries.length).map((row) => row[2]));
  console.log(`budget of an entry: ${largest} of ${entryBudget}`);
  const [, , once] = rows.find(([name]) => name === "asyncified.js");
  console.log(`budget of asyncified.js: ${once} of ${asyncifiedBudget}`);
  if (once > asyncifiedBudget) throw new Error("asyncified.js is above its budget");
  if (largest > entryBudget) throw new Error("an entry is above its budget");
}

async function build(options) {
  const wasm = await readWasm(resolve(here, options.wasm));
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  // deflate-raw, then base64
  writeGenerated("wasm.ts", {
    filesWasm: wasm.files.base64,
    isolateWasm: wasm.isolate.base64,
    schedWasm: wasm.sched.base64,
  });
  writeGenerated("asyncified.ts", { asyncifiedWasm: wasm.asyncified.base64 });
  const asyncified = `${banner}\nexport const asyncifiedWasm = ${JSON.stringify(wasm.asyncified.base64)};\n`;
  writeFileSync(join(dist, "asyncified.js"), asyncified);
  const workers = await Promise.all(
    Object.entries(platforms).map(async ([name, { worker }]) => [
      basename(worker.outfile),
      await bundleWorker(name),
    ]),
  );
  for (const { name, bytes } of [wasm.isolate, wasm.sched, wasm.files]) writeFileSync(join(dist, name), bytes);
  copyFileSync(join(here, "THIRD-PARTY.txt"), join(dist, "THIRD-PARTY.txt"));
  const types = options["no-types"]
    ? []
    : [
        checkTypes(),
        bundleTypes("src/index.ts", "index", ["quickjs-emscripten-core"]),
        bundleTypes("src/variant/index.ts", "variant", ["quickjs-emscripten-core"]),
      ];
  const entries = [
    ["node", "esm", "index.js"],
    ["node", "cjs", "index.cjs"],
    ["browser", "esm", "browser.js"],
  ];
  const variants = [
    ["node", "esm", "variant.js", "index.js"],
    ["node", "cjs", "variant.cjs", "index.cjs"],
    ["browser", "esm", "variant.browser.js", "browser.js"],
  ];
  const [codes] = await Promise.all([
    Promise.all(entries.map(([name, format, file]) => bundleEntry(name, format, `dist/${file}`))),
    ...variants.map(([name, format, file, main]) =>
      bundleEntry(name, format, `dist/${file}`, "src/variant/index.ts", main),
    ),
    ...types,
  ]);
  printSizes(wasm, [...workers, ["asyncified.js", asyncified]], entries.map(([, , file], i) => [file, codes[i]]));
}

const { values } = parseArgs({
  options: {
    wasm: { type: "string", default: "../../build/wasm" },
    "no-types": { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    stub: { type: "boolean", default: false },
  },
});
try {
  if (values.check || values.stub) writeStubs();
  if (values.check) await checkTypes();
  else if (!values.stub) await build(values);
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
