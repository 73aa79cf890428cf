// SPDX-License-Identifier: MIT
// Text for people: numbers with units, and strings of guests made harmless to read. A guest's
// string may hold characters that hide or reorder what stands next to them; those are escaped.

/** Controls, marks of direction and other invisible ones, separators of lines, lone surrogates. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT_ESCAPES: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeOne(char: string): string {
  const short = SHORT_ESCAPES[char];
  if (short !== undefined) return short;
  const hex = char.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** As in source code, with the quotes. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replace(UNSAFE, escapeOne)}"`;
}

/** To be read as text: lines and tabs stay. */
export function harmless(text: string): string {
  return text.replace(UNSAFE, (char) => (char === "\n" || char === "\t" ? char : escapeOne(char)));
}

/** To be read as part of a line. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, escapeOne);
}

/** The first `length` characters at most, with a sign that there is more. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

const grouped = new Intl.NumberFormat("en");

export function count(n: number): string {
  return grouped.format(n);
}

/** `plural(2, "worker")` is "2 workers". */
export function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : nouns}`;
}

/** Three figures, in B, KB or MB of 1,000. */
export function byteCount(n: number): string {
  if (n < 1000) return `${n} B`;
  const [value, unit] = n < 999_500 ? [n / 1e3, "KB"] : [n / 1e6, "MB"];
  return `${value.toFixed(value < 9.95 ? 1 : 0)} ${unit}`;
}

/** Three figures, in ms or s. */
export function duration(ms: number): string {
  if (ms >= 9995) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`;
  if (ms >= 99.5) return `${Math.round(ms)} ms`;
  return `${ms.toFixed(ms >= 9.995 ? 1 : 2)} ms`;
}
