// SPDX-License-Identifier: MIT
// The bundlers as their users run them: by their command, with no configuration file. A project is
// a folder with the layout that the tool expects. Knows nothing of what is bundled.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.mjs";

const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), "node_modules");

/**
 * `main`, `html`, `icon`  where a project has its program, its page and the page's icon
 * `script`                the program's address in the page
 * `dev`, `build`          the command's arguments; `base`: where the site is, "/" or "/sub/"
 * `dist`                  the folders that make up the built site
 */
function vite(alias) {
  return {
    command: join(modules, alias, "bin/vite.js"),
    main: "main.js",
    html: "index.html",
    icon: "public/favicon.ico",
    script: "/main.js",
    dev: (port, base) => ["--port", port, "--strictPort", "--base", base],
    build: (base) => ["build", "--base", base],
    dist: ["dist"],
  };
}

const esbuildArgs = ["main.js", "--bundle", "--format=esm", "--outfile=www/main.js"];

export const tools = {
  vite8: vite("vite8"),
  vite7: vite("vite7"),
  vite6: vite("vite6"),
  webpack: {
    command: join(modules, "webpack-cli/bin/cli.js"),
    main: "src/index.js",
    html: "public/index.html",
    icon: "public/favicon.ico",
    script: "/main.js",
    dev: (port) => ["serve", "--mode", "development", "--port", port],
    build: () => ["build", "--mode", "production"],
    dist: ["dist", "public"],
  },
  esbuild: {
    command: join(modules, "esbuild/bin/esbuild"),
    main: "main.js",
    html: "www/index.html",
    icon: "www/favicon.ico",
    script: "/main.js",
    dev: (port) => [...esbuildArgs, "--servedir=www", `--serve=127.0.0.1:${port}`],
    build: () => [...esbuildArgs, "--minify"],
    dist: ["www"],
  },
};

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill();
});

function start(tool, args, project) {
  const child = spawn(process.execPath, [tool.command, ...args], {
    cwd: project,
    // the command of esbuild is a script around a program, which ends with its input
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  const run = { child, output: "", isOver: false };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (run.output += text));
  }
  running.add(child);
  run.ended = new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => {
      running.delete(child);
      run.isOver = true;
      done(code);
    });
  });
  return run;
}

/** Makes the site of a project; throws what the tool printed if it cannot. */
export async function build(tool, project, base) {
  const run = start(tool, tool.build(base), project);
  run.child.stdin.end();
  if ((await run.ended) !== 0) throw new Error(`the build failed:\n${run.output}`);
}

function findPort() {
  return new Promise((done, fail) => {
    const server = createServer().on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts a project's development server. Returns `{ url, close }`. */
export async function serve(tool, project, base) {
  const port = String(await findPort());
  const url = `http://localhost:${port}${base}`;
  const run = start(tool, tool.dev(port, base), project);
  const isThere = () =>
    run.isOver ||
    fetch(url).then(
      (response) => response.ok,
      () => false,
    );
  await until(isThere, () => `no development server at ${url}:\n${run.output}`);
  if (run.isOver) throw new Error(`the development server ended:\n${run.output}`);
  const close = () => {
    run.child.stdin.end();
    run.child.kill();
    return run.ended;
  };
  return { url, close };
}
