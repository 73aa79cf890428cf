// SPDX-License-Identifier: MIT
// Makes a benchmark's folder ready: the peers of its lockfile, and qjspool as `npm pack` packs it,
// unpacked as npm would.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packageFolder = fileURLToPath(new URL("../../packages/qjspool", import.meta.url));

/** What npm prints when it is run in `folder`. */
export function npm(folder, args) {
  return execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
}

const newer = (a, b) => !existsSync(b) || statSync(a).mtimeMs > statSync(b).mtimeMs;

export function installPeers(folder) {
  if (newer(join(folder, "package-lock.json"), join(folder, "node_modules/.package-lock.json"))) {
    npm(folder, ["ci", "--ignore-scripts"]);
  }
}

/**
 * Packs packages/qjspool as it was built, and unpacks it where `import "qjspool"` of `folder` finds
 * it. Answers why that cannot be, or undefined.
 */
export function installPackage(folder) {
  if (!existsSync(join(packageFolder, "dist/index.js"))) return "packages/qjspool is not built: make package";
  const scratch = mkdtempSync(join(tmpdir(), "qjspool-bench-"));
  try {
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch];
    const [{ filename }] = JSON.parse(npm(packageFolder, args));
    const target = join(folder, "node_modules/qjspool");
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    execFileSync("tar", ["-xzf", join(scratch, filename), "-C", target, "--strip-components=1"]);
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
