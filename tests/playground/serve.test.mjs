// SPDX-License-Identifier: MIT
// The server: what it gives, with which headers, and what it keeps to itself.
import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { playgroundFolder } from "./lib/browsers.mjs";

const { startServer, isolationHeaders } = await import(join(playgroundFolder, "serve.mjs"));

/** A request as it is written, which clients would tidy up. */
function raw(url, target) {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    let text = "";
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("data", (data) => (text += data));
    socket.on("end", () => done(text));
    socket.on("error", fail);
  });
}

function makeFolder() {
  const top = mkdtempSync(join(tmpdir(), "playground-serve-"));
  mkdirSync(join(top, "site/sub"), { recursive: true });
  writeFileSync(join(top, "secret.txt"), "secret");
  writeFileSync(join(top, "site/index.html"), "<!doctype html>");
  writeFileSync(join(top, "site/sub/a.js"), "1");
  writeFileSync(join(top, "site/b.wasm"), "");
  symlinkSync(join(top, "secret.txt"), join(top, "site/link.txt"));
  return { top, folder: join(top, "site") };
}

export const tests = [
  {
    name: "the server gives files with their types, and nothing from outside",
    onlyIn: "chromium",
    async run() {
      const { top, folder } = makeFolder();
      const server = await startServer({ folder });
      try {
        const get = (path, options) => fetch(server.url + path, options);
        assert.equal((await get("")).headers.get("content-type"), "text/html; charset=utf-8");
        assert.equal(
          (await get("sub/a.js?x")).headers.get("content-type"),
          "text/javascript; charset=utf-8",
        );
        assert.equal((await get("b.wasm")).headers.get("content-type"), "application/wasm");
        assert.equal((await get("", { method: "HEAD" })).status, 200);
        assert.equal((await get("", { method: "POST" })).status, 405);
        for (const target of [
          "/../secret.txt",
          "/%2e%2e/secret.txt",
          "/sub/..%2f..%2fsecret.txt",
          "/link.txt",
          "/sub",
          "/%00",
          "/%zz",
          "//secret.txt",
          "/nothing",
        ]) {
          const answer = await raw(server.url, target);
          assert.match(answer, /^HTTP\/1\.1 404 /, target);
          assert.ok(!answer.includes("secret\n") && !answer.endsWith("secret"), target);
        }
      } finally {
        await server.close();
        rmSync(top, { recursive: true });
      }
    },
  },
  {
    name: "isolation is a matter of headers, and a port that is taken of no matter",
    onlyIn: "chromium",
    async run() {
      const { top, folder } = makeFolder();
      const plain = await startServer({ folder });
      const isolated = await startServer({
        folder,
        port: Number(new URL(plain.url).port),
        headers: isolationHeaders,
      });
      try {
        assert.notEqual(isolated.url, plain.url);
        assert.equal((await fetch(plain.url)).headers.get("cross-origin-opener-policy"), null);
        const { headers } = await fetch(isolated.url);
        assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
        assert.equal(headers.get("cross-origin-embedder-policy"), "require-corp");
      } finally {
        await plain.close();
        await isolated.close();
        rmSync(top, { recursive: true });
      }
    },
  },
];
