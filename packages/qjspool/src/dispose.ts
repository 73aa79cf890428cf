// SPDX-License-Identifier: MIT
// The well-known symbols of `using`, also where the engine does not have them yet. Nothing global
// is patched: without the real symbol, compilers emit code that looks for the same stand-in
// (`Symbol.for("Symbol.dispose")` is what esbuild and Babel use).

/** Key of `dispose()` for `using`. */
export const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for("Symbol.dispose") as typeof Symbol.dispose);

/** Key of the asynchronous `close()` for `await using`. */
export const asyncDisposeSymbol: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for("Symbol.asyncDispose") as typeof Symbol.asyncDispose);
