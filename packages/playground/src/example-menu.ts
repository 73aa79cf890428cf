// SPDX-License-Identifier: MIT
// The menu of examples. Each tab remembers what was chosen in it.
import { byId, el } from "./dom.js";
import { exampleGroups, type Example } from "./examples/index.js";

export class ExampleMenu {
  private readonly select = byId<HTMLSelectElement>("examples");
  private readonly chosen = new Map<string, string>();
  private tab = "";

  constructor(onChoose: (example: Example) => void) {
    this.select.append(el("option", { value: "" }, "Examples…"));
    for (const { title, examples } of exampleGroups) {
      const options = examples.map(({ name }) => el("option", { value: name }, name));
      this.select.append(el("optgroup", { label: title }, ...options));
    }
    const all = exampleGroups.flatMap(({ examples }) => examples);
    this.select.addEventListener("change", () => {
      const example = all.find(({ name }) => name === this.select.value);
      if (example === undefined) return;
      this.chosen.set(this.tab, example.name);
      onChoose(example);
    });
  }

  /** Shows what a tab has; `first`: what it begins with. */
  show(tab: string, first: Example): void {
    this.tab = tab;
    if (!this.chosen.has(tab)) this.chosen.set(tab, first.name);
    this.select.value = this.chosen.get(tab)!;
  }
}
