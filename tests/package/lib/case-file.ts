// SPDX-License-Identifier: MIT
// Reads the .cases files of tests/js (its README is the format) into lists of steps and checks;
// the same reader as tests/native/case_file.c. It knows nothing of pools, and throws on bad input.

/** What must hold after a step: `kind` is the character after "--": one of > ! @ ~ # & */
export interface CaseCheck {
  kind: string;
  text: string;
}

export interface CaseStep {
  source: string;
  /** Of the expectation. */
  line: number;
  checks: CaseCheck[];
}

export interface CaseSetting {
  key: string;
  value: string;
}

export interface Case {
  file: string;
  name: string;
  line: number;
  settings: CaseSetting[];
  steps: CaseStep[];
}

const isCheck = (line: string): boolean => /^--[>!@~#&]/.test(line);
const isSkipped = (line: string): boolean => line === "" || line.startsWith(";;");

class Reader {
  private readonly lines: string[];
  private at = 0;
  private readonly file: string;

  constructor(file: string, text: string) {
    this.file = file;
    this.lines = text.split("\n");
    if (this.lines.at(-1) === "") this.lines.pop();
  }

  /** The number, from 1, of the line that was taken last. */
  get line(): number {
    return this.at;
  }

  peek(): string | undefined {
    return this.lines[this.at];
  }

  take(): string | undefined {
    return this.at < this.lines.length ? this.lines[this.at++] : undefined;
  }

  fail(what: string): never {
    throw new Error(`${this.file}:${this.line}: ${what}`);
  }
}

function readSetting(reader: Reader, line: string): CaseSetting {
  const space = line.indexOf(" ");
  const key = space < 0 ? line.slice(1) : line.slice(1, space);
  const parts = space < 0 ? [] : [line.slice(space + 1)];

  for (let next = reader.peek(); next === "|" || next?.startsWith("| "); next = reader.peek()) {
    parts.push(next.slice(2));
    reader.take();
  }
  return { key, value: parts.join("\n") };
}

function toCheck(line: string): CaseCheck {
  return { kind: line[2]!, text: line[3] === " " ? line.slice(4) : line.slice(3) };
}

function readStep(reader: Reader, first: string): CaseStep {
  const source: string[] = [];
  let line: string | undefined = first;

  for (; line !== undefined && !isCheck(line); line = reader.take()) {
    if (line.startsWith("=== ")) reader.fail("a step without an expectation");
    source.push(line);
  }
  if (line === undefined || (line[2] !== ">" && line[2] !== "!")) {
    reader.fail("a step must end with --> or --!");
  }
  const step: CaseStep = { source: source.join("\n"), line: reader.line, checks: [toCheck(line)] };
  for (let next = reader.peek(); next !== undefined && isCheck(next); next = reader.peek()) {
    if (next[2] === ">" || next[2] === "!") break;
    step.checks.push(toCheck(next));
    reader.take();
  }
  return step;
}

function readCase(reader: Reader, file: string, first: string): Case {
  const c: Case = { file, name: first.slice(4), line: reader.line, settings: [], steps: [] };

  for (let next = reader.peek(); next !== undefined; next = reader.peek()) {
    if (next.startsWith("=== ")) break;
    reader.take();
    if (next.startsWith("@") && c.steps.length === 0) c.settings.push(readSetting(reader, next));
    else if (!isSkipped(next)) c.steps.push(readStep(reader, next));
  }
  if (c.steps.length === 0) reader.fail("a case without steps");
  return c;
}

export function parseCases(file: string, text: string): Case[] {
  const reader = new Reader(file, text);
  const cases: Case[] = [];

  for (let line = reader.take(); line !== undefined; line = reader.take()) {
    if (isSkipped(line)) continue;
    if (!line.startsWith("=== ")) reader.fail("a case must begin with === NAME");
    cases.push(readCase(reader, file, line));
  }
  return cases;
}

/** All settings of that name, in order. */
export function settingsOf(c: Case, key: string): string[] {
  return c.settings.filter((s) => s.key === key).map((s) => s.value);
}

/** The first setting of that name. */
export function settingOf(c: Case, key: string): string | undefined {
  return c.settings.find((s) => s.key === key)?.value;
}
