// SPDX-License-Identifier: MIT
// Packs the built package and installs the tarball as a user would, and bundles the tests beside
// it. Knows nothing of how tests are run.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { packageFolder, testsFolder } from "./places.mjs";
import { execute } from "./runtimes.mjs";

const fromPackage = createRequire(join(packageFolder, "package.json"));

/** Bundles test files to `<out>/<name>.mjs`; `qjspool` itself stays an import. */
async function bundle(files, out, logLevel) {
  const esbuild = fromPackage("esbuild");
  await esbuild.build({
    absWorkingDir: testsFolder,
    entryPoints: files,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: ["node20", "es2022"],
    conditions: ["node"],
    external: ["node:*", "qjspool", "qjspool/*", "quickjs-emscripten-core", "@jitl/*"],
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    sourcemap: "inline",
    sourcesContent: false,
    logLevel,
  });
}

/** Bundles test files. Returns those that cannot be, with the reason: `Map<file, string>`. */
export async function bundleTests(files, out) {
  const broken = new Map();
  try {
    await bundle(files, out, "silent");
  } catch {
    for (const file of files) {
      await bundle([file], out, "silent").catch((error) => broken.set(file, error.message));
    }
  }
  return broken;
}

/** A number that changes when anything that would be packed does. */
function fingerprint() {
  const dist = join(packageFolder, "dist");
  if (!existsSync(dist)) throw new Error("packages/qjspool/dist is missing: run `make package` first");
  const hash = createHash("sha256").update(readFileSync(join(packageFolder, "package.json")));
  for (const name of readdirSync(dist).sort()) {
    hash.update(name).update(readFileSync(join(dist, name)));
  }
  for (const name of ["README.md", "LICENSE"]) {
    if (existsSync(join(packageFolder, name))) hash.update(readFileSync(join(packageFolder, name)));
  }
  return hash.digest("hex");
}

async function npm(args, cwd) {
  const result = await execute("npm", [...args, "--silent"], { cwd, env: process.env });
  if (result.code !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${result.output}`);
  return result.output.trim();
}

async function packAndInstall(out) {
  const project = join(out, "project");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const printed = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", out], packageFolder);
  const parsed = JSON.parse(printed);
  const packed = Array.isArray(parsed) ? parsed[0] : Object.values(parsed)[0];
  const tarball = join(out, basename(packed.filename));
  writeFileSync(join(project, "package.json"), '{ "private": true }\n');
  await npm(["install", "--no-audit", "--no-fund", "--ignore-scripts", tarball], project);
  // the bundled tests find it too: node_modules of the folder they are in
  rmSync(join(out, "node_modules"), { recursive: true, force: true });
  await npm(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", tarball], out);
  return { files: packed.files, size: packed.size, unpackedSize: packed.unpackedSize };
}

/**
 * Installs the package in `<out>/project`, an empty project, and in `<out>`; again only if it
 * changed. Returns what was packed: `{ files, size, unpackedSize }`.
 */
export async function installPackage(out) {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, "package.json"), '{ "private": true, "type": "module" }\n');
  const stamp = join(out, "installed.json");
  const mark = fingerprint();
  if (existsSync(stamp)) {
    const last = JSON.parse(readFileSync(stamp, "utf8"));
    if (last.mark === mark) return last.packed;
    rmSync(stamp);
  }
  const packed = await packAndInstall(out);
  writeFileSync(`${stamp}.new`, JSON.stringify({ mark, packed }));
  renameSync(`${stamp}.new`, stamp);
  return packed;
}
