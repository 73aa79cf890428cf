// SPDX-License-Identifier: MIT
// Where a test runs: run.mjs says so in environment variables. For tests only.
import { readFileSync } from "node:fs";
import { join } from "node:path";

function fromRunner(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run tests by tests/package/run.mjs`);
  return value;
}

export type Runtime = "node" | "bun" | "deno";

/** The root folder of the repository. */
export const root: string = fromRunner("QJSPOOL_TEST_ROOT");

/** The folder that holds the bundled tests and, in node_modules, the installed package. */
export const buildFolder: string = fromRunner("QJSPOOL_TEST_OUT");

export const runtime = fromRunner("QJSPOOL_TEST_RUNTIME") as Runtime;

/** The major version of Node; 0 in Bun and Deno. */
export const nodeMajor: number = runtime === "node" ? Number.parseInt(process.versions.node, 10) : 0;

/** How this runtime runs a file: the program, then the arguments before the file's name. */
export const command: readonly string[] = JSON.parse(fromRunner("QJSPOOL_TEST_COMMAND"));

/** A file of the repository, as text. */
export function file(relative: string): string {
  return readFileSync(join(root, relative), "utf8");
}
