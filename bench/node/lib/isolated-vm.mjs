// SPDX-License-Identifier: MIT
// Compiles the peer isolated-vm against the headers that belong to this Node.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { npm } from "../../lib/install.mjs";

/** Answers why isolated-vm cannot be had, or undefined. Nothing is downloaded for it. */
export function buildIsolatedVm(here) {
  const folder = join(here, "node_modules/isolated-vm");
  if (existsSync(join(folder, "out/isolated_vm.node"))) return undefined;
  const prefix = dirname(dirname(process.execPath));
  if (!existsSync(join(prefix, "include/node/node_version.h"))) return "no headers beside this Node";
  try {
    const gyp = createRequire(npm(here, ["root", "-g"]).trim() + "/npm/").resolve("node-gyp/bin/node-gyp.js");
    const args = [gyp, "rebuild", "--release", "-j", "max", `--nodedir=${prefix}`];
    execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `node-gyp: ${String(error.message).split("\n")[0]}`;
  }
}
