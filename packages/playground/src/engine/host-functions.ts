// SPDX-License-Identifier: MIT
// What this page lends its guests. They run on the page's thread with arguments that nobody vouches
// for, so each checks what it gets.
import type { HostFunctions } from "qjspool";

interface Article {
  readonly name: string;
  readonly price: number;
  readonly stock: number;
}

const articles = new Map<string, Article>([
  ["tea", { name: "Green tea", price: 4.5, stock: 12 }],
  ["cup", { name: "Cup, white", price: 7.9, stock: 0 }],
  ["pot", { name: "Pot, cast iron", price: 39, stock: 3 }],
]);

/** As long as a request to a server may take. */
const DELAY_MS = 40;

function later<T>(value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), DELAY_MS));
}

export const hostFunctions = {
  shop: {
    find: async (id: unknown) => {
      if (typeof id !== "string") throw new TypeError("shop.find: the id must be a string");
      return later(articles.get(id) ?? null);
    },
    list: async () => later([...articles.keys()]),
  },
} satisfies HostFunctions;
