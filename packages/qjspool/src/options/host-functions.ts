// SPDX-License-Identifier: MIT
// The host functions of a pool as one list: a function's index is its number on the wire. Names
// are those of own properties, so nothing that an object inherits can be called by a guest.
import type { HostFunction } from "../types.js";
import { badOption, describe, isPlainObject } from "./checks.js";

/** One function that guests can call. */
export interface ResolvedHostFunction {
  /** As in the guest's global object: "name" or "group.name". */
  readonly name: string;
  readonly fn: HostFunction;
  /** The object it stands in, which is `this` for it. */
  readonly self: object;
  /** The guest blocks until it settles. */
  readonly isSync: boolean;
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** Flattens both tables, asynchronous functions first, each in the order of its keys. */
export function flattenHostFunctions(
  asyncTable: unknown,
  syncTable: unknown,
): readonly ResolvedHostFunction[] {
  const list: ResolvedHostFunction[] = [];
  if (asyncTable !== undefined) appendTable(list, asyncTable, "hostFunctions", false);
  if (syncTable !== undefined) appendTable(list, syncTable, "syncHostFunctions", true);
  checkConflicts(list);
  return list;
}

/** The global names that the functions take: of groups, the group's. */
export function globalNameOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

function appendTable(
  list: ResolvedHostFunction[],
  table: unknown,
  option: string,
  isSync: boolean,
): void {
  if (!isPlainObject(table)) throw badOption(option, "a plain object", table);
  for (const name of Object.keys(table)) {
    const path = `${option}.${name}`;
    checkName(name, option);
    const entry = table[name];
    if (typeof entry === "function") {
      list.push({ name, fn: entry as HostFunction, self: table, isSync });
    } else if (isPlainObject(entry)) {
      appendGroup(list, entry, name, path, isSync);
    } else {
      throw badOption(path, "a function or a plain object of functions", entry);
    }
  }
}

function appendGroup(
  list: ResolvedHostFunction[],
  group: Record<string, unknown>,
  groupName: string,
  path: string,
  isSync: boolean,
): void {
  for (const name of Object.keys(group)) {
    checkName(name, path);
    const fn = group[name];
    if (typeof fn !== "function") throw badOption(`${path}.${name}`, "a function", fn);
    list.push({ name: `${groupName}.${name}`, fn: fn as HostFunction, self: group, isSync });
  }
}

function checkName(name: string, path: string): void {
  if (IDENTIFIER.test(name) && name !== "__proto__") return;
  throw new TypeError(`option "${path}": names must be ASCII identifiers; got ${describe(name)}`);
}

/** A name may come once, and be a function or a group but not both. */
function checkConflicts(list: readonly ResolvedHostFunction[]): void {
  const seen = new Set<string>();
  const functions = new Set<string>();
  const groups = new Set<string>();
  for (const { name } of list) {
    const top = globalNameOf(name);
    (top === name ? functions : groups).add(top);
    if (seen.has(name) || (functions.has(top) && groups.has(top))) {
      throw new TypeError(`options "hostFunctions" and "syncHostFunctions" both define "${top}"`);
    }
    seen.add(name);
  }
}
