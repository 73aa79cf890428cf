// SPDX-License-Identifier: MIT
// What a store does, as a table: what is done, and what that answers. Each in a directory of its own.

const day = 86_400_000;

/** Runs `actions` one after the other. */
async function each(...actions) {
  const answers = [];
  for (const action of actions) answers.push(await action());
  return answers;
}

export const cases = [
  {
    name: "a file has what was written, after close and open",
    do: (f) => each(() => f.put("a", "hello"), () => f.get("a"), () => f.what("a"), () => f.list()),
    want: [0, "hello", "f5", "a"],
  },
  {
    name: "what is missing is ENOENT, also within what is missing",
    do: (f) => each(() => f.open("x"), () => f.stat("x"), () => f.open("x/y", "w"), () => f.unlink("x"), () => f.rmdir("x"), () => f.list("x"), () => f.rename("x", "y"), () => f.mkdir("x/y"), () => f.realpath("x"), () => f.utimes("x")),
    want: Array(10).fill("ENOENT"),
  },
  {
    name: "what is within a file is ENOTDIR",
    do: (f) => each(() => f.put("a", ""), () => f.open("a/b"), () => f.stat("a/b"), () => f.list("a"), () => f.mkdir("a/b/c"), () => f.rmdir("a"), () => f.rename("a", "a/b")),
    want: [0, "ENOTDIR", "ENOTDIR", "ENOTDIR", "ENOTDIR", "ENOTDIR", "ENOTDIR"],
  },
  {
    name: "a directory is no file",
    do: (f) => each(() => f.mkdir("d"), () => f.open("d"), () => f.open("d", "w"), () => f.open("d", "wx"), () => f.open("", "r"), () => f.open("", "wx"), () => f.unlink("d"), () => f.unlink(""), () => f.rmdir("")),
    want: [0, "EISDIR", "EISDIR", "EEXIST", "EISDIR", "EEXIST", "EISDIR", "EISDIR", "EBUSY"],
  },
  {
    name: "O_EXCL makes only what is new, also of a file that is open",
    do: (f) => each(() => f.put("a", "1"), () => f.open("a", "wx"), async () => {
      const handle = await f.open("b", "wx");
      return [typeof handle, await f.open("b", "wx"), await f.close(handle)];
    }),
    want: [0, "EEXIST", ["number", "EEXIST", 0]],
  },
  {
    name: "O_TRUNC empties a file, for all who have it open",
    async do(f) {
      await f.put("a", "hello");
      const reader = await f.open("a");
      const writer = await f.open("a", "w");
      return each(() => f.read(reader), () => f.write(writer, 0, "x"), () => f.read(reader), () => f.close(writer), () => f.close(reader));
    },
    want: ["", 1, "x", 0, 0],
  },
  {
    name: "a gap reads as zeros, behind the end there is nothing",
    async do(f) {
      const handle = await f.open("a", "w+");
      return each(() => f.write(handle, 0, "ab"), () => f.write(handle, 5, "c"), () => f.read(handle), () => f.read(handle, 6), () => f.read(handle, 1e12), () => f.truncate(handle, 8), () => f.read(handle, 4), () => f.truncate(handle, 1), () => f.read(handle), () => f.close(handle), () => f.what("a"));
    },
    want: [2, 1, "ab\0\0\0c", "", "", 0, "\0c\0\0", 0, "a", 0, "f1"],
  },
  {
    name: "an append goes to the end, wherever that is, and answers it",
    async do(f) {
      const one = await f.open("a", "a");
      const other = await f.open("a", "a");
      return each(() => f.append(one, "abc"), () => f.append(other, "de"), () => f.append(one, "f"), () => f.append(one, ""), () => f.close(one), () => f.close(other), () => f.get("a"));
    },
    want: [3, 5, 6, 6, 0, 0, "abcdef"],
  },
  {
    name: "handles do what they were opened for, and only while they are open",
    async do(f) {
      await f.put("a", "text");
      const reader = await f.open("a");
      const writer = await f.open("a", "a");
      return each(() => f.write(reader, 0, "x"), () => f.truncate(reader, 0), () => f.append(reader, "x"), () => f.read(writer), () => f.close(reader), () => f.read(reader), () => f.close(reader), () => f.sync(reader), () => f.info(reader), () => f.close(writer), () => f.close(12345), () => f.get("a"));
    },
    want: ["EBADF", "EBADF", "EBADF", "EBADF", 0, "EBADF", "EBADF", "EBADF", "EBADF", 0, "EBADF", "text"],
  },
  {
    name: "offsets and sizes that cannot be are EINVAL",
    async do(f) {
      const handle = await f.open("a", "w+");
      return each(() => f.read(handle, -1), () => f.read(handle, 0.5), () => f.write(handle, NaN, "x"), () => f.write(handle, 2 ** 53, "x"), () => f.truncate(handle, -1), () => f.truncate(handle, Infinity), () => f.close(handle), () => f.what("a"));
    },
    want: [...Array(6).fill("EINVAL"), 0, "f0"],
  },
  {
    name: "more than any disk has is ENOSPC, and nothing of it stays",
    async do(f) {
      const handle = await f.open("a", "w+");
      return each(() => f.write(handle, 0, "ab"), () => f.write(handle, 2 ** 52, "x"), () => f.truncate(handle, 2 ** 52), () => f.read(handle), () => f.close(handle), () => f.what("a"));
    },
    want: [2, "ENOSPC", "ENOSPC", "ab", 0, "f2"],
  },
  {
    name: "directories are made, listed and removed when they are empty",
    do: (f) => each(() => f.mkdir("d"), () => f.mkdir("d"), () => f.mkdir(""), () => f.mkdir("d/e"), () => f.put("d/f", "1"), () => f.list("d"), () => f.what("d/e"), () => f.rmdir("d"), () => f.rmdir("d/e"), () => f.unlink("d/f"), () => f.rmdir("d"), () => f.list()),
    want: [0, "EEXIST", "EEXIST", 0, 0, "e/ f", "d", "ENOTEMPTY", 0, 0, 0, ""],
  },
  {
    name: "a directory that was made again is empty, and can be used",
    do: (f) => each(() => f.mkdir("d"), () => f.put("d/f", "1"), () => f.unlink("d/f"), () => f.rmdir("d"), () => f.put("d/f", "1"), () => f.mkdir("d"), () => f.list("d"), () => f.put("d/f", "2"), () => f.get("d/f")),
    want: [0, 0, 0, 0, "ENOENT", 0, "", 0, "2"],
  },
  {
    name: "rename replaces a file, and moves between directories",
    do: (f) => each(() => f.put("a", "A"), () => f.put("b", "BB"), () => f.rename("a", "b"), () => f.get("b"), () => f.get("a"), () => f.mkdir("d"), () => f.rename("b", "d/c"), () => f.get("d/c"), () => f.list(), () => f.rename("d/c", "d/c"), () => f.get("d/c")),
    want: [0, 0, 0, "A", "ENOENT", 0, 0, "A", "d/", 0, "A"],
  },
  {
    name: "rename knows files from directories",
    do: (f) => each(() => f.put("a", "A"), () => f.mkdir("d"), () => f.mkdir("e"), () => f.put("e/f", ""), () => f.rename("a", "d"), () => f.rename("d", "a"), () => f.rename("d", "e"), () => f.rename("d", "d/x"), () => f.rename("", "x"), () => f.rename("a", ""), () => f.rename("e", "e/f"), () => f.rename("e/f", "e"), () => f.list()),
    want: [0, 0, 0, 0, "EISDIR", "ENOTDIR", "ENOTEMPTY", "EINVAL", "EBUSY", "EBUSY", "EINVAL", "EISDIR", "a d/ e/"],
  },
  {
    name: "a directory is renamed with all that is in it",
    do: (f) => each(() => f.mkdir("d"), () => f.mkdir("d/e"), () => f.put("d/e/f", "F"), () => f.put("d/g", "G"), () => f.mkdir("empty"), () => f.rename("d", "empty"), () => f.list(), () => f.list("empty"), () => f.get("empty/e/f"), () => f.get("empty/g"), () => f.rename("empty", "d"), () => f.get("d/e/f"), () => f.get("empty/g")),
    want: [0, 0, 0, 0, 0, 0, "empty/", "e/ g", "F", "G", 0, "F", "ENOENT"],
  },
  {
    name: "a file that is open follows its directory",
    async do(f) {
      await f.mkdir("d");
      const handle = await f.open("d/f", "w+");
      await f.write(handle, 0, "one");
      return each(() => f.rename("d", "e"), () => f.read(handle), () => f.append(handle, " two"), () => f.what("e/f"), () => f.close(handle), () => f.get("e/f"), () => f.list("e"));
    },
    want: [0, "one", 7, "f7", 0, "one two", "f"],
  },
  {
    name: "a file that is open follows its own name",
    async do(f) {
      const handle = await f.open("a", "w+");
      await f.write(handle, 0, "one");
      return each(() => f.rename("a", "b"), () => f.append(handle, " two"), () => f.what("b"), () => f.what("a"), () => f.put("a", "other"), () => f.read(handle), () => f.close(handle), () => f.get("b"));
    },
    want: [0, 7, "f7", "ENOENT", 0, "one two", 0, "one two"],
  },
  {
    name: "a file that was removed lives until its last close",
    async do(f) {
      const one = await f.open("a", "w+");
      await f.write(one, 0, "one");
      const two = await f.open("a");
      return each(() => f.unlink("a"), () => f.what("a"), () => f.list(), () => f.append(one, "!"), () => f.read(two), async () => (await f.info(two)).nlink, () => f.put("a", "new"), () => f.close(one), () => f.read(two), () => f.close(two), () => f.get("a"));
    },
    want: [0, "ENOENT", "", 4, "one!", 0, 0, 0, "one!", 0, "new"],
  },
  {
    name: "a file that was replaced lives until its last close",
    async do(f) {
      await f.put("b", "new");
      const old = await f.open("a", "w+");
      await f.write(old, 0, "old");
      return each(() => f.rename("b", "a"), () => f.read(old), () => f.append(old, "er"), () => f.get("a"), () => f.read(old), async () => (await f.info(old)).nlink, () => f.close(old), () => f.get("a"), () => f.list());
    },
    want: [0, "old", 5, "new", "older", 0, 0, "new", "a"],
  },
  {
    name: "one that is open replaces another that is open",
    async do(f) {
      const a = await f.open("a", "w+");
      const b = await f.open("b", "w+");
      await f.write(a, 0, "A");
      await f.write(b, 0, "B");
      return each(() => f.rename("a", "b"), () => f.append(a, "a"), () => f.append(b, "b"), () => f.read(a), () => f.read(b), () => f.get("b"), () => f.close(b), () => f.close(a), () => f.get("b"), () => f.list());
    },
    want: [0, 2, 2, "Aa", "Bb", "Aa", 0, 0, "Aa", "b"],
  },
  {
    name: "a file without a name is seen by nobody",
    async do(f) {
      await f.mkdir("d");
      const handle = await f.open("d", "nameless");
      return each(() => f.write(handle, 0, "temp"), () => f.read(handle), () => f.list("d"), () => f.list(), async () => (await f.info(handle)).nlink, () => f.close(handle), () => f.open("x", "nameless"), () => f.rmdir("d"));
    },
    want: [4, "temp", "", "d/", 0, 0, "ENOENT", 0],
  },
  {
    name: "what is told of a file is so",
    async do(f) {
      const before = Date.now();
      await f.put("a", "12345");
      await f.mkdir("d");
      const handle = await f.open("a");
      const infos = [await f.stat("a"), await f.info(handle), await f.stat("d"), await f.stat("")];
      await f.close(handle);
      const again = await f.stat("a");
      const isNow = (ms) => Math.abs(ms - before) < day;
      return [infos.map(({ mode, nlink }) => `${mode.toString(8)} ${nlink}`), infos[0].size, isNow(infos[0].mtimeMs), isNow(infos[1].mtimeMs), infos[0].ino === infos[1].ino, infos[0].ino === again.ino, infos[0].ino !== infos[2].ino];
    },
    want: [["100666 1", "100666 1", "40777 1", "40777 1"], 5, true, true, true, true, true],
  },
  {
    name: "times cannot be set, and paths have no links",
    do: (f) => each(() => f.mkdir("d"), () => f.put("d/a", ""), () => f.utimes("d/a"), () => f.utimes("d"), () => f.realpath("d/a"), () => f.realpath("")),
    want: [0, 0, "ENOTSUP", "ENOTSUP", "d/a", ""],
  },
  {
    name: "names are letters, whatever they say",
    async do(f) {
      const names = ["__proto__", "constructor", " ", "a b", "a:b", "é", "e\u0301", "日本語", "\u{1f600}", "A", "a", ".hidden", "con", "x".repeat(255), "é".repeat(127)];
      const wrong = [];
      for (const name of names) if ((await f.put(name, name.slice(0, 9))) !== 0) wrong.push(name);
      for (const name of names) if ((await f.get(name)) !== name.slice(0, 9)) wrong.push(name);
      return [wrong, (await f.store.list("")).map(({ name }) => name).sort().join() === names.sort().join()];
    },
    want: [[], true],
  },
  {
    name: "names that cannot be are refused",
    do: (f) => each(() => f.open("a//b", "w"), () => f.open("/a", "w"), () => f.open("a/", "w"), () => f.open("../a", "w"), () => f.open("a/../b", "w"), () => f.mkdir("."), () => f.open("a\0b", "w"), () => f.rename("a", "../b"), () => f.put("x".repeat(256), ""), () => f.put("é".repeat(128), ""), () => f.stat("y/".repeat(3000) + "y"), () => f.list("..")),
    want: [...Array(8).fill("EINVAL"), "ENAMETOOLONG", "ENAMETOOLONG", "ENAMETOOLONG", "EINVAL"],
  },
  {
    name: "sync and close of a file reach the store",
    async do(f) {
      const handle = await f.open("a", "w");
      return each(() => f.write(handle, 0, "x"), () => f.sync(handle), () => f.sync(handle), () => f.what("a"), () => f.close(handle));
    },
    want: [1, 0, 0, "f1", 0],
  },
];
