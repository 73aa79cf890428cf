// SPDX-License-Identifier: MIT
// Bundles the tests for browsers as a user's bundler would, with the installed package. What only
// Node has is replaced by what stands for it in tests/package/browser: `node:NAME` by node-NAME.ts,
// and a file of lib by its namesake. What has no such file cannot be bundled.
import { existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { packageFolder, testsFolder } from "./places.mjs";

const fromPackage = createRequire(join(packageFolder, "package.json"));
const standIns = join(testsFolder, "browser");
const lib = join(testsFolder, "lib");

/** Entries beside the test files: the pages, and what frames import. */
const ownEntries = ["page.ts", "child-page.ts", "qjspool.ts", "node-assert-strict.ts"];

const replaceNode = {
  name: "replace-node",
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path }) => {
      const file = join(standIns, `${path.replace(/[:/]/g, "-")}.ts`);
      return existsSync(file) ? { path: file } : { errors: [{ text: `pages have no ${path}` }] };
    });
    build.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, resolveDir, importer }) => {
      const file = join(resolveDir, path.replace(/\.js$/, ".ts"));
      const standIn = join(standIns, basename(file));
      if (dirname(file) !== lib || importer === standIn || !existsSync(standIn)) return undefined;
      return { path: standIn };
    });
  },
};

async function bundle(files, out, options) {
  const { build } = fromPackage("esbuild");
  await build({
    absWorkingDir: testsFolder,
    entryPoints: [
      ...files.map((file) => ({ in: file, out: basename(file, ".ts") })),
      ...ownEntries.map((file) => ({ in: join(standIns, file), out: basename(file, ".ts") })),
    ],
    outdir: join(out, "pages"),
    outExtension: { ".js": ".mjs" },
    nodePaths: [join(out, "node_modules")],
    bundle: true,
    splitting: true, // the pages and the tests share modules
    platform: "browser",
    format: "esm",
    target: ["es2022"],
    plugins: [replaceNode],
    // of the packages that stand for Node's modules
    define: { global: "globalThis", "process.stderr": "undefined", "process.env.NODE_DEBUG": '""' },
    logLevel: "silent",
    ...options,
  });
}

/** Bundles test files. Returns those that cannot be, with the reason: `Map<file, string>`. */
export async function bundlePages(files, out) {
  const broken = new Map();
  rmSync(join(out, "pages"), { recursive: true, force: true });
  try {
    await bundle(files, out);
  } catch {
    for (const file of files) {
      await bundle([file], out, { write: false }).catch((error) => broken.set(file, error.message));
    }
    await bundle(files.filter((file) => !broken.has(file)), out);
  }
  return broken;
}
