// SPDX-License-Identifier: MIT
// What an application carries: the default entry with all that it embeds, bundled and minified by
// esbuild, then gzipped.
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
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    loader: { ".wasm": "binary" },
    logLevel: "silent",
  });
  return outputFiles[0].contents;
}

async function row(report, title, source) {
  try {
    const bytes = await bundle(source);
    const zipped = gzipSync(bytes, { level: 9 }).length;
    report.row(`${title}, minified`, bytes.length / 1000, "KB", 1);
    report.row(`${title}, minified and gzipped`, zipped / 1000, "KB", 1);
    return zipped / 1000;
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
    report.promise("default entry, minified and gzipped: at most 420 KB", 420, "KB", kb, "atMost", 1);
  }
});
