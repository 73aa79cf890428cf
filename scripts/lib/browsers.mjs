// SPDX-License-Identifier: MIT
// The browsers of tests and benchmarks: where they are, and how they are started. Knows no driver:
// who starts one has that beside its own package.json.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** It runs in containers too, and asks the network for nothing of its own. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** `launch`: options of puppeteer. */
const known = {
  chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome"],
    launch: { browser: "chrome", pipe: true, headless: true, args: chromiumFlags },
  },
  firefox: {
    programs: ["firefox-esr", "firefox"],
    launch: { browser: "firefox", headless: true },
  },
};

export const browserNames = Object.keys(known);

/** The path of a browser's program, or its first name if there is none. */
export function findProgram(name) {
  const { programs } = known[name];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = programs.flatMap((program) => folders.map((folder) => join(folder, program)));
  return paths.find((path) => existsSync(path)) ?? programs[0];
}

/** What puppeteer starts a browser with. */
export function launchOptions(name) {
  return { ...known[name].launch, executablePath: findProgram(name) };
}
