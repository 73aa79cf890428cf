// SPDX-License-Identifier: MIT
// isolated-vm: a warm isolate (V8, with its compilers), and a fresh context for each task, on the
// calling thread by its *Sync calls, which its README names the fast way. Node 20 and later must
// run with --no-node-snapshot for it. Version 5 is the last that compiles against Node 20.

export async function load() {
  return (await import("isolated-vm")).default;
}

export async function open(ivm) {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  return {
    evaluate(task) {
      const context = isolate.createContextSync();
      const value = context.evalSync(task.script);
      context.release();
      return value;
    },
    close: () => isolate.dispose(),
  };
}
