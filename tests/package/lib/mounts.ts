// SPDX-License-Identifier: MIT
// Mounts as tests make them: of any kind that the runtime has (lib/mount-kinds.ts), and as a case's
// settings want them (`@mount PATH [limit=BYTES] [of=PATH] [ro]`, see tests/js/README.md).
import { readOnly, type Mount } from "qjspool";
import { type Case, settingsOf } from "./case-file.js";

export interface MadeMount {
  mount: Mount;
  /** After its pool has ended: nothing of it is left. */
  remove(): Promise<void>;
}

export interface MountKind {
  name: string;
  /** Whether all workers of a pool see the same files. */
  isOneForAll: boolean;
  /** A mount without files. `limitBytes`: undefined is the default. */
  make(limitBytes?: number): Promise<MadeMount>;
}

export interface CaseMounts {
  mounts: Record<string, Mount>;
  remove(): Promise<void>;
}

/** undefined: the case has none. */
export async function mountsOf(c: Case, kind: MountKind): Promise<CaseMounts | undefined> {
  const texts = settingsOf(c, "mount");
  const made: MadeMount[] = [];
  const mounts: Record<string, Mount> = {};

  for (const text of texts) {
    const [path, ...words] = text.split(" ") as [string, ...string[]];
    const origin = wordOf(words, "of=");
    const limit = wordOf(words, "limit=");
    let mount = origin === undefined ? undefined : mounts[origin];
    if (mount === undefined) {
      made.push(await kind.make(limit === undefined ? undefined : Number(limit)));
      mount = made.at(-1)!.mount;
    }
    mounts[path] = words.includes("ro") ? readOnly(mount) : mount;
  }
  const remove = async (): Promise<void> => {
    for (const one of made) await one.remove();
  };
  return texts.length === 0 ? undefined : { mounts, remove };
}

function wordOf(words: readonly string[], prefix: string): string | undefined {
  return words.find((word) => word.startsWith(prefix))?.slice(prefix.length);
}
