// SPDX-License-Identifier: MIT
// Rows as a tree to be walked by keys (the pattern of ARIA's authoring practices, in its flat form:
// each item says its level). Names are a guest's, and become text.
import { el } from "../dom.js";
import { byteCount, oneLine, plural } from "../text.js";
import type { Row } from "./model.js";

export interface TreeEvents {
  onToggle(path: string, opens?: boolean): void;
  onPick(row: Row): void;
}

export class TreeView {
  readonly element: HTMLElement;
  private readonly events: TreeEvents;
  private rows: readonly Row[] = [];
  /** What the Tab key comes to. */
  private current = "";
  private picked = "";

  constructor(label: string, events: TreeEvents) {
    this.events = events;
    this.element = el("ul", { role: "tree", "aria-label": label, class: "file-tree" });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
  }

  show(rows: readonly Row[]): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.rows = rows;
    if (!rows.some(({ path }) => path === this.current)) this.current = rows[0]?.path ?? "";
    this.element.replaceChildren(...rows.map((row) => this.item(row)));
    if (hadFocus) this.itemOf(this.current)?.focus();
  }

  /** null: no file is shown. */
  set shown(path: string | null) {
    this.picked = path ?? "";
    for (const item of this.element.children) {
      item.setAttribute("aria-selected", String(this.rowOf(item)?.path === path));
    }
  }

  private item(row: Row): HTMLElement {
    const { path, entry, level, isOpen, nmore } = row;
    const name = entry === null ? `and ${plural(nmore, "more entry", "more entries")}` : oneLine(entry.name);
    const note = entry === null || entry.isFolder ? "" : byteCount(entry.size);
    return el(
      "li",
      {
        role: "treeitem",
        class: row.isFresh ? "fresh" : "",
        "aria-level": level,
        "aria-expanded": entry?.isFolder ? String(isOpen) : undefined,
        "aria-selected": String(path === this.picked),
        tabindex: path === this.current ? 0 : -1,
        onclick: () => this.activate(row),
      },
      el("span", { class: `indent level-${Math.min(level, 12)}`, "aria-hidden": "true" }),
      el("span", { class: "sign", "aria-hidden": "true" }, entry?.isFolder ? (isOpen ? "▾" : "▸") : ""),
      el("span", { class: "name" }, entry?.isFolder ? `${name}/` : name),
      el("span", { class: "size" }, note),
    );
  }

  private activate(row: Row): void {
    this.moveTo(row.path);
    if (row.entry?.isFolder) this.events.onToggle(row.path);
    else if (row.entry !== null) this.events.onPick(row);
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.rows.findIndex(({ path }) => path === this.current);
    const row = this.rows[at];
    if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.target(event.key, at, row);
    if (to === undefined) return;
    event.preventDefault();
    if (to !== null) this.moveTo(to.path);
  }

  /** undefined: not a key of ours; null: done. */
  private target(key: string, at: number, row: Row): Row | null | undefined {
    switch (key) {
      case "ArrowDown":
        return this.rows[at + 1] ?? null;
      case "ArrowUp":
        return this.rows[at - 1] ?? null;
      case "Home":
        return this.rows[0]!;
      case "End":
        return this.rows.at(-1)!;
      case "Enter":
      case " ":
        this.activate(row);
        return null;
      case "ArrowRight":
        if (row.isOpen) return this.rows[at + 1] ?? null;
        if (row.entry?.isFolder) this.events.onToggle(row.path, true);
        return null;
      case "ArrowLeft":
        if (!row.isOpen) return this.rows.slice(0, at).findLast(({ level }) => level < row.level) ?? null;
        this.events.onToggle(row.path, false);
        return null;
      default:
        return undefined;
    }
  }

  private moveTo(path: string): void {
    this.itemOf(this.current)?.setAttribute("tabindex", "-1");
    this.current = path;
    const item = this.itemOf(path);
    item?.setAttribute("tabindex", "0");
    item?.focus();
  }

  private itemOf(path: string): HTMLElement | undefined {
    const at = this.rows.findIndex((row) => row.path === path);
    return this.element.children[at] as HTMLElement | undefined;
  }

  private rowOf(item: Element): Row | undefined {
    return this.rows[Array.prototype.indexOf.call(this.element.children, item)];
  }
}
