// SPDX-License-Identifier: MIT
// The options that make runs reproducible: the seed of Math.random and the fixed clock.
import { badOption } from "./checks.js";

/** The largest distance of a Date from 1970, in ms. */
const MAX_DATE_MS = 8.64e15;

/** A seed of 64 bits; null: none. Equal numbers give equal seeds, also as a bigint. */
export function toSeed(value: unknown): bigint | null {
  if (value === undefined) return null;
  if (typeof value === "bigint") return BigInt.asUintN(64, value);
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw badOption("random", "a finite number or a bigint", value);
  }
  if (Number.isInteger(value)) return BigInt.asUintN(64, BigInt(value));
  return new BigUint64Array(new Float64Array([value]).buffer)[0]!;
}

/** Milliseconds since 1970; null: the real time. */
export function toClockMs(value: unknown): number | null {
  if (value === undefined) return null;
  const isDate = Object.prototype.toString.call(value) === "[object Date]";
  const ms = isDate ? Number(value) : value;
  if (typeof ms !== "number" || !(Math.abs(ms) <= MAX_DATE_MS)) {
    throw badOption("clock", "a valid Date or milliseconds since 1970", value);
  }
  return ms;
}
