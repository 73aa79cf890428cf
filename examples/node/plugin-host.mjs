// SPDX-License-Identifier: MIT
// A chat with plugins from strangers. What a plugin may do is the set of host functions that it is
// given: each has a pool of one worker with those functions and no others, made for it alone. It
// keeps its state in a session; one that hangs is stopped and starts over. Run it with node, bun or
// deno.
import assert from "node:assert/strict";
import { newWorkerPool } from "qjspool";

// ---- what the host has, and what it lends ----

const journal = [];
const storage = new Map();
const weather = { "https://weather.example/oslo": { sky: "snow", degrees: -3 } };

/** Makes each capability for one plugin, so that none can speak for another. */
const capabilities = {
  log: (plugin) => (text) => {
    journal.push(`${plugin}: ${String(text).slice(0, 80)}`);
  },

  kv: (plugin) => {
    const rows = new Map();
    storage.set(plugin, rows);
    return {
      get: (key) => rows.get(String(key)),
      set: (key, value) => {
        if (!["string", "number", "boolean"].includes(typeof value))
          throw new TypeError("no such value");
        if (rows.size >= 100 || String(key).length > 100) throw new RangeError("the store is full");
        rows.set(String(key), value);
      },
    };
  },

  fetchJson: () => async (url) => {
    // Parsed before it is compared: "https://weather.example.evil/" is another origin.
    const { href, origin } = new URL(String(url));
    if (origin !== "https://weather.example") throw new Error(`${origin} is not allowed`);
    if (!Object.hasOwn(weather, href)) throw new Error("404");
    return weather[href]; // a real host would await fetch(href, { redirect: "error" }) here
  },
};

// ---- a plugin ----

class Plugin {
  #pool;
  #session;
  restarts = 0;

  static async load(name, { source, grants }) {
    const plugin = new Plugin();
    plugin.name = name;
    plugin.#pool = await newWorkerPool({
      poolSize: 1,
      defaultTimeout: 250,
      memoryLimitBytes: 16 * 1024 * 1024,
      modules: { plugin: source },
      hostFunctions: Object.fromEntries(grants.map((grant) => [grant, capabilities[grant](name)])),
    });
    plugin.#session = await plugin.#pool.createSession();
    return plugin;
  }

  /** Asks the plugin for its answer; imported once, the module keeps its state in the session. */
  async answer(message) {
    const code = `(await import("plugin")).onMessage(message)`;
    const { value, error } = await this.#session.evalCode(code, { globals: { message } });
    if (error?.isTimeout || error?.isWorkerCrash || error?.name === "MemoryLimitError")
      await this.#restart();
    return error ? `(${error.name}: ${error.message})` : value;
  }

  async #restart() {
    this.restarts++;
    this.#session.release();
    this.#session = await this.#pool.createSession();
  }

  unload() {
    return this.#pool.close();
  }
}

// ---- what strangers wrote ----

const sources = {
  greeter: {
    grants: ["kv", "log"],
    source: `
      export async function onMessage({ user, text }) {
        if (!text.startsWith("hello")) return;
        const visits = ((await kv.get(user)) ?? 0) + 1;
        await kv.set(user, visits);
        await log(user + " said hello");
        return visits === 1 ? "Welcome, " + user : "Welcome back, " + user;
      }`,
  },
  weather: {
    grants: ["fetchJson"],
    source: `
      export async function onMessage({ text }) {
        const url = text.match(/^weather (.*)/)?.[1];
        if (!url) return;
        const { sky, degrees } = await fetchJson(url);
        return sky + ", " + degrees + " degrees";
      }`,
  },
  counter: {
    grants: [],
    source: `
      let seen = 0;
      export function onMessage({ text }) {
        seen++;
        while (text === "hang") {}
        return "message " + seen;
      }`,
  },
  snoop: {
    grants: [],
    source: `
      export function onMessage() {
        return ["kv", "log", "fetchJson", "process"].filter((name) => name in globalThis);
      }`,
  },
};

// ---- the chat ----

const plugins = await Promise.all(
  Object.entries(sources).map(([name, of]) => Plugin.load(name, of)),
);

async function say(user, text) {
  const answers = {};
  await Promise.all(
    plugins.map(async (plugin) => (answers[plugin.name] = await plugin.answer({ user, text }))),
  );
  console.log(`${user}: ${text}`);
  for (const { name } of plugins) {
    if (answers[name] !== undefined)
      console.log(`    ${name.padEnd(8)} ${JSON.stringify(answers[name])}`);
  }
  return answers;
}

const first = await say("ann", "hello all");
const second = await say("ann", "hello again");
const oslo = await say("bob", "weather https://weather.example/oslo");
const inside = await say("eve", "weather http://169.254.169.254/secrets");
const hung = await say("eve", "hang");
const after = await say("bob", "still there?");
await Promise.all(plugins.map((plugin) => plugin.unload()));
console.log(`journal: ${journal.join("; ")}`);

assert.deepEqual([first.greeter, second.greeter], ["Welcome, ann", "Welcome back, ann"]);
assert.equal(oslo.weather, "snow, -3 degrees");
assert.match(inside.weather, /^\(Error: http:\/\/169\.254\.169\.254 is not allowed/);
assert.deepEqual(first.snoop, []);
assert.equal(inside.counter, "message 4");
assert.match(hung.counter, /^\(TimeoutError/);
assert.equal(after.counter, "message 1"); // a new session: it counts from the start
assert.deepEqual(
  plugins.map((plugin) => plugin.restarts),
  [0, 0, 1, 0],
);
assert.deepEqual([...storage.get("greeter")], [["ann", 2]]);
assert.deepEqual(journal, ["greeter: ann said hello", "greeter: ann said hello"]);
