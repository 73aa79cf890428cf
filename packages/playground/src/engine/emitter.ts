// SPDX-License-Identifier: MIT
// Tells listeners that something happened. Calls them at once, in the order they came.

export class Emitter<T> {
  private readonly listeners: ((value: T) => void)[] = [];

  on(listener: (value: T) => void): void {
    this.listeners.push(listener);
  }

  emit(value: T): void {
    for (const listener of this.listeners) listener(value);
  }
}
