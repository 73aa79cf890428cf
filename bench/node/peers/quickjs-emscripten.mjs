// SPDX-License-Identifier: MIT
// quickjs-emscripten on the calling thread, as its README says: one module, and for each task
// newContext() (with a runtime of its own), evalCode, dump, dispose.

export const load = () => import("quickjs-emscripten");

export async function open({ getQuickJS, newQuickJSWASMModuleFromVariant }, { variant } = {}) {
  const quickjs = variant
    ? await newQuickJSWASMModuleFromVariant(variant)
    : await getQuickJS();
  return {
    clean: () => quickjs.newContext(),
    evaluate(task) {
      const context = quickjs.newContext();
      const handle = context.unwrapResult(context.evalCode(task.script));
      const value = context.dump(handle);
      handle.dispose();
      context.dispose();
      return value;
    },
    close() {},
  };
}
