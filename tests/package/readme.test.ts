// SPDX-License-Identifier: MIT
// Every runnable code block of the package's README, and of the base README that the project
// follows where that lies beside the repository: each is run as it stands, and what its trailing
// comments promise must be printed, in that order.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runModule } from "./lib/child.js";
import { file, root } from "./lib/env.js";

const BASE = join(root, "../shared/spec/worker-pool-readme.md");
const BASE_NAME = "@componentor/quickjs-emscripten-worker-pool";
/** Not in this version: the shared file system and the context with handles. Or no program at all. */
const LATER = /wasmfs|EnabledContext|\bctx\b|defineConfig|module\.exports/;

function blocksOf(markdown: string): string[] {
  const blocks = markdown.matchAll(/^```(?:js|javascript|ts|typescript)\n([\s\S]*?)^```$/gm);
  return [...blocks].map((match) => match[1]!);
}

/** Literals that comments beside console.log promise, as the text that must be printed. */
function promisesOf(block: string): string[] {
  const comments = [...block.matchAll(/^\s*console\.log\(.*\)\s*\/\/ (.+)$/gm)].map((m) => m[1]!);
  return comments.filter(isLiteral).map((text) => text.replace(/^"(.*)"$/, "$1"));
}

function isLiteral(text: string): boolean {
  try {
    JSON.parse(text.replace(/([{,]\s*)(\w+):/g, '$1"$2":').replaceAll("'", '"'));
    return true;
  } catch {
    return false;
  }
}

/** A module: what a block of a reference page leaves out is made first. */
function programOf(block: string): string {
  const imports = new Set<string>();
  const body = block
    .replaceAll(BASE_NAME, "qjspool")
    .replace(/^import [\s\S]*?from "qjspool"\n/gm, "")
    .replace(/^const (\w+) =/gm, "var $1 =");
  for (const name of ["newWorkerPool", "newWorkerPoolContext", "isMultiThreadingSupported", "getDefaultPoolSize"]) {
    if (body.includes(`${name}(`)) imports.add(name);
  }
  imports.add("newWorkerPool");
  const lacks = (name: string): boolean => body.includes(`${name}.`) && !body.includes(`var ${name} =`);
  const prelude = [`import { ${[...imports].join(", ")} } from "qjspool";`];
  if (!body.includes("var pool =")) prelude.push("var pool = await newWorkerPool({ poolSize: 2 });");
  if (lacks("session")) prelude.push("var session = await pool.createSession();");
  if (lacks("result")) prelude.push('var result = await pool.evalCode("throw new Error(\'test\')");');
  return `${prelude.join("\n")}\n${body}\npool.dispose();\n`;
}

function checkPrinted(block: string, stdout: string): void {
  let at = 0;
  for (const promise of promisesOf(block)) {
    const found = stdout.indexOf(promise, at);
    assert.notEqual(found, -1, `${promise} was not printed in its turn:\n${stdout}`);
    at = found + promise.length;
  }
}

async function checkBlock(block: string, source: string): Promise<void> {
  const { code, stdout, stderr } = await runModule(source);
  assert.equal(stderr, "", source);
  assert.equal(code, 0);
  checkPrinted(block, stdout);
}

blocksOf(file("packages/qjspool/README.md")).forEach((block, i) => {
  test(`the package's README, block ${i + 1}`, () => checkBlock(block, block));
});

const hasBase = existsSync(BASE);
const base = hasBase ? blocksOf(readFileSync(BASE, "utf8")) : [];

test("the base README is there", { skip: !hasBase && "not beside this repository" }, () => {
  assert.ok(base.length > 15);
});

base.forEach((block, i) => {
  const skip = LATER.test(block) && "not a program, or of a later version";
  test(`the base README, block ${i + 1}`, { skip }, () => checkBlock(block, programOf(block)));
});
