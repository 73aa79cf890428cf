// SPDX-License-Identifier: MIT
// Clocks and statistics of every benchmark here: samples in milliseconds, medians, and rounds that
// take turns, so that a noisy minute of the machine hits both sides of a ratio. Knows no peer.

export const now = () => performance.now();

export function quantile(samples, fraction) {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

export const median = (samples) => quantile(samples, 0.5);

export function geometricMean(numbers) {
  let sum = 0;
  for (const n of numbers) sum += Math.log(n);
  return Math.exp(sum / numbers.length);
}

/** Calls `once` one after the other for about `ms`, at least `atLeast` times: milliseconds of each. */
export async function sample(once, { ms, atLeast = 3 }) {
  const samples = [];
  const end = now() + ms;
  for (let begin = now(); begin < end || samples.length < atLeast; begin = now()) {
    await once();
    samples.push(now() - begin);
  }
  return samples;
}

/**
 * Takes samples of every side in turn, `rounds` times over; answers a Map from side to its samples.
 * A side is `{ round(budget) }`, or `{ once() }`.
 */
export async function takeTurns(sides, rounds, budget) {
  const samples = new Map(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const taken = side.round ? await side.round(budget) : await sample(side.once, budget);
      for (const ms of taken) samples.get(side).push(ms);
    }
  }
  return samples;
}

/** Tasks per second with `width` of them in flight for about `ms`. */
export async function rateInFlight(submit, width, ms) {
  const begin = now();
  const end = begin + ms;
  let done = 0;
  async function lane() {
    while (now() < end) {
      await submit();
      done++;
    }
  }
  await Promise.all(Array.from({ length: width }, lane));
  return (done * 1000) / (now() - begin);
}

/** Tasks per second when `count` are submitted at once. */
export async function rateAtOnce(submit, count) {
  const begin = now();
  const all = new Array(count);
  for (let i = 0; i < count; i++) all[i] = submit();
  await Promise.all(all);
  return (count * 1000) / (now() - begin);
}
