// SPDX-License-Identifier: MIT
// Results that are there at once, but where an isolate can be suspended. No promise is made for
// those that are.

export type Later<T> = T | Promise<T>;

/** What `next` makes of the value. */
export function then<T, U>(value: Later<T>, next: (value: T) => Later<U>): Later<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
