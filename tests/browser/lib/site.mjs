// SPDX-License-Identifier: MIT
// A web server for the pages of the tests: files of some folders, with the headers that a test
// wants, and the reports of violated policies. Knows nothing of browsers.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** With these a page may share memory with its workers. */
export const isolationHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

async function readBody(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

/** The file that a path means; undefined: none of the folders has it. */
async function findFile(folders, path) {
  for (const [prefix, folder] of folders) {
    if (!path.startsWith(prefix)) continue;
    const file = join(folder, normalize(`/${path.slice(prefix.length)}`));
    const name = path.endsWith("/") ? join(file, "index.html") : file;
    const body = await readFile(name).catch(() => undefined);
    if (body !== undefined) return { body, type: types[extname(name)] ?? "application/octet-stream" };
  }
  return undefined;
}

/**
 * Serves on a port of 127.0.0.1 that is free.
 *
 * `folders`   [["/prefix/", folder], ...], the first that has the file
 * `headers`   of every answer, or (path) => headers
 * `pages`     { "/path": html }, before the folders
 *
 * Returns `{ url, reports, close }`: `reports` fills with what is posted to /report.
 */
export async function openSite({ folders = [], headers = {}, pages = {} }) {
  const reports = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://site").pathname);
    const own = typeof headers === "function" ? headers(path) : headers;
    for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
    if (path === "/report") {
      reports.push(await readBody(request));
      response.writeHead(204).end();
    } else if (path === "/favicon.ico") {
      response.writeHead(204).end();
    } else {
      const page = pages[path];
      const found = page === undefined ? await findFile(folders, path) : { body: page, type: types[".html"] };
      if (found === undefined) response.writeHead(404).end();
      else response.writeHead(200, { "Content-Type": found.type }).end(found.body);
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, reports, close };
}
