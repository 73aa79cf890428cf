// SPDX-License-Identifier: MIT
// Builds dist/ from src/ and the Wasm files: the worker, both entries, the types. Knows nothing
// of C: scripts/build-wasm makes the Wasm, this only packs it.
//
//   node build.mjs              everything, types checked; fails above the size budget
//   node build.mjs --no-types   only the JavaScript
//   node build.mjs --check      only the type check; needs no Wasm
//   node build.mjs --stub       only src/generated/, empty if it is not there: for unit tests
//   --wasm DIR                  where isolate.wasm and sched.wasm are (../../build/wasm)
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deflateRawSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

/** Bytes of the default entry, minified and gzipped, that nothing may exceed. */
const entryBudget = 420 * 1000;

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const embeddedFile = join(here, "src/generated/embedded.ts");
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const banner = `/*! qjspool ${version} | MIT | with QuickJS-NG, see THIRD-PARTY.txt */`;

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  platform: "node",
  target: ["node20", "es2022"],
  conditions: ["node"],
  external: ["node:*"],
  legalComments: "none",
  charset: "utf8",
  banner: { js: banner },
  sourcemap: "linked",
  logLevel: "warning",
  write: false,
};

function readWasm(dir) {
  const read = (name) => {
    const path = join(dir, name);
    if (!existsSync(path)) {
      throw new Error(`${path} is missing: run scripts/build-wasm first, or name its folder by --wasm`);
    }
    const raw = readFileSync(path);
    const packed = deflateRawSync(raw, { level: 9, memLevel: 9 });
    return {
      name,
      bytes: raw,
      raw: raw.length,
      packed: packed.length,
      base64: packed.toString("base64"),
    };
  };
  return { isolate: read("isolate.wasm"), sched: read("sched.wasm") };
}

/**
 * The worker is CommonJS: that is what `new Worker(source, { eval: true })` takes everywhere, and
 * as a .cjs file it runs in every runtime too.
 */
async function bundleWorker() {
  const result = await esbuild.build({
    ...shared,
    entryPoints: ["src/runtime/node-worker.ts"],
    outfile: "dist/worker.cjs",
    format: "cjs",
    metafile: true,
  });
  if (Object.keys(result.metafile.inputs).some((path) => path.endsWith("generated/embedded.ts"))) {
    throw new Error("the worker imports embedded.ts, which would embed everything twice");
  }
  writeOutputs(result.outputFiles);
  const code = result.outputFiles.find((file) => file.path.endsWith(".cjs")).text;
  return code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

/** Writes embedded.ts, if it changed: whoever watches it is not woken for nothing. */
function writeEmbedded(isolateWasm, schedWasm, workerSource) {
  const text = [
    "// SPDX-License-Identifier: MIT",
    "// Written by build.mjs. The Wasm is deflate-raw, then base64; the worker is CommonJS.",
    `export const isolateWasm: string = ${JSON.stringify(isolateWasm)};`,
    `export const schedWasm: string = ${JSON.stringify(schedWasm)};`,
    `export const workerSource: string = ${JSON.stringify(workerSource)};`,
    "",
  ].join("\n");
  if (existsSync(embeddedFile) && readFileSync(embeddedFile, "utf8") === text) return;
  mkdirSync(dirname(embeddedFile), { recursive: true });
  writeFileSync(embeddedFile, text);
}

async function bundleEntry(format, outfile) {
  const result = await esbuild.build({ ...shared, entryPoints: ["src/index.ts"], outfile, format });
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
    map.sources[i].endsWith("generated/embedded.ts") ? null : content,
  );
  return JSON.stringify(map);
}

/** One self-contained file of public types, for both kinds of module. */
async function bundleTypes() {
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const bundle = await rollup({
    input: join(here, "src/index.ts"),
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
  if (output.length !== 1 || /^import /m.test(code)) throw new Error("types: not self-contained");
  writeFileSync(join(dist, "index.d.ts"), code);
  writeFileSync(join(dist, "index.d.cts"), code);
}

function checkTypes() {
  const tsc = join(here, "node_modules/typescript/bin/tsc");
  const child = spawn(process.execPath, [tsc, "-p", here], { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error("the type check failed"))));
  });
}

function printSizes(wasm, worker, entries) {
  const rows = [["", "bytes", "packed"]];
  const zipped = (data) => gzipSync(data, { level: 9 }).length;
  for (const { name, raw, packed } of [wasm.isolate, wasm.sched]) rows.push([name, raw, packed]);
  rows.push(["worker.cjs", Buffer.byteLength(worker), zipped(worker)]);
  for (const [name, data] of entries) rows.push([name, data.length, zipped(data)]);
  for (const [name, ...sizes] of rows) {
    console.log(name.padEnd(14) + sizes.map((size) => String(size).padStart(10)).join(""));
  }
  const largest = Math.max(...rows.slice(-entries.length).map((row) => row[2]));
  console.log(`budget of an entry: ${largest} of ${entryBudget}`);
  if (largest > entryBudget) throw new Error("the default entry is above its budget");
}

async function build(options) {
  const wasm = readWasm(resolve(here, options.wasm));
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const worker = await bundleWorker();
  writeEmbedded(wasm.isolate.base64, wasm.sched.base64, worker);
  for (const file of [wasm.isolate, wasm.sched]) writeFileSync(join(dist, file.name), file.bytes);
  copyFileSync(join(here, "THIRD-PARTY.txt"), join(dist, "THIRD-PARTY.txt"));
  const types = options["no-types"] ? [] : [checkTypes(), bundleTypes()];
  const [esm, cjs] = await Promise.all([
    bundleEntry("esm", "dist/index.js"),
    bundleEntry("cjs", "dist/index.cjs"),
    ...types,
  ]);
  printSizes(wasm, worker, [
    ["index.js", esm],
    ["index.cjs", cjs],
  ]);
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
  if ((values.check || values.stub) && !existsSync(embeddedFile)) writeEmbedded("", "", "");
  if (values.check) await checkTypes();
  else if (!values.stub) await build(values);
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
