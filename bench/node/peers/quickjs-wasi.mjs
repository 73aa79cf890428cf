// SPDX-License-Identifier: MIT
// quickjs-wasi on the calling thread, as its README says: the module is compiled once, the clean
// state is a snapshot, and each task is restore + evalCode + dispose.
import { readFile } from "node:fs/promises";

export async function load() {
  const { QuickJS } = await import("quickjs-wasi");
  const bytes = await readFile(new URL(import.meta.resolve("quickjs-wasi/quickjs.wasm")));
  return { QuickJS, module: await WebAssembly.compile(bytes) };
}

export async function open({ QuickJS, module }) {
  const first = await QuickJS.create({ wasm: module });
  const snapshot = first.snapshot();
  first.dispose();
  const clean = () => QuickJS.restore(snapshot, module);
  return {
    clean,
    async evaluate(task) {
      const vm = await clean();
      const value = vm.evalCode(task.script).consume((handle) => vm.dump(handle));
      vm.dispose();
      return value;
    },
    close() {},
  };
}
