// SPDX-License-Identifier: MIT
// The web server that pages of tests come from and report to. A place is a first folder of every
// address, and the headers that all below it is sent with. Knows nothing of browsers.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { root, testsFolder } from "./places.mjs";

/** What a page may use, by the headers that it comes with. */
export const pagePlaces = {
  isolated: {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  },
  plain: {},
  inline: { "Content-Security-Policy": "worker-src 'none'" },
};

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".cjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

/** Files of the repository that tests read; a folder stands for all files in it. */
const readable = [
  "tests/js",
  "tests/js/files",
  "tests/js/modules",
  "tests/package/readme-blocks",
  "examples/node",
  "packages/qjspool/README.md",
  "docs/wire-format.md",
];

function filesOf(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${path}/${entry.name}`);
}

function readRepository() {
  const names = readable.flatMap(filesOf);
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), "utf8")]));
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Runs of test files: each has what its page is told, and who gets what the page reports. */
export class TestServer {
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  #folders;
  #runs = new Map();
  #lastRun = 0;
  #files = readRepository();

  /** `out`: the folder that the package is installed in and that has the bundles in `pages`. */
  constructor(out) {
    this.#folders = {
      tests: join(testsFolder, "browser"),
      bundles: join(out, "pages"),
      package: join(out, "node_modules/qjspool"),
    };
  }

  async start() {
    await new Promise((done) => this.#server.listen(0, "127.0.0.1", done));
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /**
   * Announces a run. Returns the address of its page; `onEvent` gets what that reports, until
   * `close` is called.
   */
  open({ place, bundle, runtime }, onEvent) {
    const run = String(++this.#lastRun);
    this.#runs.set(run, { setup: { place, bundle, runtime, files: this.#files }, onEvent });
    const { port } = this.#server.address();
    const url = `http://127.0.0.1:${port}/${place}/tests/page.html?run=${run}`;
    return { url, close: () => this.#runs.delete(run) };
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const [, place, folder, ...rest] = normalize(decodeURIComponent(pathname)).split("/");
    const run = this.#runs.get(searchParams.get("run"));
    const headers = { "Cache-Control": "no-store", ...pagePlaces[place] };

    if (folder === "events" && request.method === "POST") {
      for (const event of JSON.parse(await readBody(request))) run?.onEvent(event);
      response.writeHead(204, headers).end();
    } else if (folder === "setup" && run !== undefined) {
      response.writeHead(200, { ...headers, "Content-Type": types[".json"] });
      response.end(JSON.stringify(run.setup));
    } else {
      this.#sendFile(response, headers, this.#folders[folder], rest.join("/"));
    }
  }

  #sendFile(response, headers, folder, path) {
    const file = folder && join(folder, path);
    const type = types[extname(path)];
    if (!file?.startsWith(folder) || type === undefined || !existsSync(file)) {
      response.writeHead(404, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, "Content-Type": type }).end(readFileSync(file));
  }
}
