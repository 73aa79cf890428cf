// SPDX-License-Identifier: MIT
// Strings: building, slicing, comparing and hashing; base 64, run lengths, edit distance, words.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function encode(text) {
  let out = "";
  for (let i = 0; i < text.length; i += 3) {
    const bits = (text.charCodeAt(i) << 16) | (text.charCodeAt(i + 1) << 8) | text.charCodeAt(i + 2);
    out += letters[(bits >> 18) & 63] + letters[(bits >> 12) & 63] + letters[(bits >> 6) & 63] + letters[bits & 63];
  }
  return out;
}

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h >>> 0;
}

function wordCounts(text) {
  const counts = new Map();
  for (const word of text.toLowerCase().split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5).join(";");
}

function story(words) {
  const stems = ["Pool", "worker", "realm", "queue", "value", "byte", "ring", "clock"];
  const out = [];
  for (let i = 0; i < words; i++) out.push(stems[(i * i + 3 * i) % 8] + (i % 11 === 0 ? "s" : ""));
  return out.join(" ");
}

const text = story(1500);
const encoded = encode(text);
let sum = hash(encoded) % 100003;
sum += distance(text.slice(0, 150), text.slice(60, 210));
sum += hash(wordCounts(text)) % 1009;
for (let i = 0; i < 200; i++) sum += text.indexOf("clocks", i * 30) - text.substring(i, i + 9).padStart(12, "-").trim().length;
sum;
