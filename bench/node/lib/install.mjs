// SPDX-License-Identifier: MIT
// Makes bench/node ready: the peers of the lockfile, isolated-vm compiled against the headers that
// belong to this Node, and qjspool as `npm pack` packs it, unpacked as npm would.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const modules = join(here, "node_modules");
const packageFolder = join(here, "../../packages/qjspool");

function npm(args, options = {}) {
  return execFileSync("npm", args, { cwd: here, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", ...options });
}

const newer = (a, b) => !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;

export function installPeers() {
  if (newer(join(here, "package-lock.json"), join(modules, ".package-lock.json"))) {
    npm(["ci", "--ignore-scripts"]);
  }
}

/** Answers why isolated-vm cannot be had, or undefined. Nothing is downloaded for it. */
export function buildIsolatedVm() {
  const folder = join(modules, "isolated-vm");
  if (existsSync(join(folder, "out/isolated_vm.node"))) return undefined;
  const prefix = dirname(dirname(process.execPath));
  if (!existsSync(join(prefix, "include/node/node_version.h"))) return "no headers beside this Node";
  try {
    const gyp = createRequire(npm(["root", "-g"]).trim() + "/npm/").resolve("node-gyp/bin/node-gyp.js");
    const args = [gyp, "rebuild", "--release", "-j", "max", `--nodedir=${prefix}`];
    execFileSync(process.execPath, args, { cwd: folder, stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `node-gyp: ${String(error.message).split("\n")[0]}`;
  }
}

/** Packs packages/qjspool as it was built, and unpacks it where `import "qjspool"` finds it. */
export function installPackage() {
  if (!existsSync(join(packageFolder, "dist/index.js"))) return "packages/qjspool is not built: make package";
  const scratch = mkdtempSync(join(tmpdir(), "qjspool-bench-"));
  try {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch];
    const [{ filename }] = JSON.parse(npm(args, { cwd: packageFolder }));
    const target = join(modules, "qjspool");
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    execFileSync("tar", ["-xzf", join(scratch, filename), "-C", target, "--strip-components=1"]);
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
