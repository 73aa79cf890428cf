// SPDX-License-Identifier: MIT
// What must hold of the installed package before any test of it matters: its files, its entries
// in every runtime, its types in every resolution mode, and bundling it. One function each.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageFolder, testsFolder } from "./places.mjs";
import { execute, runScript } from "./runtimes.mjs";

const fromPackage = createRequire(join(packageFolder, "package.json"));
const scripts = ["esm.mjs", "commonjs.cjs", "subpaths.mjs", "using.ts", "process-end.mjs"];

/** Bytes of the tarball: three entries with everything embedded, and Wasm beside them. */
const tarballBudget = 3_000_000;

function checkFiles({ out, packed }) {
  const allowed = /^(dist\/[\w.-]+|package\.json|README\.md|LICENSE)$/;
  const paths = packed.files.map((file) => file.path);
  assert.deepEqual(paths.filter((path) => !allowed.test(path)), []);
  for (const path of ["README.md", "LICENSE", "dist/index.d.ts", "dist/index.d.cts", "dist/THIRD-PARTY.txt"]) {
    assert.ok(paths.includes(path), `${path} is packed`);
  }
  assert.ok(packed.size <= tarballBudget, `the tarball has ${packed.size} bytes`);
  const installed = join(out, "project/node_modules/qjspool");
  for (const path of paths.filter((path) => path.endsWith(".map"))) {
    assert.doesNotMatch(readFileSync(join(installed, path), "utf8"), /[\w+/]{1000}/, `Wasm in ${path}`);
  }
}

function checkManifest({ out }) {
  const installed = join(out, "project/node_modules/qjspool");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const cmake = readFileSync(join(packageFolder, "../../CMakeLists.txt"), "utf8");
  assert.equal(manifest.version, /project\(\s*qjspool\s+VERSION\s+([\d.]+)/.exec(cmake)?.[1]);
  assert.deepEqual(Object.keys(manifest.dependencies), ["quickjs-emscripten-core"]);
  for (const name of ["peerDependencies", "optionalDependencies"]) {
    assert.equal(manifest[name], undefined, name);
  }
  for (const name of ["preinstall", "install", "postinstall", "prepare"]) {
    assert.equal(manifest.scripts?.[name], undefined, name);
  }
  const leaves = (node) => (typeof node === "string" ? [node] : Object.values(node).flatMap(leaves));
  for (const path of [...leaves(manifest.exports), manifest.main, manifest.types]) {
    assert.ok(existsSync(join(installed, path)), `${path} of package.json is there`);
  }
  const licence = readFileSync(join(packageFolder, "../../LICENSE"), "utf8");
  assert.equal(readFileSync(join(installed, "LICENSE"), "utf8"), licence);
  for (const folder of [packageFolder, testsFolder]) {
    const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
    assert.ok(!lock.includes('"resolved"'), `the lockfile of ${folder} names a registry`);
  }
}

async function prepareScript(project, script) {
  const source = join(testsFolder, "install", script);
  if (!script.endsWith(".ts")) {
    copyFileSync(source, join(project, script));
    return script;
  }
  const { code } = await fromPackage("esbuild").transform(readFileSync(source, "utf8"), {
    loader: "ts",
    target: "es2022",
  });
  const compiled = script.replace(/\.ts$/, ".compiled.mjs");
  writeFileSync(join(project, compiled), code);
  return compiled;
}

async function checkScript(runtime, script, { out }) {
  const project = join(out, "project");
  const file = await prepareScript(project, script);
  const result = await runScript(runtime, join(project, file), { out, cwd: project, timeoutMs: 30_000 });
  const how = result.isLate ? "did not end" : `ended with ${result.signal ?? result.code}`;
  assert.ok(result.code === 0 && !result.isLate, `${how}\n${result.output}`);
  assert.equal(result.output, script === "process-end.mjs" ? "slept\n" : "", "what it printed");
}

/** A user's bundler for Node, from which only the bundle remains. */
async function checkBundled(runtime, format, { out }) {
  const project = join(out, "project");
  const outfile = join(out, `bundled.${format === "esm" ? "mjs" : "cjs"}`);
  await fromPackage("esbuild").build({
    stdin: {
      contents: `import { newWorkerPool } from "qjspool";
        newWorkerPool({ poolSize: 1, forceMultiThreaded: true }).then(async (pool) => {
          console.log((await pool.evalCode("40 + 2")).value);
          pool.dispose();
        });`,
      resolveDir: project,
    },
    bundle: true,
    minify: true,
    platform: "node",
    format,
    outfile,
    logLevel: "silent",
  });
  const result = await runScript(runtime, outfile, { out, cwd: out });
  rmSync(outfile);
  assert.equal(result.output, "42\n");
}

const typeModes = [
  { file: "api.mts", module: "node16", target: "es2022", types: ["node"], lib: ["es2022"] },
  { file: "api.cts", module: "node16", target: "es2022", types: ["node"], lib: ["es2022"] },
  { file: "api.mts", module: "nodenext", target: "es2022", types: [], lib: ["es2022", "dom"] },
  { file: "api.ts", module: "esnext", target: "es2022", types: ["node"], lib: ["es2022"] },
  { file: "api.ts", module: "esnext", target: "esnext", types: [], lib: ["esnext", "dom"] },
];

async function checkTypes(compiler, mode, { out }) {
  const project = join(out, "project");
  copyFileSync(join(testsFolder, "types/api.ts"), join(project, mode.file));
  const config = {
    compilerOptions: {
      strict: true,
      noEmit: true,
      // quickjs-emscripten-core's own types need the WebAssembly of a page's library
      skipLibCheck: !mode.lib.includes("dom"),
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      module: mode.module,
      moduleResolution: mode.module === "esnext" ? "bundler" : mode.module,
      target: mode.target,
      lib: mode.lib,
      types: mode.types,
      typeRoots: [join(packageFolder, "node_modules/@types")],
    },
    files: [mode.file],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify(config));
  const bin = join(packageFolder, "node_modules", compiler);
  const result = await execute(process.execPath, [bin, "-p", project], { cwd: project, env: process.env });
  rmSync(join(project, mode.file));
  assert.equal(result.code, 0, result.output);
}

/** The tests themselves, against the types as built. */
async function checkTestTypes() {
  const bin = join(packageFolder, "node_modules/typescript/bin/tsc");
  const options = { cwd: testsFolder, env: process.env };
  for (const folder of [testsFolder, join(testsFolder, "browser")]) {
    const result = await execute(process.execPath, [bin, "-p", folder], options);
    assert.equal(result.code, 0, result.output);
  }
}

/** The checks: `{ name, runtime, fn({ out, packed }) }`. */
export function installChecks(runtimes) {
  const checks = [
    { name: "files", runtime: "npm", fn: checkFiles },
    { name: "manifest", runtime: "npm", fn: checkManifest },
  ];
  const addTypes = (runtime, compiler, mode) => {
    const name = `${mode.file}, ${mode.module}, ${mode.types[0] ?? "dom"}`;
    checks.push({ name, runtime, fn: (context) => checkTypes(compiler, mode, context) });
  };
  for (const mode of typeModes) addTypes("tsc 7", "typescript/bin/tsc", mode);
  // the older compiler is slow: once as CommonJS, once for bundlers
  const tsc6 = "@typescript/typescript6/bin/tsc6";
  addTypes("tsc 6", tsc6, typeModes[1]);
  addTypes("tsc 6", tsc6, typeModes[4]);
  checks.push({ name: "the tests themselves", runtime: "tsc 7", fn: checkTestTypes });
  for (const runtime of runtimes) {
    for (const script of scripts) {
      checks.push({ name: script, runtime: runtime.name, fn: (context) => checkScript(runtime, script, context) });
    }
    for (const format of ["esm", "cjs"]) {
      const fn = (context) => checkBundled(runtime, format, context);
      checks.push({ name: `bundled as ${format}`, runtime: runtime.name, fn });
    }
  }
  return checks;
}
