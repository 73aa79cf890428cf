// SPDX-License-Identifier: MIT
// What an application loads at its start: the default entry with all that it embeds, bundled and
// minified by esbuild, then gzipped. What `import()` loads later is a file of its own.
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bench } from "./lib/bench.mjs";
import { firstLine } from "./lib/peers.mjs";

const wasi = `export * from "quickjs-wasi";
export { default } from "quickjs-wasi/quickjs.wasm";`;

const variant = "@jitl/quickjs-wasmfile-release-sync";
const emscripten = `export { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";
export { default as variant } from "${variant}";
export { default } from "${variant}/wasm";`;

async function bundle(source) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    absWorkingDir: import.meta.dirname,
    outdir: "out",
    platform: "node",
    format: "esm",
    target: "node20",
    loader: { ".wasm": "binary" },
    logLevel: "silent",
  });
  const first = loadedAtOnce(metafile.outputs);
  const named = outputFiles.map(({ path, contents }) => [relative(import.meta.dirname, path), contents]);
  return [true, false].map((isFirst) => named.filter(([path]) => first.has(path) === isFirst));
}

/** The entry, and what it imports without `import()`. */
function loadedAtOnce(outputs) {
  const found = new Set([Object.keys(outputs).find((path) => outputs[path].entryPoint !== undefined)]);
  for (const path of found) {
    for (const { path: next, kind } of outputs[path].imports) {
      if (kind === "import-statement" && next in outputs) found.add(next);
    }
  }
  return found;
}

/** Kilobytes, plain and gzipped. */
function sizes(files) {
  const total = (of) => files.reduce((sum, [, contents]) => sum + of(contents), 0) / 1000;
  return [total((bytes) => bytes.length), total((bytes) => gzipSync(bytes, { level: 9 }).length)];
}

async function row(report, title, source) {
  try {
    const [first, later] = (await bundle(source)).map(sizes);
    report.row(`${title}, minified`, first[0], "KB", 1);
    report.row(`${title}, minified and gzipped`, first[1], "KB", 1);
    if (later[1] > 1) report.row(`${title}, loaded when it is used, gzipped`, later[1], "KB", 1);
    return first[1];
  } catch (error) {
    report.missing(title, firstLine(error.errors?.[0]?.text ?? error));
    return undefined;
  }
}

await bench("Node: size of the default entry", async (report) => {
  const kb = await row(report, "qjspool", `export * from "qjspool";`);
  await row(report, "quickjs-wasi with its Wasm", wasi);
  await row(report, "quickjs-emscripten with one Wasm file", emscripten);
  await row(report, "run", `export * from "run";`);
  if (kb !== undefined) {
    report.promise("default entry, minified and gzipped: at most 460 KB", 460, "KB", kb, "atMost", 1);
  }
});
