// SPDX-License-Identifier: MIT
// A value as a tree that opens on demand. Each branch is a <details>, which keyboards and screen
// readers know; what is in one is made when it is first opened, and large ones open in ranges, so
// that a million rows cost what is looked at.
import { el, type Child } from "../dom.js";
import { count, plural, quote } from "../text.js";
import { preview, previewContents, showKey } from "./preview.js";
import { shapeOf, type Row, type Rows } from "./shape.js";

/** Rows in one go; a longer list is divided into as many ranges. */
const MAX_ROWS = 100;
/** A branch with no more rows is open from the start, where it is the whole value. */
const MAX_OPEN = 20;
/** Characters of a string before one has to ask for more, and how many more that brings. */
const FIRST_CHARS = 300;
const MORE_CHARS = 20_000;

/** What stands above a value: to know a cycle when it comes. */
interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly parent: Place | null;
}

export function valueTree(value: unknown): HTMLElement {
  return node(null, value, { value, path: "the value", parent: null }, true);
}

/** A value among others, folded. */
export function inlineValue(value: unknown): HTMLElement {
  return node(null, value, { value, path: "the value", parent: null }, false);
}

function node(key: Child, value: unknown, place: Place, isOpen: boolean): HTMLElement {
  const circular = typeof value === "object" && value !== null ? findAbove(place) : null;
  if (circular !== null)
    return line(key, el("span", { class: "v-note" }, `↺ circular: ${circular}`));
  const shape = shapeOf(value);
  if (typeof value === "string") return line(key, stringView(value));
  if (shape.rows === null) return line(key, el("span", { class: `v-${shape.kind}` }, shape.label));
  const rows = shape.rows;
  const head = el("span", { class: `v-${shape.kind}` }, shape.label);
  const contents = shape.kind === "object" ? previewContents(value as object) : "";
  const hint = el("span", { class: "v-hint" }, contents);
  const isShort = isOpen && rows().length <= MAX_OPEN;
  return lazyDetails([key, head, " ", hint], () => list(rows(), place), isShort);
}

function findAbove(place: Place): string | null {
  for (let above = place.parent; above !== null; above = above.parent) {
    if (above.value === place.value) return above.path;
  }
  return null;
}

function line(key: Child, content: HTMLElement): HTMLElement {
  return el("div", { class: "v-line" }, key, content);
}

/** A <details> that makes its content when it is opened for the first time. */
function lazyDetails(summary: Child[], content: () => HTMLElement, isOpen = false): HTMLElement {
  const details = el("details", { class: "v-branch", open: isOpen }, el("summary", {}, ...summary));
  if (isOpen) details.append(content());
  else details.addEventListener("toggle", () => details.append(content()), { once: true });
  return details;
}

// ---- rows ----

function list(rows: Rows, place: Place): HTMLElement {
  return range(rows, 0, rows.length, place);
}

/** Rows `from` to `to`; in ranges, of up to MAX_ROWS to the power of n, where they are many. */
function range(rows: Rows, from: number, to: number, place: Place): HTMLElement {
  const items: HTMLElement[] = [];
  const size = to - from;
  if (size <= MAX_ROWS) {
    for (let i = from; i < to; i++) items.push(el("li", {}, rowView(rows.at(i), place)));
    return el("ul", { class: "v-rows" }, ...items);
  }
  let step = MAX_ROWS;
  while (step * MAX_ROWS < size) step *= MAX_ROWS;
  for (let start = from; start < to; start += step) {
    const end = Math.min(start + step, to);
    const label = el("span", { class: "v-note" }, `${count(start)} … ${count(end - 1)}`);
    items.push(
      el(
        "li",
        {},
        lazyDetails([label], () => range(rows, start, end, place)),
      ),
    );
  }
  return el("ul", { class: "v-rows" }, ...items);
}

function rowView(row: Row, place: Place): HTMLElement {
  const key = keyView(row);
  if (row.note !== undefined) return line(key, el("span", { class: "v-note" }, row.note));
  const path = `${place.path} › ${row.key === "" ? "…" : showKey(row.key)}`;
  return node(key, row.value, { value: row.value, path, parent: place }, false);
}

function keyView(row: Row): Child {
  if ("keyValue" in row) return el("span", { class: "v-key" }, `${preview(row.keyValue)} ⇒ `);
  return row.key === "" ? null : el("span", { class: "v-key" }, `${showKey(row.key)}: `);
}

// ---- strings ----

function stringView(text: string): HTMLElement {
  if (text.length <= FIRST_CHARS) return el("span", { class: "v-string" }, quote(text));
  let shown = FIRST_CHARS;
  const view = el("span", { class: "v-string" }, quote(text.slice(0, shown)));
  const button = el(
    "button",
    { type: "button", class: "link" },
    `more of ${plural(text.length, "character")}`,
  );
  button.addEventListener("click", () => {
    shown = Math.min(shown + MORE_CHARS, text.length);
    view.textContent = quote(text.slice(0, shown));
    if (shown === text.length) button.remove();
  });
  return el("span", {}, view, " … ", button);
}
