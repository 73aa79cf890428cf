// SPDX-License-Identifier: MIT
// Regular expressions: a log is matched, split and rewritten, with groups, classes and backtracking.
function makeLog(lines) {
  const levels = ["INFO", "WARN", "ERROR", "DEBUG"];
  const out = [];
  let seed = 42;
  for (let i = 0; i < lines; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const ip = [seed & 255, (seed >> 8) & 255, (seed >> 16) & 255, (seed >>> 24) & 255].join(".");
    const path = "/api/v" + (i % 3) + "/items/" + (seed % 1000) + "?q=" + (seed % 97).toString(36);
    out.push(`2026-11-${10 + (i % 20)}T10:${10 + (i % 50)}:${10 + (seed % 50)}Z [${levels[i & 3]}] ${ip} "GET ${path}" ${200 + (seed % 5) * 100} user.${i}@mail${i % 7}.example.org`);
  }
  return out.join("\n");
}

const line = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z \[(\w+)\] ([\d.]+) "(GET|POST) ([^"?]+)(?:\?([^"]*))?" (\d{3}) (.*)$/gm;
const email = /\b[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b/gi;

function analyse(log) {
  const counts = {};
  let sum = 0;
  for (const match of log.matchAll(line)) {
    counts[match[7]] = (counts[match[7]] ?? 0) + Number(match[12]);
    sum += match[10].length + Number(match[6]);
  }
  const masked = log.replace(email, (address) => "*".repeat(address.length % 9));
  const swapped = masked.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)/g, "$4.$3.$2.$1");
  const words = swapped.split(/[\s"?=\/\[\]]+/).filter((word) => /^(?=.*\d)[a-z\d]+$/i.test(word));
  return sum + words.length + counts.INFO + swapped.length;
}

analyse(makeLog(500));
