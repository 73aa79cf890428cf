// SPDX-License-Identifier: MIT
// The arguments of a console call as one text, as hosts show them: the Formatter of WHATWG Console
// (section 2), objects as Node's util.inspect has them, control characters escaped. The same as
// qjsp_console_to_text of the C library, which the conformance cases were written with.
import { inspect } from "node:util";

const DIRECTIVE = /%([sdifjoOc%])/g;

const show = (value: unknown): string => inspect(value, { breakLength: Infinity, depth: 2 });

/** Strings as they are but for control characters; all else as inspect shows it. */
function plain(value: unknown): string {
  if (typeof value !== "string") return show(value);
  return value.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (c) => {
    return `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

function direct(directive: string, value: unknown): string {
  switch (directive) {
    case "s":
      return plain(value);
    case "d":
    case "i":
      return typeof value === "bigint" ? `${value}n` : String(parseInt(String(value), 10));
    case "f":
      return String(parseFloat(String(value)));
    case "j":
      return JSON.stringify(value) ?? "undefined";
    case "c":
      return "";
    default:
      return show(value);
  }
}

export function consoleText(args: readonly unknown[]): string {
  const rest = [...args];

  if (typeof rest[0] !== "string" || rest.length < 2) return rest.map(plain).join(" ");
  const format = plain(rest.shift());
  const first = format.replace(DIRECTIVE, (all, directive: string) => {
    if (directive === "%") return "%";
    return rest.length === 0 ? all : direct(directive, rest.shift());
  });
  return [first, ...rest.map(plain)].join(" ");
}
