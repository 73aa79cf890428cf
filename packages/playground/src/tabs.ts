// SPDX-License-Identifier: MIT
// The tabs: one for clean realms of the pool, one for each session. Follows the ARIA pattern: one
// tab stop, arrows move, Delete closes. Owns no session and no code; who does is told.
import { byId, el } from "./dom.js";

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** What stacks call its code. */
  readonly filename: string;
  readonly isSession: boolean;
}

export interface TabEvents {
  onSelect(tab: Tab): void;
  onClose(tab: Tab): void;
}

export const poolTab: Tab = {
  id: "pool",
  title: "Clean realm",
  filename: "code.js",
  isSession: false,
};

export class Tabs {
  current: Tab = poolTab;
  private readonly events: TabEvents;
  private readonly list = byId("tabs");
  private readonly panel = byId("tab-panel");
  private readonly tabs: Tab[] = [];
  private readonly buttons = new Map<Tab, HTMLButtonElement>();
  private nsessions = 0;

  constructor(events: TabEvents) {
    this.events = events;
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.add(poolTab);
    this.mark();
  }

  addSession(): Tab {
    const n = ++this.nsessions;
    const tab = {
      id: `tab-${n}`,
      title: `Session ${n}`,
      filename: `session-${n}.js`,
      isSession: true,
    };
    this.add(tab);
    return tab;
  }

  select(tab: Tab): void {
    if (tab === this.current || !this.tabs.includes(tab)) return;
    this.current = tab;
    this.mark();
    this.events.onSelect(tab);
  }

  /** Moves the focus to the tab that is shown. */
  focus(): void {
    this.buttons.get(this.current)?.focus();
  }

  byFilename(filename: string): Tab | undefined {
    return this.tabs.find((tab) => tab.filename === filename);
  }

  byId(id: string): Tab | undefined {
    return this.tabs.find((tab) => tab.id === id);
  }

  private add(tab: Tab): void {
    const select = (): void => this.select(tab);
    const button = el(
      "button",
      { type: "button", role: "tab", id: tab.id, onclick: select },
      tab.title,
    );
    button.setAttribute("aria-controls", this.panel.id);
    this.buttons.set(tab, button);
    this.tabs.push(tab);
    const item = el("span", { class: "tab", role: "presentation" }, button);
    if (tab.isSession) item.append(this.closeButton(tab));
    this.list.append(item);
  }

  /** For the mouse; keyboards have Delete, which its tab tells of. */
  private closeButton(tab: Tab): HTMLElement {
    this.buttons.get(tab)!.setAttribute("aria-keyshortcuts", "Delete");
    const close = (): void => this.close(tab);
    return el(
      "button",
      {
        type: "button",
        class: "close",
        tabindex: -1,
        "aria-hidden": "true",
        title: `Close ${tab.title}`,
        onclick: close,
      },
      "×",
    );
  }

  private close(tab: Tab): void {
    const at = this.tabs.indexOf(tab);
    if (!tab.isSession || at < 0) return;
    if (tab === this.current) this.select(this.tabs[at - 1]!);
    this.tabs.splice(at, 1);
    this.buttons.get(tab)?.parentElement?.remove();
    this.buttons.delete(tab);
    this.events.onClose(tab);
  }

  private mark(): void {
    for (const [tab, button] of this.buttons) {
      const isCurrent = tab === this.current;
      button.setAttribute("aria-selected", String(isCurrent));
      button.tabIndex = isCurrent ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", this.current.id);
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.tabs.indexOf(this.current);
    const last = this.tabs.length - 1;
    switch (event.key) {
      case "ArrowLeft":
        this.select(this.tabs[at === 0 ? last : at - 1]!);
        break;
      case "ArrowRight":
        this.select(this.tabs[at === last ? 0 : at + 1]!);
        break;
      case "Home":
        this.select(this.tabs[0]!);
        break;
      case "End":
        this.select(this.tabs[last]!);
        break;
      case "Delete":
        this.close(this.current);
        break;
      default:
        return;
    }
    event.preventDefault();
    this.focus();
  }
}
