// SPDX-License-Identifier: MIT
// Serves dist/ on the loopback interface, once with the headers of cross-origin isolation and once
// without. Knows nothing of what it serves.
//
//   node serve.mjs                  ports 8787 and 8788, or free ones where those are taken
//   node serve.mjs --port N         N and N + 1; 0: any free ones
//   node serve.mjs --dir FOLDER     another folder
//
// As a module: `startServer` is one such server.
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const host = "127.0.0.1";
const firstPort = 8787;

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".map": "application/json",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export const isolationHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The file that a request asks for; undefined: there is none in `folder`. */
async function findFile(folder, url) {
  let path;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0]);
  } catch {
    return undefined;
  }
  if (!path.startsWith("/") || path.startsWith("//") || path.includes("\0")) return undefined;
  try {
    const wanted = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    const file = await realpath(wanted); // also follows links that lead out of the folder
    const isInside = file.startsWith((await realpath(folder)) + sep);
    return isInside && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

async function answer(request, response, { folder, headers }) {
  const base = { ...headers, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache" };
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...base, Allow: "GET, HEAD" }).end();
    return;
  }
  const file = await findFile(folder, request.url ?? "/");
  if (file === undefined) {
    response
      .writeHead(404, { ...base, "Content-Type": types[".txt"] })
      .end("There is no such file.\n");
    return;
  }
  const type = types[extname(file)] ?? "application/octet-stream";
  response.writeHead(200, { ...base, "Content-Type": type });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

function listen(server, port) {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      done();
    });
  });
}

/**
 * Starts a server of `folder`. A port that is taken is replaced by a free one. Resolves to its
 * address and a function that ends it.
 */
export async function startServer({ folder = join(here, "dist"), port = 0, headers = {} } = {}) {
  const server = createServer((request, response) => {
    answer(request, response, { folder, headers }).catch(() => response.destroy());
  });
  try {
    await listen(server, port);
  } catch (error) {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    await listen(server, 0);
  }
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://${host}:${server.address().port}/`, close };
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: String(firstPort) },
      dir: { type: "string", default: join(here, "dist") },
    },
  });
  const folder = resolve(values.dir);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65534) throw new Error("--port: 0 to 65534");
  if ((await findFile(folder, "/")) === undefined) {
    throw new Error(`${folder} has no index.html: run "node build.mjs" first`);
  }
  const isolated = await startServer({ folder, port, headers: isolationHeaders });
  const plain = await startServer({ folder, port: port === 0 ? 0 : port + 1 });
  console.log(`The playground, until Ctrl+C:
  ${isolated.url}  cross-origin isolated: a cancelled task is stopped in place
  ${plain.url}  without those headers, as any static host serves it`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error) => {
    console.error(`serve: ${error.message}`);
    process.exitCode = 1;
  });
}
