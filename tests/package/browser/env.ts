// SPDX-License-Identifier: MIT
// lib/env.ts for pages: what the test server told.
import { setup } from "./setup.js";
import type { Runtime } from "../lib/env.js";

export type { Runtime };

const { files } = setup();

export const runtime: Runtime = setup().runtime;

export const page: "" | "isolated" | "plain" | "inline" = setup().place;

export function file(relative: string): string {
  const text = files[relative];
  if (text === undefined) throw new Error(`${relative} is not among what the test server reads`);
  return text;
}

export function hasFile(relative: string): boolean {
  return relative in files;
}

export function namesIn(folder: string): string[] {
  const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
  return inside.map((path) => path.slice(folder.length + 1)).sort();
}

export async function packageFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`../package/dist/${name}`);
  if (!response.ok) throw new Error(`${name}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export function residentBytes(): undefined {
  return undefined;
}
