// SPDX-License-Identifier: MIT
// Serves the bundled pages on a port of this machine. `/NAME.html` is an empty page with the script
// `/NAME.js`, any other page is empty.
import { createServer } from "node:http";
import { extname } from "node:path";

const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>bench</title>';

function pageFor(path, files) {
  const script = path.replace(/\.html$/, ".js");
  const tag = files.has(script) ? `<script type="module" src="/${script}"></script>` : "";
  return Buffer.from(head + tag);
}

/** `headers` go with every answer. Answers `{ url, close() }`. */
export async function serve(files, headers) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname.slice(1) || "index.html";
    const type = extname(path);
    const body = type === ".html" ? pageFor(path, files) : files.get(path);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { ...headers, "content-type": types[type] }).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => server.close(),
  };
}
