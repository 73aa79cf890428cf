// SPDX-License-Identifier: MIT
// What both sides of the measurement of files do alike.

export const KB = 1024;
export const NBLOCKS = 16;

/** Milliseconds of one `once(i)`, of `count` in a row; the clock is too coarse for a single one. */
export async function timeOf(count, once) {
  const begin = performance.now();
  for (let i = 0; i < count; i++) await once(i);
  return (performance.now() - begin) / count;
}

/** As timeOf, for what blocks. */
export function timeOfBlocking(count, once) {
  const begin = performance.now();
  for (let i = 0; i < count; i++) once(i);
  return (performance.now() - begin) / count;
}
