// SPDX-License-Identifier: MIT
// Imports real packages from a mount, on the npm package's workers and by the command line, and checks
// what they do. The last line is "N passed, N failed".
//
//   node tests/npm/run.mjs [--cli FILE]   (build/release/qjspool if it is there)
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { programs } from "./programs.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const app = join(root, "build/npm");

function install() {
  mkdirSync(app, { recursive: true });
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) copyFileSync(join(here, name), join(app, name));
  const wanted = readFileSync(join(here, "package-lock.json"), "utf8");
  const mark = join(app, "node_modules/.wanted");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], { cwd: app, stdio: "inherit" });
  writeFileSync(mark, wanted);
}

async function onWorkers() {
  const entry = pathToFileURL(join(root, "packages/qjspool/dist/index.js"));
  const { hostDirectory, newWorkerPool } = await import(entry.href);
  const mounts = { "/app": hostDirectory(app, { readOnly: true }) };
  const pool = await newWorkerPool({ poolSize: 2, mounts, defaultTimeout: 60_000 });
  return {
    name: "workers",
    run: ({ code }, n) => pool.evalCode(code, { filename: `/app/program-${n}.mjs` }),
    close: () => pool.close(),
  };
}

/** Values come back as JSON. */
function byCommand(cli) {
  return {
    name: "command line",
    async run({ code }, n) {
      const file = join(app, `program-${n}.mjs`);
      writeFileSync(file, code);
      const args = ["run", "--mount", `/app=${app}:ro`, file];
      const { stdout } = spawnSync(cli, args, { encoding: "utf8" }); // fails if the program does
      const { ok, value, error } = JSON.parse(stdout);
      return ok ? { value } : { error };
    },
    close() {},
  };
}

const { values } = parseArgs({ options: { cli: { type: "string", default: join(root, "build/release/qjspool") } } });
install();
const faces = [await onWorkers(), ...(existsSync(values.cli) ? [byCommand(values.cli)] : [])];
let npassed = 0;
let nfailed = 0;
for (const face of faces) {
  for (const [n, program] of programs.entries()) {
    const { value, error } = await face.run(program, n);
    const isRight = error === undefined && isDeepStrictEqual({ ...value }, program.want);
    if (isRight) npassed++;
    else nfailed++;
    console.log(`${face.name.padEnd(14)} ${program.name.padEnd(30)} ${isRight ? "ok" : "FAILED"}`);
    if (!isRight) console.log(`    ${JSON.stringify(error ?? value)}\n    where ${JSON.stringify(program.want)} was expected`);
  }
  await face.close();
}
console.log(`${npassed} passed, ${nfailed} failed`);
process.exitCode = nfailed === 0 ? 0 : 1;
