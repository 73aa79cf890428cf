// SPDX-License-Identifier: MIT
// @sebastianwessel/quickjs with the variant of its README: loaded once, and a sandbox for each
// task, whose code is a module with a default export.

export async function load() {
  const [{ default: variant }, { loadQuickJs }] = await Promise.all([
    import("@jitl/quickjs-ng-wasmfile-release-sync"),
    import("@sebastianwessel/quickjs"),
  ]);
  return { variant, loadQuickJs };
}

export async function open({ variant, loadQuickJs }) {
  const { runSandboxed } = await loadQuickJs(variant);
  return {
    async evaluate(task) {
      const result = await runSandboxed(({ evalCode }) => evalCode(task.module));
      if (!result.ok) throw new Error(result.error.message);
      return result.data;
    },
    close() {},
  };
}
