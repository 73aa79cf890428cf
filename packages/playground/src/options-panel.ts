// SPDX-License-Identifier: MIT
// The form of options. Gives out complete and valid ones, or says what is wrong.
import { bounds, type Config } from "./engine/config.js";
import { byId, el } from "./dom.js";

type Settings = Omit<Config, "bootstrapCode">;
type NumberName = keyof typeof bounds;

const titles: Readonly<Record<NumberName, string>> = {
  poolSize: "Workers",
  timeoutMs: "Time limit",
  memoryMib: "Memory limit",
};

export class OptionsPanel {
  private readonly form = byId<HTMLFormElement>("options");
  private readonly summary = byId("options-summary");
  private readonly error = byId("options-error");

  constructor(settings: Settings, onChange: () => void) {
    for (const name of Object.keys(bounds) as NumberName[]) {
      const { min, max } = bounds[name];
      const input = this.input(name);
      input.min = String(min);
      input.max = String(max);
      input.value = String(settings[name]);
    }
    this.input("isolation").value = settings.isolation;
    this.input("seed").value = settings.seed;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", () => {
      if (this.read() !== null) onChange();
    });
    this.read();
  }

  /** The options; null, and told on the page, if one of them is wrong. */
  read(): Settings | null {
    const problem = this.findProblem();
    this.error.textContent = problem?.text ?? "";
    for (const element of this.form.elements) {
      if (element === problem?.input) element.setAttribute("aria-invalid", "true");
      else element.removeAttribute("aria-invalid");
    }
    if (problem !== null) return null;
    const settings: Settings = {
      poolSize: Number(this.input("poolSize").value),
      timeoutMs: Number(this.input("timeoutMs").value),
      memoryMib: Number(this.input("memoryMib").value),
      isolation: this.input("isolation").value === "worker" ? "worker" : "task",
      seed: this.input("seed").value.trim(),
    };
    this.showSummary(settings);
    return settings;
  }

  private findProblem(): { input: HTMLInputElement; text: string } | null {
    for (const name of Object.keys(bounds) as NumberName[]) {
      const input = this.input(name);
      const { min, max } = bounds[name];
      const value = input.value.trim() === "" ? NaN : Number(input.value);
      if (Number.isInteger(value) && value >= min && value <= max) continue;
      return { input, text: `${titles[name]}: a whole number from ${min} to ${max}, please.` };
    }
    const seed = this.input("seed");
    const isNumber = seed.value.trim() === "" || Number.isFinite(Number(seed.value));
    return isNumber ? null : { input: seed, text: "Seed: a number, please, or nothing." };
  }

  private showSummary({ poolSize, timeoutMs, memoryMib, isolation, seed }: Settings): void {
    const limit = timeoutMs === 0 ? "no time limit" : `${timeoutMs} ms`;
    const parts = [`${poolSize} workers`, limit, `${memoryMib} MiB`, isolation];
    if (seed !== "") parts.push(`seed ${seed}`);
    this.summary.replaceChildren(el("span", {}, parts.join(" · ")));
  }

  private input(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }
}
