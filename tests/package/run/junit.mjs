// SPDX-License-Identifier: MIT
// Reads the JUnit reports that node, bun and deno write, which agree on little more than
// <testcase name="..."> with <failure> or <skipped> within. Not a parser of XML in general.

const entities = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text) {
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name) => {
    if (name[0] !== "#") return entities[name] ?? whole;
    const isHex = name[1] === "x" || name[1] === "X";
    return String.fromCodePoint(Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10));
  });
}

function readCase([, attributes, , body]) {
  const name = unescape(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? "?");
  const inside = body ?? "";
  const failure = /<failure\b([^>]*?)(?:\/>|>([\s\S]*?)<\/failure>)/.exec(inside);
  const isSkipped = /<skipped\b/.test(inside);
  if (failure === null) return { name, isSkipped, failure: null };
  const message = unescape(/\bmessage="([^"]*)"/.exec(failure[1])?.[1] ?? "");
  return { name, isSkipped, failure: unescape(failure[2] ?? "").trim() || message };
}

/** The tests in a report: `{ name, isSkipped, failure: string | null }`. */
export function readReport(xml) {
  const cases = [];
  for (const match of xml.matchAll(/<testcase\b((?:"[^"]*"|[^">])*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    cases.push(readCase(match));
  }
  // deno counts a group as one more test, before those within
  const groups = new Set(cases.filter((c) => c.name.includes(" > ")).map((c) => c.name.split(" > ")[0]));
  return cases.filter((c) => !groups.has(c.name));
}
