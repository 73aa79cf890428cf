// SPDX-License-Identifier: MIT
// Objects and arrays whose indices are far apart. Engines give such ones a slot for each index up
// to the largest, so that a few hostile bytes would take kilobytes, or gigabytes.

/** Far beyond what engines hold in slots. */
const FAR = 5_000_000;

/** Makes the engine keep a table of indices for the empty array or object. */
export function sparsely(target: object): void {
  const indexed = target as Record<number, unknown>;
  indexed[FAR] = undefined;
  delete indexed[FAR];
}

/** Whether slots up to this key would be out of proportion to so many keys. */
export function isFar(key: string, count: number): boolean {
  return Number(key) > 4 * count + 16;
}
