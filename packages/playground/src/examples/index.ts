// SPDX-License-Identifier: MIT
// The examples of the menu, in its order. Each file is code for a guest, shown as it is.
import asyncCode from "./async.guest.js";
import bootstrapCode from "./bootstrap.guest.js";
import consoleCode from "./console.guest.js";
import errorCode from "./error.guest.js";
import appendCode from "./append.guest.js";
import formula from "./formula.guest.js";
import hostile from "./hostile.guest.js";
import hostileFiles from "./hostile-files.guest.js";
import importCode from "./import.guest.js";
import loop from "./loop.guest.js";
import memory from "./memory.guest.js";
import patched from "./patched.guest.js";
import plugin from "./plugin.guest.js";
import primes from "./primes.guest.js";
import recursion from "./recursion.guest.js";
import sessionCode from "./session.guest.js";
import values from "./values.guest.js";

export interface Example {
  readonly name: string;
  readonly code: string;
}

export interface ExampleGroup {
  readonly title: string;
  readonly examples: readonly Example[];
}

/** Files end with a line break; in an editor that is an empty line. */
function example(name: string, code: string): Example {
  return { name, code: code.trimEnd() };
}

/** What the page begins with. */
export const firstExample = example("A formula", formula);

/** What a new session begins with. */
export const sessionExample = example("State that stays", sessionCode);

/** The bootstrap code that the page begins with. */
export const firstBootstrap: string = bootstrapCode.trimEnd();

export const exampleGroups: readonly ExampleGroup[] = [
  {
    title: "What it is for",
    examples: [
      firstExample,
      example("A plugin with host functions", plugin),
      example("Primes, in parallel", primes),
      example("async and await", asyncCode),
      example("The console", consoleCode),
      example("Values of every kind", values),
      example("An error to click", errorCode),
      sessionExample,
      example("Files that workers share", appendCode),
      example("Import from files", importCode),
    ],
  },
  {
    title: "What it withstands",
    examples: [
      example("An endless loop", loop),
      example("A memory bomb", memory),
      example("Deep recursion", recursion),
      example("A hostile result", hostile),
      example("Hostile files", hostileFiles),
      example("Patched built-ins", patched),
    ],
  },
];
