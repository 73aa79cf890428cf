// SPDX-License-Identifier: MIT
// Mounts as tests make them: of any kind that the runtime has (lib/mount-kinds.ts), and as a case's
// settings want them (`@mount PATH [limit=BYTES] [of=PATH] [ro]`, see tests/js/README.md).
import { readOnly, type Mount } from "qjspool";
import { type Case, settingsOf } from "./case-file.js";
import type { Mode } from "./pools.js";

export interface MadeMount {
  mount: Mount;
  /** Puts a file into it, and the folders on its way; missing: guests must. */
  put?(path: string, text: string): void;
  /** After its pool has ended: nothing of it is left. */
  remove(): Promise<void>;
}

export interface MountKind {
  name: string;
  /** Whether all workers of a pool see the same files. */
  isOneForAll: boolean;
  /** Files can be put into it before a pool begins. */
  isOpen?: boolean;
  /** It is only there for workers. */
  needsWorkers?: boolean;
  /** Words of `@needs` (tests/js/README.md) for what it has not. */
  lacks?: readonly string[];
  /** Opening and removing take it milliseconds each: tests with thousands of files leave it out. */
  isSlow?: boolean;
  /** A mount without files. `limitBytes`: undefined is the default. */
  make(limitBytes?: number): Promise<MadeMount>;
}

export interface CaseMounts {
  mounts: Record<string, Mount>;
  /** Files that the first task of the pool is to write. */
  files: [path: string, text: string][];
  remove(): Promise<void>;
}

export function works(kind: MountKind, mode: Mode): boolean {
  return mode.isThreaded || kind.needsWorkers !== true;
}

/** undefined: the case has none. */
export async function mountsOf(c: Case, kind: MountKind): Promise<CaseMounts | undefined> {
  const texts = settingsOf(c, "mount");
  const made: MadeMount[] = [];
  const byPath: Record<string, MadeMount> = {};
  const mounts: Record<string, Mount> = {};

  for (const text of texts) {
    const [path, ...words] = text.split(" ") as [string, ...string[]];
    const origin = wordOf(words, "of=");
    const limit = wordOf(words, "limit=");
    let mount = origin === undefined ? undefined : mounts[origin];
    if (mount === undefined) {
      made.push(await kind.make(limit === undefined ? undefined : Number(limit)));
      mount = made.at(-1)!.mount;
      byPath[path] = made.at(-1)!;
    }
    mounts[path] = words.includes("ro") ? readOnly(mount) : mount;
  }
  const remove = async (): Promise<void> => {
    for (const one of made) await one.remove();
  };
  if (texts.length === 0) return undefined;
  return { mounts, files: filesOf(c).filter(([path, text]) => !putFile(byPath, path, text)), remove };
}

/** `@file PATH`, with its text on continuation lines. */
function filesOf(c: Case): [path: string, text: string][] {
  return settingsOf(c, "file").map((setting) => {
    const [path, ...lines] = setting.split("\n");
    return [path!, lines.join("\n")];
  });
}

/** False: its mount takes none from outside. */
function putFile(byPath: Record<string, MadeMount>, path: string, text: string): boolean {
  const within = Object.keys(byPath).filter((at) => path.startsWith(at === "/" ? at : `${at}/`));
  const longest = within.sort((a, b) => b.length - a.length)[0];
  const made = longest === undefined ? undefined : byPath[longest];
  made?.put?.(path.slice(longest === "/" ? 1 : longest!.length + 1), text);
  return made?.put !== undefined;
}

/** What a guest runs to write them. */
export function writingFiles(files: readonly [path: string, text: string][]): string {
  return `import * as fs from "fs";
    for (const [path, text] of ${JSON.stringify(files)}) {
      fs.mkdirSync(path.slice(0, path.lastIndexOf("/")) || "/", { recursive: true });
      fs.writeFileSync(path, text);
    }`;
}

function wordOf(words: readonly string[], prefix: string): string | undefined {
  return words.find((word) => word.startsWith(prefix))?.slice(prefix.length);
}
