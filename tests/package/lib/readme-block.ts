// SPDX-License-Identifier: MIT
// Runs a code block of a README as its reader would, and checks what its comments say comes out:
// `console.log(x) // 42`, `const r = ... // { value: 43 }`, `// result: { value: 2 } or ...`,
// `pool.busyWorkers // workers currently executing`. Knows no block by name.
import assert from "node:assert/strict";
import * as qjspool from "qjspool";
import { consoleText } from "./console-text.js";
import { file } from "./env.js";

const AsyncFunction = (async () => {}).constructor as new (
  ...args: string[]
) => (...values: unknown[]) => Promise<void>;

/** What of a block was checked; for tests that must not check nothing by accident. */
export interface BlockOutcome {
  checks: number;
}

/** The code of a file in readme-blocks, without its header. */
export function readBlock(name: string): string {
  const text = file(`tests/package/readme-blocks/${name}`);
  return text.slice(text.indexOf("// ----\n") + "// ----\n".length).trimEnd();
}

/** The javascript and typescript fences of a README. */
export function fencesOf(text: string): string[] {
  return [...text.matchAll(/^```(?:typescript|javascript|ts|js)\n([\s\S]*?)^```$/gm)].map((m) =>
    m[1]!.trimEnd(),
  );
}

/** Checks that the package exports what a block imports, and takes the imports out. */
function dropImports(code: string): string {
  return code.replace(/^import \{([^}]*)\} from "qjspool";?$/gm, (_all, list: string) => {
    for (const name of list
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean)) {
      assert.ok(name in qjspool, `"${name}" is not exported`);
    }
    return "";
  });
}

/** Blocks show several calls that each declare `result`: such names are declared once, before. */
function declareOnce(code: string): string {
  const names = [...code.matchAll(/^const (\w+) = /gm)].map((match) => match[1]!);
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
  const undeclared = code.replace(/^const (\w+) = /gm, (all, name: string) =>
    twice.includes(name) ? `${name} = ` : all,
  );
  return twice.length === 0 ? code : `let ${twice.join(", ")};\n${undeclared}`;
}

/** The value that a comment stands for; nothing: it is prose. */
function parseExpectation(comment: string): { value: unknown } | undefined {
  try {
    return { value: (0, eval)(`(${comment.replace(/ or \{.*$/, "")})`) };
  } catch {
    return undefined;
  }
}

/** "throws if error": it may, the results at hand are both. */
const UNWRAP = "context.unwrapResult(result)";

/** A comment below a console.log is moved beside it. */
function joinComments(code: string): string {
  return code.replace(/^(\s*console\.log\(.*\);?)\n(\/\/ .+)$/gm, "$1 $2");
}

/** Puts calls of `$check` and `$has` behind what has a comment. */
function instrument(code: string): string {
  return joinComments(code)
    .split("\n")
    .map((line) => {
      const log = /^(\s*)console\.log\((.*)\);? \/\/ (.+)$/.exec(line);
      if (log) return `${log[1]}$check(${JSON.stringify(log[3])}, ${log[2]});`;
      const note = /^\/\/ (\w+): (\{.*\})$/.exec(line);
      if (note) return `$check(${JSON.stringify(note[2])}, ${note[1]});`;
      const declared =
        !line.includes(UNWRAP) && /^(?:const |let )?(\w+) = .*\) \/\/ (.+)$/.exec(line);
      if (declared) return `${line}\n$check(${JSON.stringify(declared[2])}, ${declared[1]});`;
      if (line.includes(UNWRAP)) return line.replace(UNWRAP, `$try(() => ${UNWRAP})`);
      const property = /^(\w+\.\w+) \/\/ (.+)$/.exec(line);
      if (property) return `$has(${JSON.stringify(property[0])}, ${property[1]});`;
      return line;
    })
    .join("\n");
}

/** A word that a console shows, perhaps behind a number; prose has more. */
const isPlain = (comment: string): boolean => /^(\d+ )?\w+$/.test(comment);

/** `...` in a text stands for any text. */
function isAlike(got: unknown, want: unknown): boolean {
  if (want === "...") return typeof got === "string" && got !== "";
  if (typeof want !== "object" || want === null) return Object.is(got, want);
  if (typeof got !== "object" || got === null) return false;
  const keys = Object.keys(want);
  const hasMore = Object.keys(got).some((key) => !keys.includes(key) && key !== "stack");
  const at = (object: object, key: string): unknown => (object as Record<string, unknown>)[key];
  return !hasMore && keys.every((key) => isAlike(at(got, key), at(want, key)));
}

/** What a console would show last of `args`, or the value of a result that was meant. */
function check(outcome: BlockOutcome, comment: string, args: unknown[]): void {
  const want = parseExpectation(comment) ?? (isPlain(comment) ? { value: NaN } : undefined);
  const got = args.at(-1);

  if (want === undefined) return;
  outcome.checks++;
  const shown = consoleText(args);
  const inner = (got as { value?: unknown } | null | undefined)?.value;
  const isRight = shown === comment || isAlike(got, want.value) || isAlike(inner, want.value);
  assert.ok(isRight, `${shown} instead of ${comment}`);
}

/** Runs `code`; `given` are names that it takes for granted, such as a pool. */
export async function runBlock(
  code: string,
  given: Record<string, unknown>,
): Promise<BlockOutcome> {
  const outcome: BlockOutcome = { checks: 0 };
  const source = instrument(declareOnce(dropImports(code)));
  const scope: Record<string, unknown> = {
    ...qjspool,
    console: { log() {}, warn() {}, error() {} },
    $check: (comment: string, ...args: unknown[]) => check(outcome, comment, args),
    $has: (what: string, value: unknown) => {
      outcome.checks++;
      assert.notEqual(value, undefined, what);
    },
    $try: (run: () => unknown) => {
      outcome.checks++;
      try {
        return run();
      } catch (error) {
        assert.ok(error instanceof Error);
        return undefined;
      }
    },
    ...given,
  };
  const declared = [
    ...source.matchAll(/^(?:const|let) (\w+|\{[^}]*\}|\[[^\]]*\]|[\w, ]+)(?: =|;)/gm),
  ];
  const own = declared.flatMap((match) => match[1]!.match(/\w+/g) ?? []);
  const names = Object.keys(scope).filter((name) => !own.includes(name));
  await new AsyncFunction(...names, source)(...names.map((name) => scope[name]));
  return outcome;
}
