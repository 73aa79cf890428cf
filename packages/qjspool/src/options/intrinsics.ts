// SPDX-License-Identifier: MIT
// contextOptions, of which this package understands `intrinsics`, with quickjs-emscripten's names.
import { badOption, checkKeys, toBag, toBoolean } from "./checks.js";

/** Names of what a context can have. */
const AVAILABLE: readonly string[] = [
  "BaseObjects",
  "Date",
  "Eval",
  "StringNormalize",
  "RegExp",
  "RegExpCompiler",
  "JSON",
  "Proxy",
  "MapSet",
  "TypedArrays",
  "Promise",
  "BigInt",
];

/** Names that quickjs-emscripten has for an engine that had them; here they can only be off. */
const GONE: readonly string[] = ["BigFloat", "BigDecimal", "OperatorOverloading", "BignumExt"];

/** The names that are on, in a fixed order; null: all. */
export function toIntrinsics(contextOptions: unknown): readonly string[] | null {
  if (contextOptions === undefined) return null;
  const bag = toBag(contextOptions, 'option "contextOptions"');
  checkKeys(bag, ["intrinsics"], "contextOptions.");
  if (bag["intrinsics"] === undefined) return null;
  return namesThatAreOn(bag["intrinsics"]);
}

function namesThatAreOn(value: unknown): readonly string[] {
  const path = "contextOptions.intrinsics";
  if (Array.isArray(value) && value.length === 0) return []; // quickjs-emscripten's "omit all"
  if (typeof value !== "object" || Array.isArray(value)) throw badOption(path, "an object", value);
  const flags = toBag(value, `option "${path}"`);
  checkKeys(flags, [...AVAILABLE, ...GONE], `${path}.`);
  for (const name of GONE) {
    if (toBoolean(flags[name], `${path}.${name}`, false)) {
      throw new TypeError(`option "${path}.${name}": the engine does not have it`);
    }
  }
  return AVAILABLE.filter((name) => toBoolean(flags[name], `${path}.${name}`, false));
}
