// SPDX-License-Identifier: MIT
// The results of each tab, newest first. One list is on the page at a time; a card follows its task
// also where nobody sees it.
import type { TaskRecord } from "../engine/task-record.js";
import { el } from "../dom.js";
import { Card } from "./card.js";
import type { Navigate } from "./error-view.js";

/** Of one tab. Each holds a value in memory, up to 16 MiB of it. */
const MAX_CARDS = 30;

export class ResultLists {
  private readonly place: HTMLElement;
  private readonly lists = new Map<string, HTMLElement>();
  private readonly cards = new Map<TaskRecord, Card>();
  /** Whose values an element shows, or may yet show. */
  private readonly tasks = new Map<Element, readonly TaskRecord[]>();
  private readonly onDropped: (record: TaskRecord) => void;
  private shown = "";

  /** `onDropped` is told of tasks that are shown no more. */
  constructor(place: HTMLElement, onDropped: (record: TaskRecord) => void) {
    this.place = place;
    this.onDropped = onDropped;
  }

  /** Shows the results of a tab. */
  show(tab: string): void {
    this.shown = tab;
    this.place.replaceChildren(this.listOf(tab));
  }

  drop(tab: string): void {
    this.lists.get(tab)?.remove();
    this.lists.delete(tab);
    this.forgetRemoved();
  }

  clear(tab: string): void {
    this.listOf(tab).replaceChildren();
    this.forgetRemoved();
  }

  addTask(record: TaskRecord, navigate: Navigate, note?: HTMLElement): void {
    const card = new Card(record, navigate, note);
    this.cards.set(record, card);
    this.add(record.origin.tab, card.element, [record]);
  }

  add(tab: string, element: HTMLElement, tasks: readonly TaskRecord[] = []): void {
    this.tasks.set(element, tasks);
    const list = this.listOf(tab);
    list.prepend(element);
    while (list.childElementCount > MAX_CARDS) list.lastElementChild!.remove();
    this.forgetRemoved();
    if (tab === this.shown) element.scrollIntoView({ block: "nearest" });
  }

  update(record: TaskRecord): void {
    this.cards.get(record)?.update();
  }

  /** Moves a card into view, if its tab is shown. */
  reveal(record: TaskRecord): void {
    const card = this.cards.get(record);
    if (card !== undefined && record.origin.tab === this.shown) {
      card.element.scrollIntoView({ block: "nearest" });
    }
  }

  /** Whether a task has a card in the tab that is shown, and if so, moves the focus there. */
  focus(record: TaskRecord): boolean {
    const card = this.cards.get(record);
    if (card === undefined || record.origin.tab !== this.shown) return false;
    card.element.focus();
    card.element.scrollIntoView({ block: "nearest" });
    return true;
  }

  private listOf(tab: string): HTMLElement {
    let list = this.lists.get(tab);
    if (list === undefined) {
      list = el("div", { class: "cards" });
      this.lists.set(tab, list);
    }
    return list;
  }

  private forgetRemoved(): void {
    const kept = new Set<Element>([...this.lists.values()].flatMap((list) => [...list.children]));
    for (const [element, tasks] of this.tasks) {
      if (kept.has(element)) continue;
      this.tasks.delete(element);
      for (const task of tasks) {
        this.cards.delete(task);
        this.onDropped(task);
      }
    }
  }
}
