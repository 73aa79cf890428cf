// SPDX-License-Identifier: MIT
// Builds dist/, the whole page: a page, a script, a style sheet, an icon and the licences. Takes
// the npm package as its users get it (packages/qjspool/dist must be there).
//
//   node build.mjs           types checked
//   node build.mjs --check   only the type check
//   node build.mjs --dev     neither minified nor checked, with a source map
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = dirname(here);
const source = join(here, "src");
const dist = join(here, "dist");

function checkTypes() {
  const tsc = join(here, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", here], { stdio: "inherit" });
}

/**
 * The script is a classic one, so that nothing of it needs a server's word on types of modules;
 * the package is found beside this one, through its own `exports`.
 */
function bundle(isDev) {
  return esbuild.build({
    absWorkingDir: here,
    entryPoints: { playground: "src/main.ts", style: "src/style/style.css" },
    outdir: "dist",
    bundle: true,
    format: "iife",
    target: ["es2022"],
    nodePaths: [packages],
    loader: { ".guest.js": "text" },
    minify: !isDev,
    sourcemap: isDev ? "linked" : false,
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    logLevel: "warning",
  });
}

/** Folders of the npm packages that a bundle was made of, by their names. */
function packagesIn(metafile) {
  const paths = Object.keys(metafile.inputs).map((path) =>
    /^.*node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/.exec(path),
  );
  const found = new Map(paths.flatMap((match) => (match === null ? [] : [[match[1], match[0]]])));
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1));
}

function licenceOf([name, path]) {
  const folder = join(here, path);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

function writeLicences(metafile) {
  const parts = [
    readFileSync(join(packages, "qjspool/LICENSE"), "utf8").trim() + "\n",
    readFileSync(join(packages, "qjspool/THIRD-PARTY.txt"), "utf8").trim() + "\n",
    ...packagesIn(metafile).map(licenceOf),
  ];
  writeFileSync(join(dist, "THIRD-PARTY.txt"), parts.join(`\n${"-".repeat(72)}\n\n`));
}

async function build({ dev }) {
  if (!existsSync(join(packages, "qjspool/dist/browser.js"))) {
    throw new Error("packages/qjspool is not built: run scripts/build-package first");
  }
  if (!dev) checkTypes();
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const { metafile } = await bundle(dev);
  for (const file of ["index.html", "favicon.svg"]) cpSync(join(source, file), join(dist, file));
  writeLicences(metafile);
}

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    dev: { type: "boolean", default: false },
  },
});
try {
  if (values.check) checkTypes();
  else await build(values);
} catch (error) {
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
