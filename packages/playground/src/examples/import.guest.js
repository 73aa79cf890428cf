// Programs of several files: they are written, then imported. So is a package,
// found as Node finds it: put yours into /data/node_modules.
import { mkdirSync, writeFileSync } from "fs";

mkdirSync("/data/app/node_modules/greet", { recursive: true });
writeFileSync("/data/app/prices.json", JSON.stringify({ tea: 4.5, pot: 39 }));
writeFileSync("/data/app/node_modules/greet/package.json", '{ "exports": "./index.js" }');
writeFileSync("/data/app/node_modules/greet/index.js", "export default (name) => `Hello, ${name}!`;");
writeFileSync(
  "/data/app/main.js",
  `import prices from "./prices.json" with { type: "json" };
import greet from "greet";

export const total = Object.values(prices).reduce((sum, price) => sum + price);
export const greeting = greet("reader");
export const { filename } = import.meta;
`,
);

export const { total, greeting, filename } = await import("/data/app/main.js");
