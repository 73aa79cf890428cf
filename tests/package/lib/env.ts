// SPDX-License-Identifier: MIT
// Where a test runs, and what it may read: run.mjs says so in environment variables. For tests
// only. In pages browser/env.ts stands for this file.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

function fromRunner(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run tests by tests/package/run.mjs`);
  return value;
}

export type Runtime = "node" | "bun" | "deno" | "chromium" | "firefox";

/** The repository. */
export const root: string = fromRunner("QJSPOOL_TEST_ROOT");

/** The folder that holds the bundled tests and, in node_modules, the installed package. */
export const buildFolder: string = fromRunner("QJSPOOL_TEST_OUT");

export const runtime = fromRunner("QJSPOOL_TEST_RUNTIME") as Runtime;

/** Which page it is, by what it may use; "": it is none. */
export const page: "" | "isolated" | "plain" | "inline" = "";

/** How this runtime runs a file: the program, then the arguments before the file's name. */
export const command: readonly string[] = JSON.parse(fromRunner("QJSPOOL_TEST_COMMAND"));

/** A file of the repository, as text. */
export function file(relative: string): string {
  return readFileSync(join(root, relative), "utf8");
}

export function hasFile(relative: string): boolean {
  return existsSync(join(root, relative));
}

/** The names in a folder of the repository, sorted. */
export function namesIn(folder: string): string[] {
  return readdirSync(join(root, folder)).sort();
}

/** A file that the installed package exports. */
export async function packageFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const { resolve } = createRequire(import.meta.url);
  return new Uint8Array(readFileSync(resolve(`qjspool/${name}`)));
}

/** Bytes that this process takes; undefined: nobody knows. */
export function residentBytes(): number | undefined {
  return process.memoryUsage().rss;
}
