// SPDX-License-Identifier: MIT
// The scripts of pages/ as an application would ship them: each bundled and minified with what it
// imports. Peers that Node's benchmark has too are written once, in bench/node/peers; they get the
// packages of this folder here.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";

const packages = ["qjspool", "quickjs-emscripten"];
/** Fetched by quickjs-emscripten, from beside the script. */
const peerWasm = "@jitl/quickjs-wasmfile-release-sync/wasm";

const ofThisFolder = (here) => ({
  name: "packages of this folder",
  setup({ onResolve, resolve }) {
    onResolve({ filter: new RegExp(`^(${packages.join("|")})$`) }, ({ path, kind, pluginData }) =>
      pluginData === here ? undefined : resolve(path, { kind, resolveDir: here, pluginData: here }),
    );
  },
});

/** Answers a Map from a file's name to its bytes. */
export async function bundlePages(here) {
  const folder = join(here, "pages");
  const scripts = readdirSync(folder).filter((file) => file.endsWith(".mjs"));
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: scripts.map((file) => join(folder, file)),
    outdir: join(here, "dist"), // nothing is written
    write: false,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    plugins: [ofThisFolder(here)],
    logLevel: "error",
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const wasm = createRequire(join(here, "package.json")).resolve(peerWasm);
  return files.set(basename(wasm), readFileSync(wasm));
}
